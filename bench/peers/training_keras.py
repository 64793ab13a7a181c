# Both networks of bench/compute.ts in Keras, trained as there: a number of steps for each line on stdin, then the seconds.
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tensorflow as tf
from keras import layers

network, threads, batch, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
tf.config.threading.set_intra_op_parallelism_threads(threads)
keras.utils.set_random_seed(1)


def mnist():
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(32, 3, activation="relu"), layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2), layers.Dropout(0.25), layers.Flatten(), layers.Dense(128, activation="relu"),
        layers.Dropout(0.5), layers.Dense(10, activation="softmax"),
    ])


def mobilenet():
    inputs = keras.Input((size, size, 3))
    x, inner = layers.ReLU(6)(layers.Conv2D(32, 3, 2, padding="same")(inputs)), 32
    for expand, outer, count, first in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
        for i in range(count):
            stride = first if i == 0 else 1
            wide = x if expand == 1 else layers.ReLU(6)(layers.Conv2D(inner * expand, 1)(x))
            out = layers.Conv2D(outer, 1)(layers.ReLU(6)(layers.DepthwiseConv2D(3, stride, padding="same")(wide)))
            x, inner = layers.Add()([x, out]) if stride == 1 and inner == outer else out, outer
    pooled = layers.GlobalAveragePooling2D()(layers.ReLU(6)(layers.Conv2D(1280, 1)(x)))
    return keras.Model(inputs, layers.Dense(5, activation="softmax")(pooled))


model, classes = (mnist(), 10) if network == "mnist" else (mobilenet(), 5)
model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
images = tf.random.uniform((batch, *model.input_shape[1:]))
labels = tf.random.uniform((batch,), 0, classes, tf.int32)
print(f"Keras {keras.__version__}, TensorFlow {tf.__version__}", flush=True)
for line in sys.stdin:
    begun = time.perf_counter()
    for _ in range(int(line)):
        model.train_on_batch(images, labels)
    print(time.perf_counter() - begun, flush=True)
