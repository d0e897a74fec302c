#!/usr/bin/env python3
"""One training step in PyTorch, the peer of TrainStep.java: the same layers, batch and update.

    python bench/train_step.py resnet8 128 2        # network, batch, threads
"""
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Residual(nn.Module):
    def __init__(self, channels, outputs, stride):
        super().__init__()
        self.a = nn.Conv2d(channels, outputs, 3, stride, 1)
        self.an = nn.BatchNorm2d(outputs)
        self.b = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.bn = nn.BatchNorm2d(outputs)
        self.skip = nn.Identity() if stride == 1 else nn.Conv2d(channels, outputs, 1, stride)

    def forward(self, x):
        y = functional.relu(self.an(self.a(x)))
        return functional.relu(self.bn(self.b(y)) + self.skip(x))


def resnet8():
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, 1, 1), nn.BatchNorm2d(16), nn.ReLU(),
        Residual(16, 16, 1), Residual(16, 32, 2), Residual(32, 64, 2),
        nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, 10))


def vgg():
    layers, channels = [], 3
    for width in (64, 64, 0, 128, 128, 0, 256, 256, 0, 512, 0):
        if width == 0:
            layers.append(nn.MaxPool2d(2))
        else:
            convolution = nn.Conv2d(channels, width, 3, 1, 1, bias=False)
            layers += [convolution, nn.BatchNorm2d(width), nn.ReLU()]
            channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 512), nn.ReLU(), nn.Linear(512, 10))


def main():
    name, batch, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = resnet8() if name == "resnet8" else vgg()
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    x = torch.randn(batch, 3, 32, 32)
    labels = torch.randint(0, 10, (batch,))
    times = []
    for step in range(25 if name == "resnet8" else 9):
        begun = time.perf_counter()
        optimizer.zero_grad()
        functional.cross_entropy(model(x), labels).backward()
        optimizer.step()
        times.append(1000 * (time.perf_counter() - begun))
    times = times[3:]
    print(f"pytorch {torch.__version__} {name} batch {batch} threads {threads}: "
          f"median {statistics.median(times):.1f} ms, least {min(times):.1f} ms")


if __name__ == "__main__":
    main()
