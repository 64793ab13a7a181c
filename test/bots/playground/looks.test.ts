// The page's looks in a real Chromium: every block, dark and light, a phone.
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, join, noBrowser, reason, say, stage } from "./browser.js";

describe.skipIf(noBrowser)(`the page's looks in Chromium${reason}`, () => {
  const chromium = stage();

  test("every kind of block is drawn, text stays text, and links lead to the web only", async () => {
    const page = await chromium.open();
    await join(page, "Ada");
    await say(page, "/everything");
    const article = page.getByRole("article").last();
    await article.getByRole("heading", { name: "Every kind of block" }).waitFor();
    expect(await article.getByText("<b>no markup</b>").count()).toBe(1);
    expect(await article.getByRole("link", { name: "a link", exact: true }).getAttribute("rel")).toContain("noopener");
    expect(await article.getByRole("link", { name: "no link" }).count()).toBe(0);
    for (const word of ["Note", "Good", "Careful", "Problem"])
      expect(await article.getByText(word, { exact: true }).count()).toBe(1);
    await article.getByRole("button", { name: /Loss over 10 epochs/ }).click();
    await page.getByRole("dialog", { name: "loss.png" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      article.getByRole("link", { name: /run-0042/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("run-0042.csv");
    await say(page, "/progress");
    await page.getByRole("heading", { name: "Your progress" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "Best" }).count()).toBe(1);
    expect(await page.getByRole("rowheader").count()).toBe(4);
  });

  test("dark and light differ, and the toggle is remembered", async () => {
    const light = await chromium.open({ colorScheme: "light" });
    await join(light, "Ada");
    const ground = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const bright = await light.screenshot();
    expect(await ground(light)).toBe("rgb(255, 255, 255)");
    await light.getByRole("button", { name: "Switch to dark colours" }).click();
    expect(await ground(light)).toBe("rgb(18, 24, 31)");
    expect(await differing(light, bright, await light.screenshot())).toBeGreaterThan(0.7);
    await light.reload();
    await light.getByRole("button", { name: "Switch to light colours" }).waitFor();
    const dark = await chromium.open({ colorScheme: "dark" });
    expect(await ground(dark)).toBe("rgb(18, 24, 31)");
  });

  test("a phone of 360 px shows everything without scrolling sideways", async () => {
    const page = await chromium.open({ viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true });
    const widest = () => page.evaluate("document.documentElement.scrollWidth");
    expect(await widest()).toBe(360);
    await join(page, "Ada with a rather long name of forty char");
    for (const text of [
      "/everything",
      "/progress",
      "/params conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2",
      "/quiz mode:choice",
    ]) {
      await say(page, text);
      await page.getByText(`used ${text}`).last().waitFor();
      expect(await widest(), text).toBe(360);
      expect(
        await page.evaluate(
          "(() => { const log = document.querySelector('.log-scroller'); return log.scrollWidth - log.clientWidth; })()",
        ),
        text,
      ).toBe(0);
    }
    await composer(page).fill("/par");
    await page.getByRole("listbox").waitFor();
    expect(await widest()).toBe(360);
  });
});

/** The part of the pixels (0–1) that differ visibly, compared in the browser, which can read PNGs. */
async function differing(page: Page, one: Buffer, other: Buffer): Promise<number> {
  const blank = await page.context().browser()?.newPage();
  if (!blank) return 0;
  const script = `(async () => {
    const read = async (base64) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: "image/png" }));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      return context.getImageData(0, 0, bitmap.width, bitmap.height).data;
    };
    const [a, b] = [await read("${one.toString("base64")}"), await read("${other.toString("base64")}")];
    let count = 0;
    for (let i = 0; i < a.length; i += 4) if (Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]) > 24) count++;
    return count / (a.length / 4);
  })()`;
  const part = await blank.evaluate(script);
  await blank.close();
  return Number(part);
}
