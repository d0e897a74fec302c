"""An image request end to end, JPEG bytes in, boxes out: Skerry beside Pillow, NumPy and ONNX Runtime.

Rounds alternate: each answers all files once, one thread each. Prints the median over files and rounds,
of the time on the clock, or with "cpu" of the thread's processor time, which other load disturbs less.

  python3 bench/image_request.py CLASS_PATH MODEL.toml MODEL.onnx OPTIMIZED.onnx COMPILED.onnx FOLDER [ROUNDS [cpu]]
"""
import glob
import io
import os
import subprocess
import sys
import time

import numpy as np
import onnxruntime
from PIL import Image

onnxruntime.set_default_logger_severity(3)
classpath, toml, model, optimized, compiled, folder = sys.argv[1:7]
rounds = int(sys.argv[7]) if len(sys.argv) > 7 else 30
clock = "cpu" if sys.argv[8:9] == ["cpu"] else "wall"
now = time.thread_time_ns if clock == "cpu" else time.perf_counter_ns
files = sorted(glob.glob(os.path.join(folder, "*.jpg")))
contents = [open(file, "rb").read() for file in files]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options)


def suppressed(scores, boxes):
    """Boxes of faces above 0.7, without those that a better one covers by more than half."""
    keep = scores >= 0.7
    boxes, scores = boxes[keep], scores[keep]
    order = np.argsort(-scores)
    boxes, scores = boxes[order], scores[order]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    found, left = [], np.arange(len(boxes))
    while len(left):
        first, rest = left[0], left[1:]
        found.append(first)
        low = np.maximum(boxes[first, :2], boxes[rest, :2])
        size = np.clip(np.minimum(boxes[first, 2:], boxes[rest, 2:]) - low, 0, None)
        shared = size[:, 0] * size[:, 1]
        left = rest[shared / (areas[first] + areas[rest] - shared) <= 0.5]
    return boxes[found], scores[found]


def request(run, content):
    start = now()
    picture = Image.open(io.BytesIO(content))
    if picture.mode != "RGB":  # convert copies even where there is nothing to do
        picture = picture.convert("RGB")
    values = np.asarray(picture.resize((320, 240), Image.BILINEAR), dtype=np.float32)
    tensor = np.ascontiguousarray(((values - 127) / 128).transpose(2, 0, 1)[None])
    ready = now()
    scores, boxes = run.run(["scores", "boxes"], {"input": tensor})
    ran = now()
    found = suppressed(scores[0, :, 1], boxes[0])
    done = now()
    return len(found[0]), (ready - start, ran - ready, done - ran)


def java(path):
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ImageRequest.java")
    program = os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
    command = [program, "--enable-native-access=ALL-UNNAMED", "-cp", classpath, here, clock, toml, path, *files]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def answer():
        process.stdin.write("\n")
        process.stdin.flush()
        boxes, *times = process.stdout.readline().split()
        return int(boxes), [tuple(map(int, parts.split(","))) for parts in times]

    return answer


def python(path):
    run = session(path)

    def answer():
        answers = [request(run, content) for content in contents]
        return sum(boxes for boxes, _ in answers), [times for _, times in answers]

    return answer


# Pillow gives memory back to the system after each picture unless it is told to keep some.
Image.core.set_blocks_max(64)
arms = {
    "Pillow + NumPy + ONNX Runtime, as published": python(model),
    "the same, file optimized by Skerry": python(optimized),
    "Skerry, Java around the optimized file": java(optimized),
    "Skerry, compiled pipeline": java(compiled),
}
for _ in range(15):  # the virtual machine compiles, memory is planned
    for answer in arms.values():
        answer()
times = {name: [] for name in arms}
boxes = {}
for _ in range(rounds):
    for name, answer in arms.items():
        boxes[name], measured = answer()
        times[name] += measured
base = None
for name, measured in times.items():
    parts = np.array(measured) / 1e6
    total = np.median(parts.sum(axis=1))
    base = base or total
    medians = " + ".join("%.2f" % value for value in np.median(parts, axis=0))
    print("%-46s p50 %.2f ms (%s), p99 %.2f, ratio %.2f, %d boxes"
          % (name, total, medians, np.percentile(parts.sum(axis=1), 99), total / base, boxes[name]))
