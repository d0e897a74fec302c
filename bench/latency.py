"""Latency of our int8 files against the peer's and against float, in one run.

usage: latency.py DATA OURS PEER     needs onnxruntime and numpy from pip

DATA holds models/, OURS what `skerry optimize --target x86-64-vnni --target generic` wrote, PEER what
peer.py wrote. One thread, one query after another, the four files of a model in turns for 200 rounds;
ratios are medians over the rounds. Sessions are opened anew five times, in a changing order, because
where a session's memory happens to lie can cost it a few percent. Accuracy is in the reports, not here.
"""
import glob
import os
import sys
import time

import numpy as np
import onnxruntime as ort

ROUNDS, OPENINGS, SLICE_SECONDS = 200, 5, 0.004


def runner(path):
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry('session.intra_op.allow_spinning', '0')
    session = ort.InferenceSession(path, options)
    random = np.random.RandomState(0)
    feed = {i.name: (random.rand(*[d if isinstance(d, int) else 1 for d in i.shape]) * 100).astype(np.float32)
            for i in session.get_inputs()}
    return lambda: session.run(None, feed)


def compare(paths):
    return np.concatenate([rounds(paths, opening) for opening in range(OPENINGS)])


def rounds(paths, opening):
    order = np.roll(range(len(paths)), opening)
    opened = {i: runner(paths[i]) for i in order}
    runs = [opened[i] for i in range(len(paths))]
    queries = []
    for run in runs:
        for _ in range(20):
            run()
        started = time.perf_counter()
        run()
        queries.append(max(3, int(SLICE_SECONDS / (time.perf_counter() - started))))
    rows = []
    for index in range(ROUNDS // OPENINGS):
        row = [0.0] * len(runs)
        for i in range(len(runs)) if index % 2 == 0 else reversed(range(len(runs))):
            times = []
            for _ in range(queries[i]):
                started = time.perf_counter()
                runs[i]()
                times.append(time.perf_counter() - started)
            row[i] = np.median(times) * 1e6
        rows.append(row)
    return np.array(rows)


def main(data, ours, peer):
    print('| model | published µs | simplified µs | int8 µs | peer int8 µs | int8/peer | int8/simplified '
          '| simplified/published | bytes published → int8 (peer) |')
    print('|---|---|---|---|---|---|---|---|---|')
    logs = []
    for path in sorted(glob.glob(os.path.join(ours, '*.x86-64-vnni.onnx'))):
        name = os.path.basename(path)[:-len('.x86-64-vnni.onnx')]
        paths = [os.path.join(data, 'models', name, 'model.onnx'), os.path.join(ours, name + '.generic.onnx'),
                 path, os.path.join(peer, name + '.peer.onnx')]
        if not all(os.path.exists(p) for p in paths):
            continue
        times = compare(paths)
        published, simplified, int8, other = np.median(times, axis=0)
        ratio = lambda a, b: np.median(times[:, a] / times[:, b])
        logs.append(np.log(ratio(2, 3)))
        sizes = [os.path.getsize(p) for p in paths]
        print(f'| {name} | {published:.0f} | {simplified:.0f} | {int8:.0f} | {other:.0f} | {ratio(2, 3):.3f} '
              f'| {ratio(2, 1):.3f} | {ratio(1, 0):.3f} | {sizes[0]:,} → {sizes[2]:,} ({sizes[3]:,}) |', flush=True)
    print(f'\ngeometric mean of int8/peer over {len(logs)} models: {np.exp(np.mean(logs)):.3f}')


if __name__ == '__main__':
    main(*sys.argv[1:])
