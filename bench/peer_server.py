"""The peer of bench/serve: a plain server of one model, FastAPI and uvicorn with ONNX Runtime.

usage: peer_server.py MODEL PORT     needs fastapi, uvicorn, httptools, uvloop, numpy and onnxruntime from pip

POST /infer: the input's float32 values in, the first output's values back, both as they lie in memory.
"""
import sys

import fastapi
import numpy as np
import onnxruntime
import uvicorn

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
INPUT = session.get_inputs()[0]
SHAPE = [size if isinstance(size, int) else 1 for size in INPUT.shape]
app = fastapi.FastAPI()


@app.post("/infer")
async def infer(request: fastapi.Request):
    data = np.frombuffer(await request.body(), np.float32).reshape(SHAPE)
    return fastapi.Response(session.run(None, {INPUT.name: data})[0].tobytes(), media_type="application/octet-stream")


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning", access_log=False)
