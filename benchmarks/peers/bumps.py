"""The three bumps of docs/comparison.md through other tools, on vectors that cutover made. See README.md here.

    python benchmarks/peers/bumps.py OUTPUT

Reads .cutover and the evaluations of the three runs; writes files that the tools read into OUTPUT, runs them, prints what they say.
"""

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pyarrow as pa

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(sys.argv[1])
BUMPS = {"demo": "gain", "peers-minilm": "larger gain", "demo-broken": "loss"}
BIN = Path(sys.executable).parent


def vectors_of(fingerprint):
    """Role → id → unit vector, from the cache."""
    found = {"query": {}, "document": {}}
    for file in sorted((ROOT / ".cutover" / fingerprint / "vectors").glob("*.arrow")):
        for row in pa.ipc.open_file(file).read_all().to_pylist():
            if row["role"] in found and row["id"] is not None:
                found[row["role"]][row["id"]] = np.asarray(row["vector"], dtype=np.float32)
    return found


def jsonl(file, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


def dump(folder, vectors, ids):
    """What vecdiff, isotrieve and vecscope read."""
    for role in ("document", "query"):
        matrix = np.stack([vectors[role][i] for i in ids[role]])
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / f"{role}.npy", matrix)
        jsonl(folder / f"{role}.jsonl", ({"id": i, "vector": [float(x) for x in row]} for i, row in zip(ids[role], matrix)))


def lines(name):
    return [json.loads(line) for line in (ROOT / "datasets/helpdesk" / name).read_text().splitlines() if line.strip()]


def judged():
    found = {}
    for line in (ROOT / "datasets/helpdesk/qrels/test.tsv").read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            found.setdefault(query, []).append(document)
    return found


def serve(models, texts):
    """A service that speaks OpenAI's protocol and answers with the vectors of the cache."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            vectors = models[asked["model"]]
            data = [{"index": i, "embedding": [float(x) for x in vectors[texts[text][0]][texts[text][1]]]} for i, text in enumerate(asked["input"])]
            body = json.dumps({"data": data, "usage": {"prompt_tokens": 0}}).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def run(title, *command):
    done = subprocess.run([str(BIN / command[0]), *map(str, command[1:])], capture_output=True, text=True, cwd=OUT)
    print(f"\n--- {title}: {' '.join(map(str, command))}\n{done.stdout}{done.stderr}exit {done.returncode}", flush=True)


def main():
    evaluations = {name: json.loads((ROOT / "reports" / name / "evaluation.json").read_text()) for name in BUMPS}
    tags = {"old": evaluations["demo"]["versions"]["old"]["fingerprint"]}
    tags |= {name: evaluation["versions"]["new"]["fingerprint"] for name, evaluation in evaluations.items()}
    models = {name: vectors_of(tag) for name, tag in tags.items()}
    corpus, queries, relevant = lines("corpus.jsonl"), lines("queries.jsonl"), judged()
    ids = {"document": [row["_id"] for row in corpus], "query": [row["_id"] for row in queries]}
    for name, vectors in models.items():
        dump(OUT / name, vectors, ids)

    # An id in each text keeps two of the same words apart; the service looks them up.
    texts = {f"{i} {role}": (role, i) for role in ids for i in ids[role]}
    jsonl(OUT / "docs.jsonl", ({"id": i, "text": f"{i} document"} for i in ids["document"]))
    jsonl(OUT / "queries.jsonl", ({"query": f"{i} query", "relevant": relevant[i]} for i in ids["query"] if i in relevant))
    url = serve(models, texts)

    for name in BUMPS:
        queries_of = ("--queries-a", "old/query.jsonl", "--queries-b", f"{name}/query.jsonl")
        run(f"{name}, vecdiff", "vecdiff", "old/document.jsonl", f"{name}/document.jsonl", "--full", "--gate", *queries_of)
        specs = [f"compat/{model},url={url},dims=384" for model in ("old", name)]
        run(f"{name}, vecshift", "vecshift", "bench", "-m", specs[0], "-m", specs[1], "--docs", "docs.jsonl", "--queries", "queries.jsonl",
            "--num-queries", len(ids["query"]), "--no-cache", "--yes", "--json")
        pair = ("--source-vectors", "old/document.npy", "--target-vectors", f"{name}/document.npy")
        run(f"{name}, isotrieve", "isotrieve", "calibrate", *pair, "-o", f"{name}.isotrieve")
        run(f"{name}, isotrieve", "isotrieve", "gate", "--mapping", f"{name}.isotrieve", *pair)
    for name in models:
        run(f"{name}, vecscope", "vecscope", "audit", f"{name}/document.npy", "--queries", f"{name}/query.npy", "--fail-on", "fail")


main()
