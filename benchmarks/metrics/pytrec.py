import time

import pytrec_eval
from data import qrels, run
from peer import report

measures = {"ndcg_cut.1,3,5,10,20,100", "recall.1,5,10,100", "P.1,5,10", "recip_rank", "map_cut.10,100", "map", "success.1,5,10", "bpref", "Rprec"}
pytrec_eval.RelevanceEvaluator({"q0": qrels["q0"]}, measures).evaluate({"q0": run["q0"]})
start = time.perf_counter()
found = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
seconds = time.perf_counter() - start
assert len(found) == 2000
report(seconds=seconds, items=2000, check=[sum(values["ndcg_cut_10"] for values in found.values()) / 2000])
