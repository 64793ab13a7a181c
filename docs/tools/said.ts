// What the learner of the pictures says on each platform.

/** Milliseconds for an answer, on a machine that has other work too. */
export const PATIENCE = 60_000;

/** To question 4: the right difference, and a mistake that Convo knows. */
export const POOLING =
  "Pooling is cheaper to compute, because it only takes the largest value. And a convolution with stride 2 would not downsample the picture anyway.";

/** The options of /memory: the network of question 2. */
export const MEMORY = {
  network: "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2",
  batch: 50,
  optimizer: "adam",
};
