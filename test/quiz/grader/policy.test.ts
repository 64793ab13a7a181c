// The grading policy of the course, by clear answers: what is met, what is missing, which mistake is named.
import { describe, expect, test } from "vitest";
import { questionById } from "../../../src/quiz/question.js";

type Case = readonly [question: string, answer: string, score: number, met: readonly string[]];

function check([question, answer, score, met]: Case): void {
  const grade = questionById(question).grade(answer);
  expect({ score: grade.score, met: grade.met.toSorted() }, answer).toEqual({ score, met: met.toSorted() });
}

describe("points", () => {
  test.each<Case>([
    ["q1", "A CNN shares its weights across positions, so it has far fewer parameters.", 0.25, ["params"]],
    [
      "q1",
      "It has far fewer parameters thanks to weight sharing. So it trains faster and overfits less. A feature learned in one place is recognised anywhere in the image. Low-level features combine into high-level ones.",
      1,
      ["params", "cost", "translation", "hierarchy"],
    ],
    ["q1", "A DNN shares its weights, a CNN does not.", 0, []],
    [
      "q2",
      "There are 903,400 parameters. Prediction needs 12.6 MB and training 565.6 MB.",
      1,
      ["params", "ram_pred", "ram_train"],
    ],
    ["q2", "902,700 parameters without the biases.", 0.25, ["params_nobias"]],
    ["q2", "Prediction needs 12 MiB of RAM.", 0.25, ["ram_pred"]],
    ["q2", "Prediction needs 12.6 MiB of RAM.", 0, []],
    ["q3", "Use a smaller mini-batch.", 0.25, ["batch"]],
    ["q3", "Reduce the batch size, use mixed precision and remove some layers.", 0.5, ["batch", "precision", "layers"]],
    [
      "q3",
      "Smaller batches, a larger stride, fewer layers, 16-bit floats, and distribute the model over several GPUs.",
      1,
      ["batch", "stride", "layers", "precision", "distribute"],
    ],
    ["q3", "Buy a GPU with more memory.", 0, []],
    ["q3", "Train for fewer epochs with a lower learning rate and more dropout.", 0, []],
    ["q4", "A max pooling layer has no parameters at all.", 1, ["noparams"]],
    ["q4", "It needs less computation and reduces overfitting.", 0.5, ["cheap", "overfit"]],
    ["q4", "Because a max pooling layer has parameters and a convolutional layer has none.", 0, []],
    [
      "q5",
      "The neurons that activate most strongly inhibit neurons at the same position in neighbouring feature maps, so the maps specialise. It is used in the lower layers.",
      1,
      ["inhibit", "specialise", "lower"],
    ],
    ["q5", "It normalises over neighbouring channels.", 0.25, ["inhibit_vague"]],
    [
      "q6",
      "AlexNet is deeper and uses ReLU and dropout. GoogLeNet has inception modules. ResNet has skip connections. SENet recalibrates the feature maps by squeeze and excitation. Xception uses depthwise separable convolutions.",
      1,
      ["alexnet", "googlenet", "resnet", "senet", "xception"],
    ],
    ["q6", "ResNet introduced skip connections.", 0.25, ["resnet"]],
    ["q6", "GoogLeNet introduced skip connections and ResNet introduced inception modules.", 0, []],
    ["q7", "A fully convolutional network has only convolutional and pooling layers, no dense ones.", 0.25, ["fcn"]],
    ["q7", "It can process images of any size.", 0.25, ["anysize"]],
    ["q8", "Spatial information is lost in a CNN because of pooling and strides above 1.", 0.75, ["loss", "pooling"]],
    [
      "q8",
      "A CNN loses spatial information through pooling layers and strides, and it has to be restored by upsampling so that every pixel gets a class.",
      1,
      ["loss", "pooling", "restore"],
    ],
    ["q9", "Two convolutional layers with max pooling.", 0.25, ["conv"]],
    [
      "q9",
      "Stack convolutional and pooling layers, add dropout, end in a dense layer of 10 units with softmax and cross-entropy loss, and train with Adam, watching a validation set.",
      1,
      ["conv", "output", "regularise", "training"],
    ],
    ["q10", "Collect at least 100 images per class.", 0.25, ["data"]],
    [
      "q10",
      "Collect at least 100 images per class. Split them into separate training, validation and test sets. Resize the images and use the preprocessing of the pretrained network. Take a pretrained base with a new head, train the head while the base is frozen, then unfreeze it with a low learning rate.",
      1,
      ["data", "split", "pipeline", "finetune"],
    ],
  ])("%s: %s → %d", (...each) => check(each));
});

describe("mistakes are named", () => {
  const named = (question: string, answer: string): readonly string[] =>
    questionById(question).grade(answer).misconceptions;

  test("a property given to the wrong side, a false general claim, a known wrong value", () => {
    expect(named("q1", "A CNN is translation invariant.")).toContain("q1.invariance");
    expect(named("q4", "A strided convolution does not downsample the image, only pooling does.")).toContain(
      "q4.strided-no-downsample",
    );
    expect(named("q2", "There are 8,006,700 parameters.")).not.toEqual([]);
    expect(named("q2", "Training needs 1.54 GB because the weights are copied for each of the 50 images.")).toContain(
      "q2.weights-times-batch",
    );
  });

  test("a false general claim costs a quarter, an explained one nothing", () => {
    const q4 = questionById("q4");
    const right = "Max pooling has no parameters at all.";
    expect(q4.grade(`${right} A strided convolution does not downsample.`).score).toBe(0.75);
    const q1 = questionById("q1");
    const grade = q1.grade("A CNN is translation invariant: a feature learned in one place is found anywhere.");
    expect(grade.misconceptions).toContain("q1.invariance");
    expect(grade.met).toContain("translation");
    expect(grade.score).toBe(0.25);
  });

  test("a swapped attribution is simply not met and costs nothing beyond it", () => {
    expect(questionById("q6").grade("ResNet has skip connections, and Xception squeezes and excites.").score).toBe(
      0.25,
    );
  });
});

test("missing names what would still raise the score, by the course's own names", () => {
  const missing = (question: string, answer: string): readonly string[] => questionById(question).grade(answer).missing;
  expect(missing("q2", "902,700 parameters without biases.")).toEqual(["params", "ram_pred", "ram_train"]);
  expect(missing("q5", "It normalises over neighbouring channels.")).toContain("inhibit");
  expect(missing("q4", "Max pooling has no parameters.")).toEqual([]);
  expect(missing("q3", "Use a smaller batch.")).not.toContain("batch");
  expect(missing("q3", "Use a smaller batch.")).toHaveLength(11);
});
