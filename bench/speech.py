"""Whether two voice activity detectors decide alike on a recording.

usage: speech.py RECORDING.wav REFERENCE.onnx MODEL.onnx     needs onnxruntime and numpy from pip

Windows of 512 samples at 16 kHz with carried state; speech where the output is at least 0.5. Once
with the 64 samples before each window in front of it, as the models' authors feed them, and once
without. Latency: one thread, both models in turns, median ratio.
"""
import os
import sys
import time
import wave

import numpy as np
import onnxruntime as ort

WINDOW, CONTEXT, RATE = 512, 64, 16000


def session(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(path, options)


def windows(samples, context):
    padded = np.concatenate([np.zeros(context, np.float32), samples])
    for start in range(0, len(samples) - WINDOW + 1, WINDOW):
        yield padded[start:start + context + WINDOW][None]


def probabilities(model, samples, context):
    state = np.zeros((2, 1, 128), np.float32)
    found = []
    for window in windows(samples, context):
        output, state = model.run(None, {'input': window, 'state': state, 'sr': np.array(RATE, np.int64)})
        found.append(float(output[0, 0]))
    return np.array(found)


def micros(model, window):
    feed = {'input': window, 'state': np.zeros((2, 1, 128), np.float32), 'sr': np.array(RATE, np.int64)}
    times = []
    for _ in range(30):
        started = time.perf_counter()
        model.run(None, feed)
        times.append(time.perf_counter() - started)
    return np.median(times) * 1e6


def main(recording, reference, candidate):
    with wave.open(recording) as file:
        assert file.getframerate() == RATE and file.getnchannels() == 1, 'one channel at 16 kHz'
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    a, b = session(reference), session(candidate)
    for context in (CONTEXT, 0):
        p, q = probabilities(a, samples, context), probabilities(b, samples, context)
        same = np.mean((p >= 0.5) == (q >= 0.5))
        print(f'context {context}: {len(p)} windows, {np.mean(p >= 0.5):.3f} speech, same decision '
              f'{100 * same:.2f} %, largest difference {np.abs(p - q).max():.3f}')
    window = next(windows(samples[RATE:], CONTEXT))
    rounds = [(micros(a, window), micros(b, window)) for _ in range(100)]
    print(f'latency ratio {np.median([y / x for x, y in rounds]):.3f} '
          f'({np.median([y for _, y in rounds]):.1f} against {np.median([x for x, _ in rounds]):.1f} µs), '
          f'bytes {os.path.getsize(candidate)} against {os.path.getsize(reference)}')


if __name__ == '__main__':
    main(*sys.argv[1:])
