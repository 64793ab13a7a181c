import { chromium, type Page } from "playwright-core";

const url = "http://127.0.0.1:4517";
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
});
const watch = (page: Page) => {
  page.on("console", (m) =>
    m.type() === "error" || m.type() === "warning" ? console.log("CONSOLE", m.type(), m.text()) : undefined,
  );
  page.on("pageerror", (e) => console.log("PAGEERROR", e.message));
};
async function join(page: Page, name: string) {
  await page.goto(url);
  await page.waitForSelector("h1");
  await page.getByLabel("What shall we call you?").fill(name);
  await page.getByRole("button", { name: "Start chatting" }).click();
  await page.locator("#composer").waitFor();
}
async function say(page: Page, text: string) {
  await page.locator("#composer").fill(text);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(250);
}
for (const [label, opts] of [
  ["light", { viewport: { width: 1280, height: 800 }, colorScheme: "light" }],
  ["dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
  ["phone", { viewport: { width: 360, height: 740 }, colorScheme: "light", deviceScaleFactor: 2 }],
] as const) {
  const context = await browser.newContext(opts as never);
  const page = await context.newPage();
  watch(page);
  const shot = (n: string) => page.screenshot({ path: `/tmp/pg/${label}-${n}.png` });
  await page.goto(url);
  await page.waitForSelector("h1");
  await shot("0join");
  await join(page, label === "phone" ? "Emmy" : label === "dark" ? "Grace" : "Ada");
  await page.waitForTimeout(300);
  await shot("1welcome");
  await page.locator("#composer").pressSequentially("/");
  await page.waitForTimeout(100);
  await shot("2slash");
  await page.keyboard.press("Escape");
  await page.locator("#composer").fill("");
  await page.locator("#composer").pressSequentially("/params ");
  await page.waitForTimeout(100);
  await shot("3options");
  await say(page, "/params conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2");
  await page.waitForTimeout(300);
  await shot("4params");
  await say(page, "/quiz mode:choice");
  await page.waitForTimeout(200);
  await shot("5quiz");
  await page.getByRole("button", { name: /It has no parameters/ }).click();
  await page.waitForTimeout(300);
  await say(page, "/quiz mode:open");
  await page.getByRole("button", { name: "Answer", exact: true }).last().click();
  await page.waitForTimeout(300);
  await page
    .getByLabel("Your answer")
    .fill("Because it has no parameters at all.\nAnd it keeps the strongest activation.");
  await shot("6form");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(200);
  await shot("7draft");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.keyboard.press("Control+Enter");
  await page.waitForTimeout(300);
  await shot("8graded");
  await say(page, "hello");
  await say(page, "/train mnist");
  await page.waitForTimeout(150);
  await shot("9train");
  await page.waitForTimeout(700);
  await say(page, "/progress");
  await say(page, "/everything");
  await page.waitForTimeout(300);
  await shot("10everything");
  await page.mouse.move(640, 300);
  await page.mouse.wheel(0, -500);
  await page.waitForTimeout(200);
  await shot("11everything-top");
  await page.getByRole("button", { name: /change role/ }).click();
  await page.waitForTimeout(150);
  await shot("12menu");
  console.log(label, "scrollWidth", await page.evaluate("document.documentElement.scrollWidth"));
  await context.close();
}
await browser.close();
