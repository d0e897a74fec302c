"""Times a hundred requests to a model one after the other, for bench/first-request: by the clock, and by the processor
time of the server, which does not grow with what else the machine does.

usage: first_request.py PORT MODEL PROCESS
"""
import glob
import http.client
import json
import math
import statistics
import sys
import time
import urllib.request

BYTES = {"FP32": 4, "FP64": 8, "FP16": 2, "INT64": 8, "INT32": 4, "INT16": 2, "INT8": 1, "UINT8": 1, "BOOL": 1}

port, model, process = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def processor_millis():
    total = 0
    for name in glob.glob(f"/proc/{process}/task/*/schedstat"):
        try:
            with open(name) as file:
                total += int(file.read().split()[0])
        except OSError:
            pass  # the thread has ended
    return total / 1e6


with urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/models/{model}") as answer:
    inputs = json.load(answer)["inputs"]
head, tail = [], b""
for each in inputs:
    shape = [max(1, size) for size in each["shape"]]
    size = math.prod(shape) * BYTES[each["datatype"]]
    head.append(dict(each, shape=shape, parameters={"binary_data_size": size}))
    tail += bytes(size)
head = json.dumps({"inputs": head, "parameters": {"binary_data_output": True}}).encode()
connection = http.client.HTTPConnection("127.0.0.1", port)
times, work = [], []
for _ in range(100):
    before, start = processor_millis(), time.perf_counter()
    connection.request(
        "POST", f"/v2/models/{model}/infer", head + tail, {"Inference-Header-Content-Length": str(len(head))}
    )
    answer = connection.getresponse()
    body = answer.read()
    times.append(1e3 * (time.perf_counter() - start))
    work.append(processor_millis() - before)
    if answer.status != 200:
        sys.exit(body.decode())
for what, values in ("time", times), ("processor time", work):
    later = statistics.median(values[50:])
    print(
        f"{model}, {what}: first {values[0]:.2f} ms, second {values[1]:.2f} ms,"
        f" median of 51 to 100 {later:.2f} ms, ratio {values[0] / later:.2f}"
    )
