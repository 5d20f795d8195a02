"""fastembed on the same ONNX file: fastembed_file.py TEXTS [texts a batch]"""
import json
import os
import sys
import time

from fastembed import TextEmbedding
from fastembed.common.model_description import ModelSource, PoolingType
from peer import report

MODEL = "Xenova/bge-small-en-v1.5"
FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "models", MODEL)
batch = {"batch_size": int(sys.argv[2])} if len(sys.argv) > 2 else {}
TextEmbedding.add_custom_model(
    model="local-bge-small", pooling=PoolingType.CLS, normalization=True, sources=ModelSource(hf=MODEL), dim=384, model_file="onnx/model_quantized.onnx"
)
model = TextEmbedding("local-bge-small", specific_model_path=FOLDER)
with open(sys.argv[1]) as file:
    texts = json.load(file)
list(model.embed(texts[:16], **batch))
start = time.perf_counter()
vectors = list(model.embed(texts, **batch))
report(seconds=time.perf_counter() - start, items=len(vectors), check=vectors[0].tolist())
