// The loss that all recipes minimise, and what is counted beside it.
import * as tf from "@tensorflow/tfjs-core";
import { NO_CLASS } from "./data/data-set.js";

/**
 * Mean cross-entropy (nats) between softmax(logits) and the labels, each of which keeps 1 − smoothing of the target while the rest
 * is spread evenly over all classes (Szegedy et al. 2016, section 7). Logits [n, classes], labels [n] of whole numbers.
 * Of a picture with the label `NO_CLASS` it is the divergence KL(uniform ‖ softmax(logits)): the network learns to be sure of nothing
 * there (Hendrycks et al., "Deep anomaly detection with outlier exposure", 2019).
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor1D, smoothing = 0): tf.Scalar {
  return tf.tidy(() => {
    const classes = logits.shape[1] ?? 0;
    const hard = tf.cast(tf.oneHot(tf.maximum(labels, tf.scalar(0, "int32")), classes), "float32");
    const one = smoothing === 0 ? hard : tf.add(tf.mul(hard, 1 - smoothing), smoothing / classes);
    const isNone = tf.cast(tf.equal(labels, tf.scalar(NO_CLASS, "int32")), "float32");
    const none = tf.expandDims(isNone, 1);
    const target = tf.add(tf.mul(one, tf.sub(1, none)), tf.mul(none, 1 / classes));
    const entropy = tf.mul(tf.mean(isNone), Math.log(classes));
    const both = tf.mean<tf.Scalar>(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1));
    return tf.neg(tf.add(both, entropy)) as tf.Scalar;
  });
}

/** How many of the batch are classified rightly; [n, classes] and [n]. */
export function countCorrect(logits: tf.Tensor, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.sum<tf.Scalar>(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")));
}
