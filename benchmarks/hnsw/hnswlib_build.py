"""hnswlib_build.py THREADS FOLDER documents; 0 threads are one a core"""
import os
import sys
import time

import hnswlib
from peer import nearest, recall, report, rows

threads, folder, corpus = int(sys.argv[1]) or os.cpu_count(), sys.argv[2], int(sys.argv[3])
sides, queries = [rows(folder, f"{side}.npy", corpus) for side in ("old", "new")], rows(folder, "old.queries.npy", 1000)
truth, indexes = nearest(queries, sides[0], 10), []
start = time.perf_counter()
for documents in sides:
    index = hnswlib.Index(space="ip", dim=documents.shape[1])
    index.init_index(max_elements=corpus, M=16, ef_construction=200, random_seed=7)
    index.add_items(documents, num_threads=threads)
    indexes.append(index)
build = {"seconds": time.perf_counter() - start, "items": 2 * corpus}
for ef in (2**i for i in range(4, 11)):
    indexes[0].set_ef(ef)
    found = recall(indexes[0].knn_query(queries, k=10, num_threads=threads)[0], truth)
    if found >= 0.99:
        break
start = time.perf_counter()
indexes[0].knn_query(queries, k=10, num_threads=threads)
report(build=build, query={"seconds": time.perf_counter() - start, "items": len(queries), "ef": ef, "recall@10": found})
