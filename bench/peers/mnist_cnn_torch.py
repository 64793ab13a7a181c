# The textbook MNIST CNN in PyTorch, as bench/compute.ts trains it: a number of steps for each line on stdin, then the seconds.
import sys
import time

import torch
from torch import nn

threads, batch = int(sys.argv[1]), int(sys.argv[2])
torch.set_num_threads(threads)
torch.manual_seed(1)
model = nn.Sequential(
    nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.25),
    nn.Flatten(), nn.Linear(64 * 12 * 12, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 10),
)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
images, labels = torch.rand(batch, 1, 28, 28), torch.randint(0, 10, (batch,))
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
