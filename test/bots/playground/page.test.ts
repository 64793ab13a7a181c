// The page in a real Chromium: what a person does with keyboard and mouse.

import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { composer, join, noBrowser, reason, say, stage } from "./browser.js";
import { run } from "./client.js";
import { memoryStore } from "./memoryStore.js";

describe.skipIf(noBrowser)(`the page in Chromium${reason}`, () => {
  const chromium = stage();
  const active = (page: Page) => page.getByRole("option", { selected: true });

  test("a newcomer is let in at once as a learner, and changes name and role in the menu", async () => {
    const page = await chromium.open();
    await page.getByRole("heading", { name: "Welcome to Convo, Guest" }).waitFor();
    await page.getByRole("button", { name: /change name, role or person/ }).click();
    await page.getByLabel("Your name").fill("Ada");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Welcome to Convo, Ada" }).waitFor();
    await page.getByRole("button", { name: /change name, role or person/ }).click();
    await page.getByRole("radio", { name: "instructor" }).click();
    await page.getByRole("button", { name: /Ada instructor/i }).waitFor();
  });

  test("somebody new joins by keyboard, is welcomed, and tries a command with one click", async () => {
    const page = await chromium.open();
    await join(page, "Ada");
    await page.getByRole("heading", { name: "Welcome to Convo, Ada" }).waitFor();
    await page.getByRole("button", { name: "/progress" }).click();
    await page.getByRole("heading", { name: "Your progress" }).waitFor();
    expect(await page.getByText("Ada used /progress").count()).toBe(1);
  });

  test("a command is completed and sent by keyboard alone", async () => {
    const page = await chromium.open();
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
    expect(chromium.playground().dispatcher.requests.at(-1)).toMatchObject({
      command: "quiz",
      options: { mode: "open" },
    });
    expect(await composer(page).inputValue()).toBe("");
    await page.keyboard.press("ArrowUp");
    expect(await composer(page).inputValue()).toBe("/quiz mode:open ");
  });

  test("a network's name is completed from the server while it is typed, and Enter sends what was typed", async () => {
    const page = await chromium.open();
    await join(page, "Ada");
    await page.keyboard.type("/params resn");
    const options = page.getByRole("option");
    await options.first().waitFor();
    expect(await options.allTextContents()).toEqual(["resnet18", "resnet50"]);
    expect(await active(page).count(), "nothing is chosen yet").toBe(0);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    expect(await composer(page).inputValue()).toBe("/params resnet50 ");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.getByText("Ada used /params resnet50").waitFor();
    await page.keyboard.type("/params vgg");
    await options.first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByText("Ada used /params vgg").waitFor();
    // The page shows what was sent before the server has it.
    const asked = () =>
      chromium
        .playground()
        .dispatcher.requests.slice(-2)
        .map((request) => request.kind === "command" && request.options.network);
    await expect.poll(asked).toEqual(["resnet50", "vgg"]);
  });

  test("a form is answered by keyboard alone; Escape keeps the draft, over a reload too", async () => {
    const page = await chromium.open();
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
    const page = await chromium.open();
    await join(page, "Ada");
    await say(page, "/quiz mode:choice");
    const choice = page.getByRole("button", { name: /^A It has more parameters/ });
    await choice.waitFor();
    const before = chromium.playground().dispatcher.requests.length;
    await choice.dblclick();
    await page.getByText("Not quite.").waitFor();
    await page.waitForTimeout(100);
    expect(chromium.playground().dispatcher.requests.slice(before)).toHaveLength(1);
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
    const ada = await chromium.open();
    await join(ada, "Ada");
    const grace = await ada.context().newPage();
    await grace.goto(`${chromium.playground().url}/#new`);
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
    const ada = await chromium.open();
    await join(ada, "Ada");
    const grace = await chromium.open();
    await join(grace, "Grace");
    await grace.getByRole("button", { name: "lab" }).click();
    await say(grace, "/echo text:over here");
    await ada.getByRole("button", { name: "lab 1 unread" }).click();
    await ada.getByText("over here").last().waitFor();
    expect(await ada.title()).toBe("#lab · Convo playground");
  });

  test("files come by picker, paste or drop and go with a command that takes them; another says that it takes none", async () => {
    const page = await chromium.open();
    await join(page, "Ada");
    const file = { name: "tulip.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(2_000) };
    await page.locator("input[type=file]").setInputFiles(file);
    await page.getByRole("list", { name: "Files to send" }).getByText("tulip.jpg").waitFor();
    await say(page, "/classify");
    await page.getByText("tulip.jpg: 2000 bytes").waitFor();
    for (const kind of ["paste", "drop"]) {
      await page.evaluate(`(() => {
        const data = new DataTransfer();
        data.items.add(new File(["x"], "${kind}.png", { type: "image/png" }));
        const field = document.querySelector("#composer");
        const about = { bubbles: true, cancelable: true };
        if ("${kind}" === "paste") field.dispatchEvent(new ClipboardEvent("paste", { ...about, clipboardData: data }));
        else field.dispatchEvent(new DragEvent("drop", { ...about, dataTransfer: data }));
      })()`);
      await page.getByRole("button", { name: `Remove ${kind}.png` }).click();
    }
    await page.locator("input[type=file]").setInputFiles(file);
    await say(page, "/quiz");
    await page.getByRole("alert").getByText("/quiz takes no files").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    expect(await composer(page).inputValue()).toBe("/quiz");
    expect(chromium.complaints().join()).toContain("422");
  });

  test("a lost server is said, what was sent can be sent again, and nothing is lost", async () => {
    const store = memoryStore();
    const first = await run({ store });
    const page = await chromium.open({}, first.url);
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
    expect(chromium.complaints().every((each) => each.includes("ERR_") || each.includes("Failed to load"))).toBe(true);
    await page.context().close();
    await second.close();
  });

  test("with a token, it is asked for first and decides the role", async () => {
    const guarded = await run({ tokens: { "teachers-only-9f2c": "instructor" } });
    const page = await chromium.open({}, guarded.url);
    await page.getByLabel("Token").fill("wrong");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("not known here").waitFor();
    await page.getByLabel("Token").fill("teachers-only-9f2c");
    await page.keyboard.press("Enter");
    await join(page, "Grace");
    await page.getByRole("button", { name: "Grace instructor" }).click();
    await page.getByRole("button", { name: "Sign out and forget me here" }).click();
    await page.getByLabel("Token").waitFor();
    expect(chromium.complaints().join()).toContain("401");
    await page.context().close();
    await guarded.close();
  });
});
