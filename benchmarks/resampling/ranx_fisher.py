import random
import time

from peer import report
from ranx import Qrels, Run, compare

rng = random.Random(7)
docs = [f"d{i}" for i in range(400)]
qrels, a, b = {}, {}, {}
for q in range(1000):
    pool = rng.sample(docs, 100)
    qrels[f"q{q}"] = {d: rng.randint(0, 3) for d in pool[:30]}
    a[f"q{q}"] = {d: rng.random() for d in pool}
    b[f"q{q}"] = {d: rng.random() for d in pool}
measures = [f"{m}@{k}" for m in ("ndcg", "recall", "precision", "mrr", "map", "hit_rate") for k in (1, 5, 10, 50, 100)]
q, runs = Qrels(qrels), [Run(a, name="a"), Run(b, name="b")]
compare(q, runs, measures[:1], stat_test="fisher", n_permutations=10)
start = time.perf_counter()
compare(q, runs, measures, stat_test="fisher", n_permutations=1_000)
report(seconds=time.perf_counter() - start, items=len(measures))
