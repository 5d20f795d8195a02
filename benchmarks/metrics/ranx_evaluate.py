import time

from data import qrels, run
from peer import report
from ranx import Qrels, Run, evaluate

measures = [f"ndcg@{k}" for k in (1, 3, 5, 10, 20, 100)] + [f"recall@{k}" for k in (1, 5, 10, 100)] + [f"precision@{k}" for k in (1, 5, 10)] + ["mrr@10", "mrr", "map@10", "map@100", "map", "hit_rate@1", "hit_rate@5", "hit_rate@10", "bpref", "r-precision"]
q, r = Qrels(qrels), Run(run)
evaluate(q, r, measures)
start = time.perf_counter()
found = evaluate(q, r, measures)
report(seconds=time.perf_counter() - start, items=2000, check=[float(found["ndcg@10"])])
