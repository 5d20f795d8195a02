"""faiss_flat.py FOLDER queries documents threads"""
import sys
import time

import faiss
from peer import report, rows

folder, (count, corpus, threads) = sys.argv[1], map(int, sys.argv[2:5])
documents, queries = rows(folder, "old.npy", corpus), rows(folder, "old.queries.npy", count)
faiss.omp_set_num_threads(threads)
index = faiss.IndexFlatIP(documents.shape[1])
index.add(documents)
index.search(queries[:1000], 100)
start = time.perf_counter()
scores, _ = index.search(queries, 100)
report(seconds=time.perf_counter() - start, items=count, check=scores[:, 99].tolist())
