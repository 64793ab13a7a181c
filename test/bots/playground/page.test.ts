// The page in a real Chromium: what a person does with keyboard, mouse and phone, and what they get to see.
import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Running, run } from "./client.js";
import { memoryStore } from "./memoryStore.js";

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (path) => path && existsSync(path),
);
const reason = executablePath ? "" : " (skipped: no Chromium; install it or set CHROMIUM_PATH)";

describe.skipIf(!executablePath)(`the page in Chromium${reason}`, () => {
  let browser: Browser;
  let playground: Running;
  /** Console errors, exceptions and policy violations of every page. */
  const complaints: string[] = [];

  beforeAll(async () => {
    const args = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"];
    browser = await chromium.launch({ executablePath: executablePath ?? "", args });
    playground = await run();
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await playground.close();
  });

  async function open(options: BrowserContextOptions = {}, url = playground.url): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1100, height: 760 },
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(5_000);
    context.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    context.on("weberror", (failure) => complaints.push(failure.error().message));
    const page = await context.newPage();
    await page.goto(url);
    return page;
  }

  async function join(page: Page, name: string): Promise<void> {
    await page.getByLabel("What shall we call you?").fill(name);
    await page.keyboard.press("Enter");
    await composer(page).waitFor();
  }

  const composer = (page: Page) => page.getByRole("combobox", { name: "Message to Convo" });

  async function say(page: Page, text: string): Promise<void> {
    await composer(page).fill(text);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
  }

  const active = (page: Page) => page.getByRole("option", { selected: true });

  test("a newcomer joins by keyboard, is welcomed, and tries a command with one click", async () => {
    const page = await open();
    await join(page, "Ada");
    await page.getByRole("heading", { name: "Welcome to Convo, Ada" }).waitFor();
    await page.getByRole("button", { name: "/progress" }).click();
    await page.getByRole("heading", { name: "Your progress" }).waitFor();
    expect(await page.getByText("Ada used /progress").count()).toBe(1);
  });

  test("a command is completed and sent by keyboard alone", async () => {
    const page = await open();
    await join(page, "Ada");
    await page.keyboard.type("/qu");
    expect(await composer(page).getAttribute("aria-expanded")).toBe("true");
    expect(await active(page).textContent()).toContain("/quiz");
    expect(await composer(page).getAttribute("aria-activedescendant")).toBe(await active(page).getAttribute("id"));
    await page.keyboard.press("Tab");
    expect(await composer(page).inputValue()).toBe("/quiz ");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await composer(page).inputValue()).toBe("/quiz mode:");
    await page.keyboard.type("op");
    await page.keyboard.press("Enter");
    expect(await composer(page).inputValue()).toBe("/quiz mode:open ");
    await page.keyboard.press("Escape");
    expect(await page.getByRole("listbox").count()).toBe(0);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Answer", exact: true }).waitFor();
    expect(playground.dispatcher.requests.at(-1)).toMatchObject({ command: "quiz", options: { mode: "open" } });
    expect(await composer(page).inputValue()).toBe("");
    await page.keyboard.press("ArrowUp");
    expect(await composer(page).inputValue()).toBe("/quiz mode:open ");
  });

  test("a form is answered by keyboard alone; Escape keeps the draft, over a reload too", async () => {
    const page = await open();
    await join(page, "Ada");
    await say(page, "/quiz mode:open");
    await page.getByRole("button", { name: "Answer", exact: true }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Question 4" });
    await dialog.waitFor();
    await page.keyboard.type("It has no parameters <b>at all</b>.");
    expect(await dialog.getByText("35 of 3,000 characters").count()).toBe(1);
    await page.keyboard.press("Escape");
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await page.evaluate("document.activeElement?.textContent"), "the focus is back").toBe("Answer");
    await page.reload();
    await page.getByText("Draft of Question 4 kept").waitFor();
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    expect(await dialog.getByLabel("Your answer").inputValue()).toContain("no parameters");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { name: "0.75 of 1" }).waitFor();
    expect(await page.locator("blockquote").textContent()).toBe("It has no parameters <b>at all</b>.");
    expect(await page.getByText("met: ").count()).toBe(1);
    expect(await page.getByText("Draft of").count()).toBe(0);
  });

  test("a double click sends once", async () => {
    const page = await open();
    await join(page, "Ada");
    await say(page, "/quiz mode:choice");
    const before = playground.dispatcher.requests.length;
    await page.getByRole("button", { name: /^A It has more parameters/ }).dblclick();
    await page.getByText("Not quite.").waitFor();
    await page.waitForTimeout(100);
    expect(playground.dispatcher.requests.slice(before)).toHaveLength(1);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Step 1 of 3").waitFor();
    await page.getByText("Working on it").waitFor();
    await page.getByText("Step 3 of 3").waitFor();
    await page.getByText("Working on it").waitFor({ state: "detached" });
    expect(await page.evaluate("document.activeElement?.tagName"), "the focus stays where the button was").toBe(
      "ARTICLE",
    );
  });

  test("two tabs can be two people: public answers are live for both, private ones for one", async () => {
    const ada = await open();
    await join(ada, "Ada");
    const grace = await ada.context().newPage();
    await grace.goto(`${playground.url}/#new`);
    await join(grace, "Grace");
    await say(ada, "/whisper text:the secret of Ada");
    await ada.getByText("the secret of Ada", { exact: true }).waitFor();
    expect(await ada.getByText("Only you can see this").count()).toBe(1);
    await say(ada, "/echo text:said aloud");
    await grace.getByText("Ada used /echo text:said aloud").last().waitFor();
    expect(await grace.getByText("the secret of Ada").count()).toBe(0);
    await grace.reload();
    await grace.getByText("Ada used /echo text:said aloud").last().waitFor();
    expect(await grace.getByText("the secret of Ada").count()).toBe(0);
    await grace.getByRole("button", { name: "Grace learner" }).waitFor();
    await ada.reload();
    await ada.getByText("the secret of Ada", { exact: true }).waitFor();
  });

  test("an unread channel says so", async () => {
    const ada = await open();
    await join(ada, "Ada");
    const grace = await open();
    await join(grace, "Grace");
    await grace.getByRole("button", { name: "lab" }).click();
    await say(grace, "/echo text:over here");
    await ada.getByRole("button", { name: "lab 1 unread" }).click();
    await ada.getByText("over here").last().waitFor();
    expect(await ada.title()).toBe("#lab · Convo playground");
  });

  test("every kind of block is drawn, text stays text, and links lead to the web only", async () => {
    const page = await open();
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

  test("files come by picker and go with a command that takes them; another says that it takes none", async () => {
    const page = await open();
    await join(page, "Ada");
    const file = { name: "tulip.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(2_000) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("list", { name: "Files to send" }).getByText("tulip.jpg").waitFor();
    await say(page, "/classify");
    await page.getByText("tulip.jpg: 2000 bytes").waitFor();
    await page.locator("input[type=file]").setInputFiles(file);
    await say(page, "/quiz");
    await page.getByRole("alert").getByText("/quiz takes no files").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    expect(await composer(page).inputValue()).toBe("/quiz");
    expect(complaints.splice(0).join()).toContain("422");
  });

  test("dark and light differ, and the toggle is remembered", async () => {
    const light = await open({ colorScheme: "light" });
    await join(light, "Ada");
    const ground = (page: Page) => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const bright = await light.screenshot();
    expect(await ground(light)).toBe("rgb(255, 255, 255)");
    await light.getByRole("button", { name: "Switch to dark colours" }).click();
    expect(await ground(light)).toBe("rgb(18, 24, 31)");
    expect(await differing(light, bright, await light.screenshot())).toBeGreaterThan(0.7);
    await light.reload();
    await light.getByRole("button", { name: "Switch to light colours" }).waitFor();
    const dark = await open({ colorScheme: "dark" });
    expect(await ground(dark)).toBe("rgb(18, 24, 31)");
  });

  test("a phone of 360 px shows everything without scrolling sideways", async () => {
    const page = await open({ viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true });
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

  test("a lost server is said, what was sent can be sent again, and nothing is lost", async () => {
    const store = memoryStore();
    const first = await run({ store });
    const page = await open({}, first.url);
    await join(page, "Ada");
    await say(page, "/quiz mode:open");
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    await page.getByRole("dialog").getByLabel("Your answer").fill("None.");
    await page.keyboard.press("Escape");
    await first.close();
    await page.getByText("Convo cannot be reached.").waitFor();
    await say(page, "/whisper text:still here");
    await page.getByRole("alert").getByText("could not be reached").waitFor();
    const second = await run({ store, port: Number(new URL(first.url).port) });
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("still here", { exact: true }).waitFor();
    await page
      .getByRole("button", { name: "Try now" })
      .click({ timeout: 1_000 })
      .catch(() => {});
    await page.getByText("Convo cannot be reached.").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Continue" }).click();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { name: "0.75 of 1" }).waitFor();
    expect(complaints.splice(0).every((each) => each.includes("ERR_") || each.includes("Failed to load"))).toBe(true);
    await page.context().close();
    await second.close();
  });

  test("with a token, it is asked for first and decides the role", async () => {
    const guarded = await run({ tokens: { "teachers-only-9f2c": "instructor" } });
    const page = await open({}, guarded.url);
    await page.getByLabel("Token").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("not known here").waitFor();
    await page.getByLabel("Token").fill("teachers-only-9f2c");
    await page.keyboard.press("Enter");
    await join(page, "Grace");
    await page.getByRole("button", { name: "Grace instructor" }).click();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
    expect(complaints.splice(0).join()).toContain("401");
    await page.context().close();
    await guarded.close();
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
