"""Reference values beyond expected.json, for the runs and qrels beside this file: graded relevance levels, condensed
lists, R-precision, exponential gain (as a gain mapping) by pytrec_eval through ir-measures; RBP by cwl_eval.
`negative` holds a small query with negative grades. Usage: python extra-measures.py > extra-measures.json
Versions: ir-measures 0.4.3, pytrec-eval-terrier 0.5.11, cwl-eval 1.0.12."""
import json, os, sys
import numpy as np, ir_measures
from ir_measures import nDCG, R, P, RR, AP, Success, Bpref, Rprec, RBP
here = os.path.dirname(os.path.abspath(__file__))
qrels = [ir_measures.Qrel(q, d, int(g)) for q, _, d, g in (l.split() for l in open(f'{here}/qrels.txt'))]
def ordered(name):
    by = {}
    for l in open(f'{here}/{name}'):
        q, _, d, _, s, _ = l.split(); by.setdefault(q, []).append((float(np.float32(float(s))), d))
    return [ir_measures.ScoredDoc(q, d, 1000.0 - i) for q, l in by.items() for i, (s, d) in enumerate(sorted(l, reverse=True))]
GAINS = {1: 1, 2: 3, 3: 7}
M = {str(m): m for m in [Rprec, Rprec(rel=2), R(rel=2)@10, P(rel=3)@5, RR(rel=2), AP(rel=2)@100, Success(rel=3)@10, Bpref(rel=2),
     nDCG(judged_only=True)@10, nDCG(judged_only=True), P(judged_only=True)@5, R(judged_only=True)@10, RR(judged_only=True),
     AP(judged_only=True), Success(judged_only=True)@1, Rprec(judged_only=True), AP(rel=2, judged_only=True), nDCG,
     RBP(rel=1, p=0.8), RBP(rel=1, p=0.5), RBP(rel=2, p=0.9)]}
M["nDCG(dcg='exp-log2')@10"] = nDCG(gains=GAINS)@10
M["nDCG(dcg='exp-log2')"] = nDCG(gains=GAINS)
M["nDCG(dcg='exp-log2',judged_only=True)@10"] = nDCG(gains=GAINS, judged_only=True)@10
def values(measures, qrels, run):
    names = {str(m): n for n, m in measures.items()}
    per = {}
    for v in ir_measures.iter_calc(list(measures.values()), qrels, run):
        per.setdefault(names[str(v.measure)], {})[v.query_id] = round(float(v.value), 12)
    return per
N = {str(m): m for m in [nDCG, nDCG@3, AP, Rprec, Bpref, P@5, nDCG(judged_only=True)@3, AP(judged_only=True), Rprec(judged_only=True)]}
grades = {'a': 2, 'b': -1, 'c': -2, 'd': 0, 'e': 1, 'f': -3}
orders = ['bcdae', 'fae', 'bae', 'dae', 'abcdef', 'xae', 'fxdbcea']
nq = [ir_measures.Qrel(o, d, g) for o in orders for d, g in grades.items()]
nr = [ir_measures.ScoredDoc(o, d, 100.0 - i) for o in orders for i, d in enumerate(o)]
out = {'about': __doc__, 'old': values(M, qrels, ordered('old.run')), 'new': values(M, qrels, ordered('new.run')),
       'negative': {'grades': grades, 'values': values(N, nq, nr)}}
json.dump(out, sys.stdout)
