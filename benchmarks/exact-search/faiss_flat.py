import json, resource, sys, time
import faiss, numpy as np

queries_, documents_ = (int(sys.argv[i]) if len(sys.argv) > i else n for i, n in ((1, 1_000), (2, 50_000)))
rng = np.random.default_rng(7)
def unit(n):
    x = rng.standard_normal(size=(n, 384), dtype="float32")
    return x / np.linalg.norm(x, axis=1, keepdims=True)
documents, queries = unit(documents_), unit(queries_)
index = faiss.IndexFlatIP(384)
index.add(documents)
index.search(queries[:8], 100)
start = time.perf_counter()
index.search(queries, 100)
print(json.dumps({"seconds": time.perf_counter() - start, "items": queries_, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
