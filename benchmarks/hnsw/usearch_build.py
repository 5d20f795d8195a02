"""usearch_build.py THREADS FOLDER documents; 0 threads are one a core"""
import sys
import time

import numpy as np
from peer import nearest, recall, report, rows
from usearch.index import Index

threads, folder, corpus = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sides, queries = [rows(folder, f"{side}.npy", corpus) for side in ("old", "new")], rows(folder, "old.queries.npy", 1000)
truth, indexes = nearest(queries, sides[0], 10), []
start = time.perf_counter()
for documents in sides:
    index = Index(ndim=documents.shape[1], metric="ip", dtype="f32", connectivity=16, expansion_add=200)
    index.add(np.arange(corpus), documents, threads=threads)
    indexes.append(index)
build = {"seconds": time.perf_counter() - start, "items": 2 * corpus}
for ef in (2**i for i in range(4, 11)):
    indexes[0].expansion_search = ef
    found = recall(indexes[0].search(queries, 10, threads=threads).keys, truth)
    if found >= 0.99:
        break
start = time.perf_counter()
indexes[0].search(queries, 10, threads=threads)
report(build=build, query={"seconds": time.perf_counter() - start, "items": len(queries), "ef": ef, "recall@10": found})
