// The loss that all recipes minimise, and what is counted beside it.
import * as tf from "@tensorflow/tfjs-core";

/**
 * Mean cross-entropy (nats) between softmax(logits) and the labels, each of which keeps 1 − smoothing of the target while the rest
 * is spread evenly over all classes (Szegedy et al. 2016, section 7). Logits [n, classes], labels [n] of whole numbers.
 */
export function crossEntropy(logits: tf.Tensor, labels: tf.Tensor1D, smoothing = 0): tf.Scalar {
  return tf.tidy(() => {
    const classes = logits.shape[1] ?? 0;
    const hard = tf.cast(tf.oneHot(labels, classes), "float32");
    const target = smoothing === 0 ? hard : tf.add(tf.mul(hard, 1 - smoothing), smoothing / classes);
    return tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1)));
  });
}

/** How many of the batch are classified rightly; [n, classes] and [n]. */
export function countCorrect(logits: tf.Tensor, labels: tf.Tensor1D): tf.Scalar {
  return tf.tidy(() => tf.sum<tf.Scalar>(tf.cast(tf.equal(tf.argMax(logits, 1), labels), "float32")));
}
