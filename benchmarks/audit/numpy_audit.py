import collections
import glob
import os
import sys
import time

import numpy as np
import pyarrow as pa
from peer import report

# The same checks as one plain script: a file at a time, NumPy for the vectors.
start = time.perf_counter()
tags, ids, found = collections.Counter(), set(), collections.Counter()
for file in sorted(glob.glob(os.path.join(sys.argv[1], "*.arrow"))):
    table = pa.ipc.open_file(pa.memory_map(file)).read_all()
    tag = table["tag"].combine_chunks()
    tag = (tag.dictionary_decode() if pa.types.is_dictionary(tag.type) else tag).to_pylist()
    tags.update(tag)
    expected = np.array([t == "a" * 64 for t in tag])
    own = [i for i, ok in zip(table["id"].to_pylist(), expected) if ok]
    before = len(ids)
    ids.update(own)
    found["duplicate"] += before + len(own) - len(ids)
    vectors = table["vector"].combine_chunks()
    x = np.asarray(vectors.flatten()).reshape(len(vectors), -1)[expected]
    finite = np.isfinite(x).all(axis=1)
    length = np.linalg.norm(x[finite], axis=1)
    found["not finite"] += int((~finite).sum())
    found["zero"] += int((length == 0).sum())
    found["not unit"] += int(((length != 0) & (abs(length - 1) > 1e-3)).sum())
faults = [tags[None], tags["b" * 64], found["not finite"], found["zero"], found["not unit"]]
report(seconds=time.perf_counter() - start, items=sum(tags.values()), check=faults)
