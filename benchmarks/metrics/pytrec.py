import json, resource, time
import pytrec_eval
from data import qrels, run

measures = {"ndcg_cut.1,3,5,10,20,100", "recall.1,5,10,100", "P.1,5,10", "recip_rank", "map_cut.10,100", "map", "success.1,5,10", "bpref", "Rprec"}
pytrec_eval.RelevanceEvaluator({"q0": qrels["q0"]}, measures).evaluate({"q0": run["q0"]})
start = time.perf_counter()
found = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
seconds = time.perf_counter() - start
assert len(found) == 2000
print(json.dumps({"seconds": seconds, "items": 2000, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
