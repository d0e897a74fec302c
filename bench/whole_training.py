#!/usr/bin/env python3
"""A whole training of ResNet-8 on CIFAR-10 from random weights in PyTorch, and the same start as an ONNX file.

    python bench/whole_training.py start CIFAR10 FOLDER          # writes model.onnx and model.toml with random weights
    python bench/whole_training.py peer CIFAR10 EPOCHS THREADS   # trains from these weights and judges
    python bench/whole_training.py judge CIFAR10 MODEL.onnx

Batch, rule, schedule and augmentation are those of
skerry train FOLDER --epochs EPOCHS --batch 128 --optimizer sgd --learning-rate 0.1 --flip --shift 4 --holdout 0.
"""
import io
import math
import os
import sys
import time
import zipfile

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

from train_step import resnet8

BATCH, RATE, WARM_UP, SHIFT = 128, 0.1, 0.05, 4
MEAN, STD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)
TOML = """name    = "resnet8-from-scratch"
version = "1.0.0"
model   = "model.onnx"

[input.image]
kind     = "image"
size     = [32, 32]
channels = "rgb"
layout   = "nchw"
mean     = {mean}
std      = {std}

[output.logits]
kind   = "classification"
labels = {labels}

[data]
calibration = "{data}/train.zip"
validation  = "{data}/test.zip"

[goal]
metric = "top1"
"""


def images(path):
    """Normalized images [N, 3, 32, 32] and classes, which are the folders in the order of their names."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".jpg"))
        pictures = [np.asarray(Image.open(io.BytesIO(archive.read(name))).convert("RGB")) for name in names]
    folders = sorted({name.split("/")[0] for name in names})
    x = (np.stack(pictures).astype(np.float32) - np.float32(MEAN)) / np.float32(STD)
    labels = [folders.index(name.split("/")[0]) for name in names]
    return torch.from_numpy(x.transpose(0, 3, 1, 2).copy()), torch.tensor(labels), folders


def fresh():
    torch.manual_seed(1)
    return resnet8()


def start(data, folder):
    os.makedirs(folder, exist_ok=True)
    torch.onnx.export(
        fresh().eval(), torch.zeros(2, 3, 32, 32), os.path.join(folder, "model.onnx"), dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, opset_version=17,
        input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    labels = images(os.path.join(data, "test.zip"))[2]
    with open(os.path.join(folder, "model.toml"), "w", encoding="utf-8") as file:
        file.write(TOML.format(mean=list(MEAN), std=list(STD), labels=str(labels).replace("'", '"'),
                               data=os.path.abspath(data)))


def augmented(x):
    x = torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
    wide = functional.pad(x, (SHIFT,) * 4, mode="replicate")
    moved = [picture[:, down:down + 32, right:right + 32]
             for picture, (down, right) in zip(wide, torch.randint(0, 2 * SHIFT + 1, (len(x), 2)).tolist())]
    return torch.stack(moved)


def share(step, steps):
    rising = WARM_UP * steps
    if step < rising:
        return (step + 1) / (rising + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / (steps - rising)))


def peer(data, epochs, threads):
    torch.set_num_threads(threads)
    x, labels, _ = images(os.path.join(data, "train.zip"))
    model = fresh().train()
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.SGD([{"params": decayed, "weight_decay": 5e-4}, {"params": others}], lr=RATE, momentum=0.9)
    per_epoch = len(x) // BATCH
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, epochs * per_epoch))
    begun = time.perf_counter()
    for epoch in range(epochs):
        for rows in torch.randperm(len(x))[:per_epoch * BATCH].split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(model(augmented(x[rows])), labels[rows]).backward()
            optimizer.step()
            schedule.step()
        print(f"epoch {epoch + 1}: {time.perf_counter() - begun:.0f} s", flush=True)
    x, labels, _ = images(os.path.join(data, "test.zip"))
    model.eval()
    with torch.no_grad():
        right = sum((model(part).argmax(1) == truth).sum().item() for part, truth in zip(x.split(250), labels.split(250)))
    print(f"pytorch {torch.__version__}: {100 * right / len(x):.2f} % of {len(x)}")


def judge(data, model):
    import onnxruntime
    session = onnxruntime.InferenceSession(model)
    x, labels, _ = images(os.path.join(data, "test.zip"))
    logits = [session.run(None, {"image": part.numpy()})[0] for part in x.split(250)]
    print(f"{model}: {100 * np.mean(np.concatenate(logits).argmax(1) == labels.numpy()):.2f} % of {len(x)}")


if __name__ == "__main__":
    command, data = sys.argv[1:3]
    if command == "start":
        start(data, sys.argv[3])
    elif command == "peer":
        peer(data, int(sys.argv[3]), int(sys.argv[4]))
    else:
        judge(data, sys.argv[3])
