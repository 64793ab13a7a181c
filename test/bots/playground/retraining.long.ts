// A retraining as an admin sees it in the browser, with the product itself: asked for, watched, judged, in service, and rolled back.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join as path } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { writtenPage } from "../../../bench/vision/pages.js";
import { ModelRegistry } from "../../../src/engine/models/registry.js";
import { drawDigits } from "../../engine/queue/support/drawn-digits.js";
import { openChat } from "../../support/chat.js";
import { ROOT } from "../../support/rubrics.js";
import { temporaryFolder } from "../../support/world.js";
import { composer, noBrowser, reason, say, stage } from "./browser.js";

const MNIST = [path(ROOT, "data/mnist"), path(ROOT, "../shared/data/mnist")].find(existsSync);
/** Milliseconds: a bound on a hang, also where the machine is busy. */
const PATIENCE = 900_000;
const SETTINGS = 'settings:"batch=64 width=4 limit=3200 augmentation=false learningRate=0.01"';
/** Of a model that is far better, if nothing like what ships. */
const MORE = 'settings:"batch=64 width=12 limit=9600 augmentation=false learningRate=0.01"';

describe.skipIf(noBrowser)(`retraining in Chromium${reason}`, () => {
  const chromium = stage();

  /** A bot with these digits, and an admin at its page. */
  async function admin(putDigits: (folder: string) => void): Promise<{ page: Page; shipped: string }> {
    const folder = temporaryFolder();
    mkdirSync(path(folder, "data"));
    putDigits(path(folder, "data/mnist"));
    const env = { CONVO_WORKER: "on", CONVO_BACKEND: "wasm", CONVO_MODELS: "models" };
    const { url, running } = await openChat(folder, env, PATIENCE);
    onTestFinished(async () => {
      running.child.kill("SIGTERM");
      await running.finished;
      rmSync(folder, { recursive: true, force: true });
    });
    const page = await chromium.open({ viewport: { width: 1100, height: 1400 } }, `${url}/#new`);
    page.setDefaultTimeout(PATIENCE);
    await page.getByLabel("What shall we call you?").fill("Prof. Sato");
    await page.getByRole("radio", { name: /Admin/ }).check();
    await page.keyboard.press("Enter");
    await composer(page).waitFor();
    return { page, shipped: (await new ModelRegistry(path(folder, "models")).open("digits")).manifest.version };
  }

  const runOf = (page: Page, nth = 0) => page.getByRole("article").filter({ hasText: "Training digits" }).nth(nth);

  /** The message of the nth run, followed until its model was judged. @returns its version */
  async function watched(page: Page, nth = 0): Promise<string> {
    const run = runOf(page, nth);
    await run.getByText("Asked for by Prof. Sato").waitFor();
    await run.getByText(/█*░+ \d+ %/).waitFor();
    await run.getByText(/of 3$/).waitFor();
    await run.getByRole("img", { name: /learning curves/ }).waitFor();
    await run.getByText("Test accuracy").waitFor();
    await run.getByText(/On the 5,000 pictures of the gate it is right in/).waitFor();
    const text = (await run.textContent()) ?? "";
    expect(text).toMatch(/95 %: [\d.]+ % to [\d.]+ %/);
    // The comparison, class by class.
    expect(await run.getByRole("row").count()).toBe(11);
    const [version = ""] = /\d{8}-\d{4}-[0-9a-f]{8}/.exec(text) ?? [];
    expect(version).not.toBe("");
    return version;
  }

  /** Which version answers a picture. */
  async function answering(page: Page): Promise<string> {
    const { jpeg } = await writtenPage(300, "easy");
    const before = await page.getByRole("button", { name: "Right", exact: true }).count();
    await page.locator("input[type=file]").setInputFiles({ name: "page.jpg", mimeType: "image/jpeg", buffer: jpeg });
    await say(page, "/classify model:digits");
    await expect.poll(() => page.getByText(/version \S+/).count(), { timeout: PATIENCE }).toBeGreaterThan(before);
    const said =
      (await page
        .getByText(/version \S+/)
        .last()
        .textContent()) ?? "";
    return /version ([\w.-]*[\w])/.exec(said)?.[1] ?? "";
  }

  test("a model that is better than the one in service goes into service by the gate, and back at one click", async () => {
    const { page, shipped } = await admin(drawDigits);
    await say(page, `/train model:digits epochs:3 ${SETTINGS}`);
    const version = await watched(page);
    const run = runOf(page);
    await run.getByText("Promoted: not worse than the model in service.").waitFor();
    await run.getByText("its model went into service").waitFor();
    expect(await answering(page)).toBe(version);
    await run.getByRole("button", { name: "Roll back" }).click();
    await page.getByText(`digits@${shipped} is in service again here.`).waitFor();
    expect(await answering(page)).toBe(shipped);
    await say(page, "/audit");
    await page.getByText(`gate for Prof. Sato digits@${version}`).waitFor();
  });

  test.skipIf(MNIST === undefined)(
    `on MNIST itself: a small model is no match, is kept and promoted by hand; a better one by the gate; and back${MNIST === undefined ? " (skipped: no MNIST; convo data get mnist)" : ""}`,
    async () => {
      const { page, shipped } = await admin((folder) => symlinkSync(MNIST ?? "", folder));
      await say(page, "/settings gate fails:keep");
      await page.getByText("one that does not stays a candidate that an admin may promote").waitFor();
      await say(page, `/train model:digits epochs:3 ${SETTINGS}`);
      const version = await watched(page);
      const run = runOf(page);
      await run.getByText(/Kept as a candidate: it may be worse than the model in service, overall by up to/).waitFor();
      expect(await answering(page)).toBe(shipped);
      await run.getByRole("button", { name: "Promote" }).click();
      await page.getByText(`digits@${version} is in service here.`).waitFor();
      await run.getByText("its model went into service").waitFor();
      expect(await answering(page)).toBe(version);
      await say(page, `/train model:digits epochs:3 ${MORE}`);
      const better = await watched(page, 1);
      const second = runOf(page, 1);
      await second.getByText("Promoted: not worse than the model in service.").waitFor();
      await second.getByText("its model went into service").waitFor();
      expect(await answering(page)).toBe(better);
      await second.getByRole("button", { name: "Roll back" }).click();
      await page.getByText(`digits@${version} is in service again here.`).waitFor();
      expect(await answering(page)).toBe(version);
    },
  );
});
