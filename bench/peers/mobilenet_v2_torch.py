# MobileNetV2 without batch norm in PyTorch, as bench/compute.ts trains it: a number of steps for each line on stdin, then the seconds.
import sys
import time

import torch
from torch import nn

threads, batch, size = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(1)


class Block(nn.Module):
    def __init__(self, inner, outer, stride, expand):
        super().__init__()
        wide = inner * expand
        parts = [] if expand == 1 else [nn.Conv2d(inner, wide, 1), nn.ReLU6()]
        parts += [nn.Conv2d(wide, wide, 3, stride, 1, groups=wide), nn.ReLU6(), nn.Conv2d(wide, outer, 1)]
        self.parts, self.skips = nn.Sequential(*parts), stride == 1 and inner == outer

    def forward(self, x):
        return x + self.parts(x) if self.skips else self.parts(x)


layers, inner = [nn.Conv2d(3, 32, 3, 2, 1), nn.ReLU6()], 32
for expand, outer, count, stride in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
    for i in range(count):
        layers.append(Block(inner, outer, stride if i == 0 else 1, expand))
        inner = outer
layers += [nn.Conv2d(320, 1280, 1), nn.ReLU6(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1280, 5)]
model = nn.Sequential(*layers).to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
images = torch.rand(batch, 3, size, size).to(memory_format=torch.channels_last)
labels = torch.randint(0, 5, (batch,))
print(torch.__version__, flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    for _ in range(int(line)):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        loss.item()
    print(time.perf_counter() - begun, flush=True)
