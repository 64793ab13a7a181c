// A real Chromium for the page's tests: opened once a file, every complaint of its console collected.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { type Running, run } from "./client.js";

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);

/** Where there is no browser, tests skip and their title says why. */
export const noBrowser = executablePath === undefined;
export const reason = noBrowser ? " (skipped: no Chromium; install it or set CHROMIUM_PATH)" : "";

export interface Stage {
  /** A page of its own person; contexts share nothing. */
  open(options?: BrowserContextOptions, url?: string): Promise<Page>;
  playground(): Running;
  /** Console errors and warnings, exceptions and policy violations since the last look; none may be left at a test's end. */
  complaints(): string[];
}

/** Sets up a browser and a playground for the tests of a file. */
export function stage(): Stage {
  let browser: Browser | undefined;
  let playground: Running | undefined;
  const heard: string[] = [];

  beforeAll(async () => {
    const args = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: executablePath ?? "", args });
    playground = await run();
  });
  afterEach(async () => {
    await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
    expect(heard.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await playground?.close();
  });

  const running = () => {
    if (!playground) throw new Error("not started");
    return playground;
  };
  return {
    playground: running,
    complaints: () => heard.splice(0),
    async open(options = {}, url = running().url) {
      if (!browser) throw new Error("not started");
      const viewport = { width: 1100, height: 760 };
      const context = await browser.newContext({ viewport, reducedMotion: "reduce", ...options });
      // Generous: it bounds a hang; the tests assert what happens, not how soon.
      context.setDefaultTimeout(30_000);
      context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) heard.push(message.text());
      });
      context.on("weberror", (failure) => heard.push(failure.error().message));
      const page = await context.newPage();
      await page.goto(url);
      return page;
    },
  };
}

/** Joins under a name of one's own, by the page that asks for it. */
export async function join(page: Page, name: string): Promise<void> {
  const asked = page.getByLabel("What shall we call you?");
  // A newcomer who is let in at once takes "#new" off the address when that is done: let it be done before it is set.
  await asked.or(composer(page)).first().waitFor();
  if ((await asked.count()) === 0) {
    await page.evaluate("sessionStorage.clear()");
    await page.goto(`${new URL(page.url()).origin}/#new`);
    await page.reload();
  }
  await asked.fill(name);
  await page.keyboard.press("Enter");
  await composer(page).waitFor();
}

export function composer(page: Page): Locator {
  return page.getByRole("combobox", { name: "Message to Convo" });
}

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
}
