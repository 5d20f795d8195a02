"""Writes expected.json: BM25 by bm25s (method "lucene"), fused lists by ranx (RRF, weighted sum of min-max scores) and by NumPy (DBSF).

    pip install bm25s==0.3.16 ranx==0.3.21 && python generate.py
"""
import json
import random
from pathlib import Path

import bm25s
import numpy as np
from ranx import Run, fuse

rng = random.Random(7)
WORDS = [f"w{i}" for i in range(40)]
WEIGHTS = [1 / (i + 1) for i in range(40)]


def text(low, high):
    return rng.choices(WORDS, WEIGHTS, k=rng.randint(low, high))


documents = {f"d{i:02}": text(1, 30) for i in range(60)}
queries = {f"q{i}": text(1, 5) for i in range(12)}
vocabulary = {word: i for i, word in enumerate(WORDS)}


def bm25(k1, b):
    index = bm25s.BM25(k1=k1, b=b, method="lucene", dtype="float64")
    index.index(([[vocabulary[w] for w in terms] for terms in documents.values()], vocabulary), show_progress=False)
    return {q: [round(float(s), 9) for s in index.get_scores(terms)] for q, terms in queries.items()}


def a_run(seed):
    own = random.Random(seed)
    run = {}
    for q in queries:
        ids = own.sample(list(documents), own.choice([1, 3, 10, 10, 10]))
        run[q] = {d: round(own.uniform(-1, 1), 4) for d in ids}
    return run


def ordered(run):
    return {q: dict(sorted(r.items(), key=lambda item: -item[1])) for q, r in run.items()}


def values(run):
    return {q: {d: round(float(s), 9) for d, s in run[q].items()} for q in queries}


def dbsf(runs):
    """As Qdrant publishes it: mean and sample deviation of each list, scaled so that three deviations either way are 0 and 1."""
    fused = {}
    for q in queries:
        fused[q] = {}
        for run in runs:
            scores = np.array(list(run[q].values()))
            spread = scores.std(ddof=1) if len(scores) > 1 else 0.0
            for d, s in run[q].items():
                scaled = 0.5 if spread == 0 else (s - (scores.mean() - 3 * spread)) / (6 * spread)
                fused[q][d] = fused[q].get(d, 0.0) + scaled
    return fused


a, b = ordered(a_run(1)), ordered(a_run(2))
ranx_a, ranx_b = Run(a), Run(b)
expected = {
    "documents": documents,
    "queries": queries,
    "bm25": [{"k1": k1, "b": bb, "scores": bm25(k1, bb)} for k1, bb in [(1.2, 0.75), (0.9, 0.4), (2.0, 0.0), (0.0, 1.0)]],
    "runs": [a, b],
    "rrf": [{"k": k, "fused": values(fuse([ranx_a, ranx_b], method="rrf", params={"k": k}).to_dict())} for k in (60, 2)],
    "weighted": [
        {"weights": w, "fused": values(fuse([ranx_a, ranx_b], norm="min-max", method="wsum", params={"weights": w}).to_dict())}
        for w in ([0.5, 0.5], [0.3, 0.7], [1.0, 0.0])
    ],
    "dbsf": values(dbsf([a, b])),
}
Path(__file__).with_name("expected.json").write_text(json.dumps(expected) + "\n")
