"""Largest differences between the scores in files of run.mjs and those of bm25s and ranx."""
import json
import sys

import bm25s
from ranx import Run, fuse


def compared(file):
    given = json.load(open(file))
    documents, queries, found = given["documents"], given["queries"], given["found"]
    vocabulary = {}
    for document in documents:
        for term in document["terms"]:
            vocabulary.setdefault(term, len(vocabulary))
    # Lucene counts documents with any word, and the mean length over them.
    kept = [document for document in documents if document["terms"]]

    scores, bm25 = 0, 0.0
    for place, setting in enumerate(given["settings"]):
        index = bm25s.BM25(k1=setting["k1"], b=setting["b"], method="lucene", dtype="float64")
        index.index(([[vocabulary[term] for term in document["terms"]] for document in kept], vocabulary), show_progress=False)
        for query, ours in zip(queries, found):
            terms = [term for term in query["terms"] if term in vocabulary]
            theirs = index.get_scores(terms) if terms else [0.0] * len(kept)
            own = ours["all"][place]
            for document, score in zip(kept, theirs):
                if score != 0 or document["id"] in own:
                    scores += 1
                    bm25 = max(bm25, abs(float(score) - own.get(document["id"], 0.0)))

    runs = [{ours["id"]: ours["lists"][place] for ours in found if ours["lists"][0] and ours["lists"][1]} for place in (0, 1)]
    fused = fuse([Run(run) for run in runs], method="rrf", params={"k": given["k"]}).to_dict()
    fused_scores, rrf = 0, 0.0
    for ours in found:
        theirs = fused.get(ours["id"])
        if theirs is None:
            continue
        for document in set(theirs) | set(ours["fused"]):
            fused_scores += 1
            rrf = max(rrf, abs(theirs.get(document, 0.0) - ours["fused"].get(document, 0.0)))
    return {"scores": scores, "bm25": bm25, "fusedScores": fused_scores, "rrf": rrf}


print(json.dumps([compared(file) for file in sys.argv[1:]]))
