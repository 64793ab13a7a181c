# One JPEG from its bytes to five probabilities, as Python does it: Pillow, then ONNX Runtime (our model) or PyTorch (MobileNetV2 of the same
# shape, random weights). A number of pictures for each line on stdin, then [milliseconds of each, milliseconds of inference alone].
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
    import torchvision

    torch.set_num_threads(threads)
    model = torchvision.models.mobilenet_v2(weights=None, num_classes=5).eval()

    def infer(pixels):
        with torch.inference_mode():
            return torch.softmax(model(torch.from_numpy(pixels.transpose(2, 0, 1).copy())[None]), 1)[0].numpy()

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
