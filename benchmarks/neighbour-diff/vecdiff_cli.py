"""vecdiff_cli.py FOLDER documents SHARE: writes both snapshots, then times `vecdiff`"""
import json
import os
import subprocess
import sys
import time

import numpy as np
from peer import report, rows

folder, corpus, share = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
snapshots = []
for side in ("old", "new"):
    place = os.path.join(folder, f"vecdiff-{side}-{corpus}")
    if not os.path.exists(place):
        vectors = rows(folder, f"{side}.npy", corpus)
        os.mkdir(place)
        np.save(os.path.join(place, "vectors.npy"), vectors)
        meta = {"ids": [str(i).zfill(8) for i in range(corpus)], "model": side, "dim": vectors.shape[1]}
        with open(os.path.join(place, "meta.json"), "w") as file:
            json.dump(meta, file)
        del vectors
    snapshots.append(place)
out = os.path.join(folder, "vecdiff.json")
depth = ["--full"] if share == 1 else ["--sample", str(share)]
start = time.perf_counter()
subprocess.run([sys.executable, "-m", "vecdiff", *snapshots, *depth, "--json", out], check=True, stdout=subprocess.DEVNULL)
seconds = time.perf_counter() - start
with open(out) as file:
    n1 = json.load(file)["checks"]["N1"]
report(seconds=seconds, items=n1["sampled_ids"], check=[n1["mean_jaccard"]])
