"""What the Python peers share: the made-up vectors, and the line of JSON that a program prints."""
import json
import os

import numpy as np


def rows(folder, file, count):
    """The first rows of one of the made-up files (million/make.mjs)."""
    with open(os.path.join(folder, file), "rb") as handle:
        np.lib.format.read_magic(handle)
        (_, dimension), _, dtype = np.lib.format.read_array_header_1_0(handle)
        return np.fromfile(handle, dtype=dtype, count=count * dimension).reshape(count, dimension)


def recall(found, truth):
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), truth.tolist())]))


def nearest(queries, documents, k):
    scores = queries @ documents.T
    return np.argpartition(-scores, k - 1, axis=1)[:, :k]


def report(**answer):
    print(json.dumps(answer))
