# One JPEG from its bytes to five probabilities, as Python does it: Pillow, then ONNX Runtime (our model) or PyTorch (MobileNetV2 of the same
# shape with batch norms folded, random weights). A number of pictures for each line on stdin, then [milliseconds of each, milliseconds of inference alone].
#   classify_flowers.py onnx|torch THREADS PICTURE [MODEL]
import io
import json
import sys
import time

import numpy as np
from PIL import Image, ImageOps

kind, threads, picture = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "rb").read()


def prepared():
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(picture))).convert("RGB")
    scale = 224 / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    return np.asarray(image.crop((left, top, left + 224, top + 224)), dtype=np.float32) / 127.5 - 1


if kind == "onnx":
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(sys.argv[4], options)
    name = session.get_inputs()[0].name

    def infer(pixels):
        logits = session.run(None, {name: pixels[None]})[0][0]
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    version = onnxruntime.__version__
else:
    import torch
    from torch import nn

    torch.set_num_threads(threads)

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
    model = nn.Sequential(*layers).eval().to(memory_format=torch.channels_last)

    def infer(pixels):
        with torch.inference_mode():
            # NHWC bytes seen as NCHW, channels last: nothing is copied.
            return torch.softmax(model(torch.from_numpy(pixels)[None].permute(0, 3, 1, 2)), 1)[0].numpy()

    version = torch.__version__

infer(prepared())
print(version, flush=True)
for line in sys.stdin:
    whole, alone = [], []
    for _ in range(int(line)):
        begun = time.perf_counter()
        pixels = prepared()
        read = time.perf_counter()
        infer(pixels)
        end = time.perf_counter()
        whole.append((end - begun) * 1000)
        alone.append((end - read) * 1000)
    print(json.dumps([whole, alone]), flush=True)
