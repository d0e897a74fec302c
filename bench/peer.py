"""The peer: ONNX Runtime's own quantizer on the models that Skerry is measured with.

usage: peer.py DATA OUT [MODEL ...]     needs onnx, onnxruntime, sympy, numpy and pillow from pip

DATA holds models/ and the data that the models' model.toml name. For each model: quant_pre_process,
then quantize_static in QDQ form, per channel, uint8 activations, int8 weights, MinMax over 200
calibration samples (all of them where there are fewer). Writes OUT/MODEL.peer.onnx.

The quantizer cannot write per-channel weights below opset 13, so models of an older opset are helped
first: initializers leave the inputs and onnx.version_converter brings them to opset 17.
"""
import io
import os
import resource
import sys
import time
import tomllib
import wave
import zipfile

import numpy as np
import onnx
import onnx.version_converter
from onnxruntime import InferenceSession
from onnxruntime.quantization import (
    CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static)
from onnxruntime.quantization.shape_inference import quant_pre_process
from PIL import Image

METHODS = {'minmax': CalibrationMethod.MinMax, 'percentile': CalibrationMethod.Percentile}


def image(data, spec):
    height, width = spec['size']
    picture = Image.open(io.BytesIO(data)).convert('RGB')
    if picture.size != (width, height):
        picture = picture.resize((width, height), Image.BILINEAR)
    x = np.asarray(picture, np.float32) * spec.get('scale', 1.0)
    x = (x - np.array(spec.get('mean', 0), np.float32)) / np.array(spec.get('std', 1), np.float32)
    return x if spec.get('layout', 'nchw') == 'nhwc' else np.ascontiguousarray(x.transpose(2, 0, 1))


def audio(data, spec):
    with wave.open(io.BytesIO(data)) as file:
        raw = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    x = np.zeros(spec['length'], np.float32)
    x[:min(len(raw), spec['length'])] = raw[:spec['length']]
    return x * np.float32(spec.get('scale', 1.0))


class Samples(CalibrationDataReader):
    """Decodes one sample at a time, so that the peer's memory is its own."""

    def __init__(self, folder, description, limit):
        (self.name, self.spec), = description['input'].items()
        path = os.path.join(folder, description['data']['calibration'])
        if path.endswith('.npy'):
            self.items, self.read = np.load(path), self.array
        else:
            archive = zipfile.ZipFile(path)
            names = sorted(n for n in archive.namelist() if n.lower().endswith(('.jpg', '.png', '.wav')))
            decode = audio if self.spec['kind'] == 'audio' else image
            self.items, self.read = names, lambda n: decode(archive.read(n), self.spec)
        stride = max(1, len(self.items) // limit)
        self.items = self.items[::stride][:limit]
        self.at = 0

    def array(self, raw):
        return (raw.astype(np.float32) * self.spec.get('scale', 1.0) - self.spec.get('mean', 0.0)) / self.spec.get('std', 1.0)

    def get_next(self):
        if self.at == len(self.items):
            return None
        self.at += 1
        return {self.name: self.read(self.items[self.at - 1])[None].astype(np.float32)}


def modern(path, out):
    """The model's path, or that of a copy at opset 17 when it is older than 13."""
    model = onnx.load(path)
    if max(o.version for o in model.opset_import if o.domain in ('', 'ai.onnx')) >= 13:
        return path
    constants = {i.name for i in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in constants]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    onnx.save(onnx.version_converter.convert_version(model, 17), out)
    return out


def quantize(data, out, name, method='minmax', samples=200, calibration=None):
    folder = os.path.join(data, 'models', name)
    with open(os.path.join(folder, 'model.toml'), 'rb') as file:
        description = tomllib.load(file)
    if calibration:
        description['data'] = {'calibration': os.path.abspath(calibration)}
    if 'data' not in description:
        print(f'{name}: no data, skipped')
        return
    os.makedirs(out, exist_ok=True)
    prepared = os.path.join(out, name + '.prepared.onnx')
    quantized = os.path.join(out, name + '.peer.onnx')
    started = time.time()
    quant_pre_process(modern(os.path.join(folder, 'model.onnx'), prepared + '.tmp'), prepared)
    quantize_static(
        prepared, quantized, Samples(folder, description, samples), quant_format=QuantFormat.QDQ,
        per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        calibrate_method=METHODS[method])
    InferenceSession(quantized)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f'{name}: {method} {samples} samples {time.time() - started:.1f} s, peak {peak} MB, '
          f'{os.path.getsize(quantized)} bytes', flush=True)


def main(arguments):
    data, out, *rest = arguments
    options = dict(a[2:].split('=', 1) for a in rest if a.startswith('--'))
    models = [a for a in rest if not a.startswith('--')]
    for name in models or sorted(os.listdir(os.path.join(data, 'models'))):
        if os.path.exists(os.path.join(data, 'models', name, 'model.toml')):
            quantize(data, out, name, options.get('method', 'minmax'),
                     int(options.get('samples', 200)), options.get('calibration'))


if __name__ == '__main__':
    main(sys.argv[1:])
