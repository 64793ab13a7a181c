// What the fake commands answer, the quiz aside: together with it, every kind of block.
import type { OptionValues } from "../../../src/commands/command.js";
import type { Block, Message, Reply } from "../../../src/commands/reply.js";
import type { ActionRequest, CommandRequest } from "../../../src/commands/request.js";
import { lossCurve } from "./drawing.js";

export function message(isPrivate: boolean, blocks: readonly Block[], replaces = false): Message {
  return { kind: "message", private: isPrivate, blocks, ...(replaces ? { replaces } : {}) };
}

export function note(tone: "info" | "good" | "warning" | "error", text: string): Block {
  return { kind: "note", tone, text };
}

export async function progress(): Promise<Reply> {
  return message(true, [
    { kind: "heading", text: "Your progress" },
    { kind: "text", text: ["You have answered ", { bold: "7 of 10" }, " questions; two are due for review today."] },
    {
      kind: "table",
      columns: [
        { title: "Question" },
        { title: "Best", align: "right" },
        { title: "Tries", align: "right" },
        { title: "Review" },
      ],
      rows: [
        ["Advantages of a CNN", "1.00", "2", "in 12 days"],
        ["Parameters and memory", "0.50", "3", [{ bold: "today" }]],
        ["Out of GPU memory", "0.75", "1", "in 3 days"],
        ["Max pooling or stride", "0.75", "2", [{ bold: "today" }]],
      ],
    },
    {
      kind: "buttons",
      buttons: [{ label: "Review now", style: "primary", press: { command: "quiz", action: "hint", args: {} } }],
    },
  ]);
}

export async function help(): Promise<Reply> {
  return message(true, [
    { kind: "heading", text: "What I can do" },
    {
      kind: "text",
      text: ["Ask me with a slash: ", { code: "/quiz" }, ", ", { code: "/params" }, " or ", { code: "/classify" }, "."],
    },
  ]);
}

export async function params(_request: CommandRequest, options: OptionValues): Promise<Reply> {
  const press = (action: string) => ({ command: "params", action, args: {} });
  return message(false, [
    { kind: "heading", text: "903,400 parameters" },
    { kind: "text", text: [{ code: String(options.network ?? "") }] },
    {
      kind: "table",
      columns: [
        { title: "Layer" },
        { title: "Output" },
        { title: "Arithmetic" },
        { title: "Parameters", align: "right" },
      ],
      rows: [
        ["conv 100 3×3 /2", "100×150×100", [{ code: "(3·3·3 + 1)·100" }], "2,800"],
        ["conv 200 3×3 /2", "50×75×200", [{ code: "(3·3·100 + 1)·200" }], "180,200"],
        ["conv 400 3×3 /2", "25×38×400", [{ code: "(3·3·200 + 1)·400" }], "720,400"],
      ],
    },
    note("info", "1 MAC = 2 FLOPs. Biases are counted."),
    {
      kind: "buttons",
      buttons: [
        { label: "Show memory", style: "secondary", press: press("share") },
        { label: "An old button", style: "danger", press: press("expired") },
      ],
    },
  ]);
}

export async function share(request: ActionRequest): Promise<Reply> {
  return message(false, [{ kind: "text", text: `12,613,600 bytes, says ${request.user.name}` }], true);
}

export async function classify(request: CommandRequest): Promise<Reply> {
  const sizes = await Promise.all(
    request.attachments.map(async (file) => `${file.name}: ${(await file.read()).byteLength} bytes`),
  );
  return message(true, [note("good", sizes.join(", ") || "no photo")]);
}

export async function* train(_request: CommandRequest, options: OptionValues): AsyncIterable<Reply> {
  const epochs = Number(options.epochs ?? 3);
  for (let epoch = 0; epoch <= epochs; epoch++) {
    yield message(false, [
      {
        kind: "heading",
        text: epoch < epochs ? `Training · epoch ${epoch} of ${epochs}` : "Trained · handwritten digits",
      },
      {
        kind: "fields",
        fields: [
          { name: "Training loss", value: (2.3 * 0.6 ** epoch).toFixed(3) },
          { name: "Validation accuracy", value: `${(90 + 8 * (1 - 0.5 ** epoch)).toFixed(1)} %` },
        ],
      },
      {
        kind: "picture",
        name: "loss.png",
        png: lossCurve(epoch / epochs),
        alt: `Loss over ${epoch} epochs: training in blue, validation in orange, both falling`,
      },
    ]);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

export async function everything(): Promise<Reply> {
  const press = { command: "quiz", action: "hint", args: {} };
  return message(false, [
    { kind: "heading", text: "Every kind of block" },
    {
      kind: "text",
      text: [
        "Plain, ",
        { bold: "bold" },
        ", ",
        { italic: "italic" },
        ", ",
        { code: "conv 64 3x3" },
        ", ",
        { link: "a link", url: "https://example.org/" },
        ", ",
        { link: "no link", url: "javascript:alert(1)" },
        ".\nA second line, and <b>no markup</b>.",
      ],
    },
    { kind: "quote", text: "A pooling layer has no parameters.\nSo it learns nothing." },
    note("info", "Counted as Keras counts."),
    note("good", "Met."),
    note("warning", "Nearly."),
    note("error", "The network does not fit: 7×7 'valid' into 5×5."),
    { kind: "picture", name: "loss.png", png: lossCurve(1), alt: "Loss over 10 epochs" },
    {
      kind: "file",
      name: "run-0042.csv",
      mediaType: "text/csv",
      bytes: new TextEncoder().encode("epoch,loss\n1,0.5\n"),
      description: "The run, epoch by epoch",
    },
    {
      kind: "choice",
      style: "select",
      label: "Which network?",
      pick: press,
      options: [
        { value: "a", label: "LeNet-5" },
        { value: "b", label: "ResNet-50" },
      ],
    },
    {
      kind: "buttons",
      buttons: [
        { label: "Main", style: "primary", press },
        { label: "Other", style: "secondary", press },
        { label: "Delete", style: "danger", press },
      ],
    },
  ]);
}
