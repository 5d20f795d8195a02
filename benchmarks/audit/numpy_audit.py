import collections, glob, json, os, resource, tempfile, time
import numpy as np, pyarrow as pa

# The same checks as one plain script: a file at a time, NumPy for the vectors.
start = time.perf_counter()
tags, ids, found = collections.Counter(), set(), collections.Counter()
for file in sorted(glob.glob(os.path.join(tempfile.gettempdir(), "cutover-bench-audit", "*.arrow"))):
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
assert tags[None] == 1 and tags["b" * 64] == 1 and found["not finite"] == found["zero"] == found["not unit"] == 1, (tags, found)
print(json.dumps({"seconds": time.perf_counter() - start, "items": sum(tags.values()), "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
