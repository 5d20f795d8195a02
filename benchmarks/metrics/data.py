"""The runs and judgements of metrics/cutover.mjs, by the same rule."""
def rand(i): return ((i * 2654435761) % 4294967296) / 4294967296
run, qrels = {}, {}
for q in range(2000):
    ids = [f"d{int(rand(q * 997 + i * 31) * 400) * 100 + i}" for i in range(100)]
    run[f"q{q}"] = {d: float(100 - i) for i, d in enumerate(ids)}
    qrels[f"q{q}"] = {d: int(rand(q * 7 + i) * 4) for i, d in enumerate(ids[:30])}
