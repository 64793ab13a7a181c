// `convo classify` with the models that ship, on pages drawn here.
import { execFile, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { convo, MAIN } from "../support/convo.js";
import { ROOT } from "../support/rubrics.js";

const folder = mkdtempSync(join(tmpdir(), "convo-classify-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Strokes on 1024 × 768. */
const SEVEN = "M250 260 L400 255 L310 520";
const THREE = "M520 300 C560 230 660 260 600 370 C700 380 660 520 520 490";
const NINE = "M780 260 C700 300 740 380 800 360 C850 330 830 260 780 260 M830 320 L800 520";

interface Page {
  readonly strokes: readonly string[];
  readonly ink?: string;
  readonly paper?: string;
  readonly isLined?: boolean;
}

async function page(
  name: string,
  { strokes, ink = "#222244", paper = "#ffffff", isLined = false }: Page,
): Promise<string> {
  const lines = [...Array(12).keys()].map(
    (row) => `<line x1="0" x2="1024" y1="${40 + 60 * row}" y2="${40 + 60 * row}"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="768">
    <defs><linearGradient id="light"><stop offset="0" stop-color="${paper}"/><stop offset="1" stop-color="#999088"/></linearGradient></defs>
    <rect width="1024" height="768" fill="${isLined ? "url(#light)" : paper}"/>
    <g stroke="#99aabb" stroke-width="2">${isLined ? lines.join("") : ""}</g>
    <g fill="none" stroke="${ink}" stroke-width="14" stroke-linecap="round" stroke-linejoin="round">
    ${strokes.map((path) => `<path d="${path}"/>`).join("")}</g></svg>`;
  const path = join(folder, `${name}.jpg`);
  await sharp(Buffer.from(svg)).jpeg({ quality: 80 }).toFile(path);
  return path;
}

function classify(...words: readonly string[]): Promise<{ status: number; output: string; errors: string }> {
  return new Promise((done) => {
    const command = [join(ROOT, "dist/main.js"), "classify", ...words];
    const env = { ...process.env, CONVO_MODELS: join(folder, "models") };
    execFile(process.execPath, command, { env }, (error, output, errors) => {
      done({ status: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

describe("convo classify", () => {
  it("reads a number on lined paper in uneven light, light ink on dark, and a bad file does not stop the rest", async () => {
    const lined = await page("lined", { strokes: [SEVEN, THREE, NINE], isLined: true });
    const dark = await page("dark", { strokes: [SEVEN], ink: "#f4f4f4", paper: "#203428" });
    const empty = await page("empty", { strokes: [] });
    const bad = join(folder, "bad.jpg");
    writeFileSync(bad, "no picture");
    const { status, output } = await classify("--json", lined, bad, dark, empty);
    expect(status).toBe(1);
    const answers: unknown = JSON.parse(output);
    expect(answers).toMatchObject([
      {
        file: lined,
        model: "digits",
        top: [{ label: "739" }, {}, {}, {}, {}],
        digits: [{ label: "7" }, { label: "3" }, { label: "9" }],
      },
      { file: bad, error: { code: "image-unsupported" } },
      { file: dark, model: "digits", top: [{ label: "7" }, {}, {}, {}, {}] },
      { file: empty, model: null, top: [], verdict: "neither" },
    ]);
    const [first] = answers as [
      { digits: { box: [number, number, number, number] }[]; top: { probability: number }[] },
    ];
    const [left, top, width, height] = first.digits[0]?.box ?? [0, 0, 0, 0];
    expect(Math.abs(left - 243)).toBeLessThan(15);
    expect(Math.abs(top - 248)).toBeLessThan(15);
    expect(Math.abs(width - 164)).toBeLessThan(20);
    expect(Math.abs(height - 279)).toBeLessThan(20);
    const falling = first.top.map(({ probability }) => probability);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
  });

  it("takes more names than fit into a thread's stack, and a last one that can be read is", async () => {
    const missing = Array.from({ length: 500 }, (_, at) => join(folder, `${"long-name-".repeat(5)}${at}.jpg`));
    const { status, output } = await classify(
      "--jsonl",
      "--model",
      "digits",
      ...missing,
      await page("last", { strokes: [SEVEN] }),
    );
    const lines = output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(status).toBe(1);
    expect(lines).toHaveLength(501);
    expect(lines.at(-1)).toMatchObject({ model: "digits", top: [{ label: "7" }, {}, {}, {}, {}] });
  });

  it("gives one object a line with --jsonl, and says a wrong use with status 2", async () => {
    const seven = await page("seven", { strokes: [SEVEN] });
    const lines = await classify("--jsonl", "--model", "digits", seven, seven);
    expect(lines.status).toBe(0);
    const objects = lines.output
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(objects).toMatchObject([{ model: "digits", top: [{ label: "7" }, {}, {}, {}, {}] }, { model: "digits" }]);
    expect(await classify("--model", "cats", seven)).toMatchObject({ status: 2 });
    expect(await classify("--json", "--jsonl", seven)).toMatchObject({ status: 2 });
    expect(await classify()).toMatchObject({ status: 2 });
  });

  it.each(["cats", "digits@nope", "digits@previous", "auto@v1", "../digits", ""])(
    "tells once that there is no model %j, before any file is read",
    async (model) => {
      const { code, stdout, stderr } = await convo(["classify", "--json", "--model", model, "no-1.jpg", "no-2.jpg"], {
        env: { CONVO_MODELS: join(folder, "models") },
      });
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^convo: [^\n]+\n[^\n]+\n\(usage\)\n$/);
      expect(stderr).not.toContain("no-1.jpg");
    },
  );

  it("answers for every file that a model which is there is damaged", async () => {
    const models = join(folder, "damaged-version");
    mkdirSync(join(models, "digits", "v9"), { recursive: true });
    const { code, stdout } = await convo(
      ["classify", "--json", "--model", "digits@v9", await page("v9", { strokes: [SEVEN] })],
      {
        env: { CONVO_MODELS: models },
      },
    );
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([{ error: { code: "model-damaged" } }]);
  });

  it("tells on standard error which damaged model did not look, and lets the other one answer", async () => {
    const seven = await page("half", { strokes: [SEVEN] });
    const half = join(folder, "half-damaged");
    mkdirSync(join(half, "flowers"), { recursive: true });
    writeFileSync(join(half, "flowers", "aliases.json"), "{");
    const { code, stdout, stderr } = await convo(["classify", "--json", seven, seven], { env: { CONVO_MODELS: half } });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).map(({ top: [best] }: { top: { label: string }[] }) => best?.label)).toEqual(["7", "7"]);
    expect(stderr).toMatch(/^convo: flowers is left out\. .*aliases\.json cannot be read\..*\n$/);
  });

  it("answers for every file that the models' folder is a file, and how to mend it", async () => {
    const seven = await page("of-no-folder", { strokes: [SEVEN] });
    const noFolder = join(folder, "models-file");
    writeFileSync(noFolder, "x");
    const { code, stdout, stderr } = await convo(["classify", "--json", seven, seven], {
      env: { CONVO_MODELS: noFolder },
    });
    expect(code).toBe(1);
    const told = stderr.trim().split("\n").toSorted();
    expect(told).toEqual([
      expect.stringMatching(/^convo: digits is left out\./),
      expect.stringMatching(/^convo: flowers is left out\./),
    ]);
    const error = { code: "models-no-folder", message: expect.stringContaining("Set CONVO_MODELS to a folder") };
    expect(JSON.parse(stdout)).toEqual([
      { file: seven, error },
      { file: seven, error },
    ]);
    const promoted = await convo(["models", "promote", "digits@v1"], { env: { CONVO_MODELS: noFolder } });
    expect(promoted.code).toBe(2);
    expect(promoted.stderr).not.toContain("    at ");
  });

  it.skipIf(!existsSync("/dev/full"))("says that a full device is full, which is no bug", async () => {
    const seven = await page("to-a-full-device", { strokes: [SEVEN] });
    const full = openSync("/dev/full", "w");
    const child = spawn(process.execPath, [MAIN, "classify", "--jsonl", seven], {
      env: { ...process.env, CONVO_MODELS: join(folder, "models") },
      stdio: ["ignore", full, "pipe"],
    });
    let errors = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      errors += chunk.toString("utf8");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    closeSync(full);
    expect(code).toBe(1);
    expect(errors).toMatch(/^convo: .*no space is left.*\n.*\n\(ENOSPC\)\n$/);
  });
});
