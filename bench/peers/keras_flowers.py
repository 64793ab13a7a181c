# Phase 1 of the recipe flowers as one writes it in Keras: features of the frozen MobileNetV2 once, then a head on them.
# Standard input: {"folder", "weights", "train": [[path, label], …], "validation": […], "epochs", "classes"}. Prints JSON.
import json, os, sys, time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
began = time.time()
import keras
import numpy as np
import tensorflow as tf

imported = time.time()
job = json.load(sys.stdin)
SIDE = 224


def images(split):
    files = [os.path.join(job["folder"], path) for path, _ in job[split]]

    def read(path):
        pixels = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        return tf.image.resize(pixels, (SIDE, SIDE))

    data = tf.data.Dataset.from_tensor_slices(files)
    return data.map(read, num_parallel_calls=tf.data.AUTOTUNE).batch(32).prefetch(tf.data.AUTOTUNE)


base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(SIDE, SIDE, 3), pooling="avg")
base.load_weights(job["weights"])
base.trainable = False
extract = keras.Sequential([keras.layers.Rescaling(1 / 127.5, -1), base])
start = time.time()
features = {split: extract.predict(images(split), verbose=0) for split in ("train", "validation")}
extracted = time.time()
labels = {split: np.array([label for _, label in job[split]]) for split in ("train", "validation")}
normalize = keras.layers.Normalization()
normalize.adapt(features["train"])
head = keras.Sequential([normalize, keras.layers.Dropout(0.3), keras.layers.Dense(job["classes"])])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
head.compile(keras.optimizers.AdamW(0.002, weight_decay=0.05), loss, metrics=["accuracy"])
history = head.fit(
    features["train"],
    labels["train"],
    batch_size=64,
    epochs=job["epochs"],
    validation_data=(features["validation"], labels["validation"]),
    verbose=0,
)
ended = time.time()
print(
    json.dumps(
        {
            "importing": imported - began,
            "building": start - imported,
            "features": extracted - start,
            "head": ended - extracted,
            "whole": ended - began,
            "validationAccuracy": max(history.history["val_accuracy"]),
        }
    )
)
