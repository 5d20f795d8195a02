"""Writes tokenizer.json: texts and their ids by Python's tokenizers. Run: python golden.py TOKENIZER_JSON > tokenizer.json"""
import json, sys, tokenizers
from texts import texts
t = tokenizers.Tokenizer.from_file(sys.argv[1]); T = texts()
print(json.dumps({'generator': f'tokenizers {tokenizers.__version__}', 'texts': T, 'ids': [t.encode(s).ids for s in T]}, ensure_ascii=True))
