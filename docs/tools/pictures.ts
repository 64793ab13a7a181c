// Takes the pictures of the docs from the running bot: `npm run docs:pictures` (needs Chromium; CHROMIUM_PATH or /usr/bin/chromium);
// `npm run docs:pictures -- calculator` takes those of one part. Its page is photographed; of Discord and Slack, local ones get what it sends.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { drawnDaisy } from "../../bench/vision/flower.js";
import { drawnPage, writtenPage } from "../../bench/vision/pages.js";
import { openDrift } from "../../src/engine/corrections/drift.js";
import { seededRandom } from "../../src/engine/training/random.js";
import { slipsOf } from "../../src/quiz/practice/slips.js";
import { taskOf } from "../../src/quiz/practice/task.js";
import { openStore } from "../../src/store/open.js";
import { openLocalDiscord, TOKEN } from "../../test/platforms/discord/local-discord.js";
import { APP_TOKEN, BOT_TOKEN, startLocalSlack } from "../../test/platforms/slack/local-slack.js";
import { copyShipped } from "../../test/support/model-copies.js";
import { discordPictures } from "./discord-pictures.js";
import { slackPictures } from "./slack-pictures.js";

const images = join(import.meta.dirname, "../images");
const root = join(import.meta.dirname, "../..");

const ANSWERS: readonly (readonly [string, string])[] = [
  [
    "q1",
    "Far fewer parameters thanks to shared weights, so it trains faster and overfits less. A feature learned in one place is found anywhere.",
  ],
  ["q2", "903,400 parameters; 12.6 MB for one prediction."],
  ["q3", "Use a smaller batch, smaller images, fewer layers, 16-bit floats and gradient checkpointing."],
  [
    "q5",
    "The strongest neurons inhibit those at the same place in the neighbouring maps, so that maps specialise. It was used in lower layers.",
  ],
  ["q7", "A network of only conv and pooling layers, without dense layers, so it takes images of any size."],
  ["q8", "Much of the spatial information is lost on the way, because of pooling and strides."],
];

/** The network of question 2. */
const NETWORK = "input 200x300x3; conv 100 3x3 /2; conv 200 3x3 /2; conv 400 3x3 /2";

/** Milliseconds. */
const WEEK = 7 * 86_400_000;

const folder = mkdtempSync(join(tmpdir(), "convo-pictures-"));
const models = join(folder, "models");
const [localDiscord, localSlack] = await Promise.all([openLocalDiscord(), startLocalSlack()]);
const convo = spawn(process.execPath, [join(root, "dist/main.js")], {
  env: {
    ...process.env,
    CONVO_STORE: `lmdb:${folder}/store`,
    CONVO_MODELS: models,
    CONVO_PLAYGROUND_PORT: "0",
    CONVO_LOG_LEVEL: "warn",
    CONVO_ARENA_SECONDS: "45",
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_URL: localDiscord.apiUrl,
    CONVO_ATTACHMENT_HOSTS: localDiscord.host,
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: localSlack.apiUrl,
  },
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise<string>((resolve) => {
  let printed = "";
  convo.stdout.on("data", (chunk) => {
    printed += String(chunk);
    const address = /http:\/\/\S+/.exec(printed)?.[0];
    if (address !== undefined) resolve(address);
  });
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"],
});

const PARTS = {
  ...{ student, calculator, pictures, phone, instructor, admin, demos, schedule },
  discord: () => discordPictures(browser, localDiscord),
  slack: () => slackPictures(browser, localSlack),
  ...{ weeks, arena, corrections, training },
};

try {
  const asked = process.argv.slice(2);
  for (const [name, part] of Object.entries(PARTS)) if (asked.length === 0 || asked.includes(name)) await part();
} finally {
  await browser.close();
  convo.kill("SIGTERM");
  await new Promise((resolve) => convo.once("exit", resolve));
  await Promise.all([localDiscord.close(), localSlack.close()]);
  rmSync(folder, { recursive: true, force: true });
}

async function student(): Promise<void> {
  const page = await open("Ada", { viewport: { width: 1120, height: 860 } });
  await shoot(page, "welcome");
  await composer(page).pressSequentially("/quiz ");
  await page.getByRole("listbox").waitFor();
  await shoot(page, "completion");
  await composer(page).fill("");
  await channel(page, "quiz");
  await say(page, "/quiz question:q4");
  await press(page, "Answer");
  await page
    .getByRole("dialog")
    .getByRole("textbox")
    .fill(
      "Pooling is cheaper to compute, because it only takes the largest value. And a convolution with stride 2 would not downsample the picture anyway.",
    );
  await shoot(page, "form");
  await page.keyboard.press("Control+Enter");
  await page.getByText("25 of 100").waitFor();
  await settle(page);
  await shoot(page, "feedback");
  await press(page, "Hint");
  await press(page, "Next hint");
  await settle(page);
  await shoot(page, "hints");
  await channel(page, "lab");
  await say(page, "/quiz question:q1 mode:choice");
  await page.getByRole("button", { name: /^D/ }).waitFor();
  await settle(page);
  await shoot(page, "choice");
  await page.getByRole("button", { name: /^C/ }).last().click();
  for (const [question, answer] of ANSWERS) {
    await say(page, `/quiz question:${question}`);
    await page
      .getByRole("heading", { name: `Question ${question.slice(1)} of 10` })
      .last()
      .waitFor();
    await settle(page);
    await press(page, "Answer");
    await page.getByRole("dialog").getByRole("textbox").fill(answer);
    await page.keyboard.press("Control+Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await settle(page);
  }
  await channel(page, "general");
  await say(page, "/progress");
  await page.getByRole("img", { name: /Points by question/ }).waitFor();
  await settle(page);
  await shoot(page, "progress");
}

async function calculator(): Promise<void> {
  const page = await open("Emmy", { viewport: { width: 1120, height: 860 } });
  await say(page, `/params network:"${NETWORK}"`);
  await press(page, "Show the arithmetic");
  await page.getByRole("heading", { name: "The arithmetic" }).waitFor();
  await settle(page);
  await shoot(page, "params");
  await channel(page, "quiz");
  await say(page, "/network network:resnet50");
  await page.getByRole("img", { name: /parameters/ }).waitFor();
  await settle(page);
  await shoot(page, "network");
  await channel(page, "lab");
  await say(page, "/practice params");
  const network = (await page.locator("code").last().textContent()) ?? "";
  const [slip] = slipsOf(taskOf({ kind: "params", network, batch: 0 }));
  await press(page, "Answer");
  await page.getByRole("dialog").getByRole("textbox").fill(String(slip?.value));
  await page.keyboard.press("Control+Enter");
  await page.getByText("Not so.").waitFor();
  await settle(page);
  await shoot(page, "practice");
  const small = await open("Sofia", { viewport: { width: 390, height: 1100 }, deviceScaleFactor: 2 });
  await say(small, `/memory network:"${NETWORK}" batch:50 optimizer:adam gpu:"500 MB"`);
  await press(small, "Make it fit");
  await small.getByRole("heading", { name: "Ways to make it fit" }).waitFor();
  await settle(small);
  await shoot(small, "memory-phone");
}

async function demos(): Promise<void> {
  const page = await open("Yann", { viewport: { width: 1120, height: 1180 } });
  await say(page, "/demo question:q7");
  await page.getByRole("img", { name: /grid of/ }).waitFor();
  await settle(page);
  await shoot(page, "demo-q7");
  const small = await open("Fei-Fei", {
    viewport: { width: 390, height: 1100 },
    deviceScaleFactor: 2,
    colorScheme: "dark",
  });
  await say(small, "/demo question:q4");
  await small.getByRole("img", { name: /max pooling/ }).waitFor();
  await settle(small);
  await shoot(small, "demo-q4-phone");
}

async function pictures(): Promise<void> {
  const small = { viewport: { width: 390, height: 1010 }, deviceScaleFactor: 2 };
  // The first picture of a process waits for threads and models.
  await upload(await open("Alan", small), "first.jpg", (await writtenPage(301, "easy")).jpeg);
  const flower = await open("Rosa", small);
  const daisy = await drawnDaisy(3, { width: 1000, height: 750, x: 470, y: 330, radius: 230 });
  await upload(flower, "garden.jpg", daisy.jpeg);
  await shoot(flower, "classify-flower");
  const number = await open("Katherine", small);
  await upload(number, "page.jpg", (await writtenPage(300, "easy")).jpeg);
  await shoot(number, "classify-number");
  await number.getByRole("button", { name: "Wrong: it is…" }).last().click();
  await number.getByRole("dialog").getByRole("combobox").selectOption({ label: "daisy" });
  await settle(number);
  await shoot(number, "classify-wrong");
}

async function upload(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "image/jpeg", buffer });
  const right = page.getByRole("button", { name: "Right", exact: true });
  const before = await right.count();
  await say(page, "/classify");
  await right.nth(before).waitFor();
  await settle(page);
}

async function phone(): Promise<void> {
  const page = await open("Grace", {
    viewport: { width: 390, height: 780 },
    deviceScaleFactor: 2,
    colorScheme: "dark",
  });
  await say(page, "/quiz question:q8");
  await press(page, "Answer");
  await page
    .getByRole("dialog")
    .getByRole("textbox")
    .fill("Pooling throws away where things were, and it has to be restored by upsampling with skip connections.");
  await page.keyboard.press("Control+Enter");
  await page
    .getByText(/of 100/)
    .first()
    .waitFor();
  await settle(page);
  await shoot(page, "phone-dark");
}

async function instructor(): Promise<void> {
  const page = await open("Dr. Lin", { viewport: { width: 1120, height: 860 } }, "Instructor");
  await channel(page, "lab");
  await say(page, "/grades");
  await page.getByText("grades.csv").first().waitFor();
  await settle(page);
  await shoot(page, "grades");
  await channel(page, "general");
  await say(page, "/settings time zone:Europe/Berlin week-starts:monday");
  await page.getByText("Europe/Berlin").last().waitFor();
  await say(page, "/standings");
  await page.getByRole("table").waitFor();
  await settle(page);
  await shoot(page, "settings-standings");
}

async function admin(): Promise<void> {
  const page = await open("Prof. Sato", { viewport: { width: 1120, height: 1500 } }, "Admin");
  await channel(page, "lab");
  await say(page, "/models show model:flowers");
  await page.getByText("flowers-card.md").first().waitFor();
  await settle(page);
  await shoot(page, "model");
  copyShipped(models, "digits", "20261126-1840-5be1c07d");
  await channel(page, "quiz");
  await say(page, "/models promote model:digits@20261126-1840-5be1c07d");
  await page.getByRole("button", { name: "Roll back" }).waitFor();
  await say(page, "/models compare model:digits");
  await page
    .getByRole("img", { name: /confusion matrix/ })
    .last()
    .waitFor();
  await settle(page);
  await shoot(page, "models-compare");
  // The parts that follow meet what ships.
  await say(page, "/models rollback model:digits");
  await page.getByText("is in service again").waitFor();
}

async function schedule(): Promise<void> {
  const page = await open("Prof. Ito", { viewport: { width: 1120, height: 700 } }, "Admin");
  await say(page, "/settings time zone:Europe/Berlin");
  await say(page, '/schedule add cron:"every Sunday at 03:00" model:digits');
  await page.getByText("Added: every Sunday at 03:00").waitFor();
  await settle(page);
  await shoot(page, "schedule");
}

/** Half a year of a class, drawn at random, with holidays and a model that is less sure in the end; in the running product's store. */
async function weeks(): Promise<void> {
  const store = await openStore({ url: `lmdb:${folder}/store` });
  const random = seededRandom("weeks");
  let at = Date.now() - 25 * WEEK;
  const drift = openDrift({ store, now: () => at });
  for (let week = 0; week < 26; week++, at += WEEK) {
    // Holidays.
    if (week === 9 || week === 10) continue;
    const late = Math.max(0, week - 18) / 8;
    for (let answer = Math.floor(8 + 50 * random.next()); answer > 0; answer--) {
      await drift.recordAnswer("playground", "digits", 0.92 - 0.2 * late + 0.07 * random.next());
      if (random.next() < 0.3) await drift.recordJudgement("playground", "digits", random.next() > 0.05 + 0.25 * late);
    }
  }
  await store.close();
  const page = await open("Prof. Noether", { viewport: { width: 1120, height: 620 } }, "Instructor");
  await say(page, "/models show model:digits");
  const plot = page.getByRole("img", { name: /Mean confidence was/ });
  await plot.waitFor();
  await settle(page);
  await plot.scrollIntoViewIfNeeded();
  await shoot(page, "weeks");
}

/** Needs MNIST in data/mnist, and some minutes: the entries are trained. */
async function arena(): Promise<void> {
  const entries = [
    ["Ada", "input 28x28; conv 8 5x5 relu; maxpool; conv 16 5x5 relu; maxpool; flatten; dense 10"],
    ["Emmy", "input 28x28; flatten; dense 10"],
    ["Grace", "input 28x28; conv 8 5x5 /2 relu; conv 16 3x3 /2 relu; conv 32 3x3 /2 relu; flatten; dense 10"],
    ["Sofia", "input 28x28; flatten; dense 256 relu; dense 10"],
  ] as const;
  let page: Page | undefined;
  for (const [name, network] of entries) {
    page = await open(name, { viewport: { width: 1120, height: 900 } });
    await say(page, `/arena submit network:"${network}"`);
    await page.getByRole("heading", { name: "In the arena with" }).waitFor();
    if (name === "Ada") {
      await settle(page);
      await page.setViewportSize({ width: 1120, height: 620 });
      await shoot(page, "arena-entry");
    }
  }
  if (page === undefined) return;
  await channel(page, "lab");
  await say(page, "/arena board");
  // Until the newest board says of nobody that an entry waits.
  do {
    await page.waitForTimeout(5_000);
    await press(page, "Look again");
  } while ((await page.getByRole("article").last().getByText("being trained").count()) > 0);
  await settle(page);
  await shoot(page, "arena-board");
}

/** Needs MNIST in data/mnist: what learners called wrong is looked at and joins a run of a schedule; the audit list has what came of it. */
async function corrections(): Promise<void> {
  const learner = await open("Rosalind", { viewport: { width: 1120, height: 900 } });
  const sent = [9, 8, 7];
  for (const [nth, seed] of sent.entries()) await corrected(learner, seed, nth);
  const page = await open("Prof. Sato", { viewport: { width: 1120, height: 900 } }, "Admin");
  await say(page, "/corrections list");
  await page.getByRole("heading", { name: `Picture 1 of ${sent.length}` }).waitFor();
  await settle(page);
  await shoot(page, "corrections");
  for (const _ of sent) await press(page, "Accept");
  await page.getByText("There is nothing left to look at.").waitFor();

  await channel(page, "lab");
  const [hour, minute] = new Date(Date.now() + 65_000).toISOString().slice(11, 16).split(":");
  await say(page, `/schedule add cron:"daily at ${hour}:${minute}" model:digits timezone:UTC`);
  const scheduled = page.getByRole("article").filter({ hasText: "Asked for by schedule" }).first();
  await scheduled.getByText(/learns, \d/).waitFor({ timeout: 600_000 });
  await scheduled.getByRole("button", { name: "Details" }).click();
  await page.getByText("From corrections:").waitFor();
  await settle(page);
  await shoot(page, "schedule-run");
  await scheduled.getByRole("button", { name: "Cancel" }).click();
  await scheduled.getByText("was cancelled by").waitFor({ timeout: 60_000 });

  await channel(page, "general");
  // Far too small to be as good as what ships.
  await say(page, '/train model:digits epochs:1 settings:"batch=64 width=4 limit=3200 augmentation=false"');
  await page.getByText("Not promoted:").waitFor({ timeout: 1_800_000 });
  await say(page, "/models rollback model:flowers");
  await page.getByText("no version of flowers before").waitFor();
  await channel(page, "quiz");
  await say(page, "/audit");
  await page.getByText("audit.csv").first().waitFor();
  await settle(page);
  await shoot(page, "audit");
}

/** The learner sends a four that is closed at the top, which is read as a nine, and says what it is. */
async function corrected(page: Page, seed: number, nth: number): Promise<void> {
  const jpeg = await drawnPage(seed, "easy", (random) => {
    const near = (value: number): number => Math.round(value + 16 * (random() - 0.5));
    return `M${near(580)} ${near(200)} L${near(400)} ${near(240)} L${near(420)} ${near(400)} L590 380 M590 190 L${near(570)} ${near(620)}`;
  });
  await upload(page, "page.jpg", jpeg);
  await page.getByRole("button", { name: "Wrong: it is…" }).last().click();
  await page.getByRole("dialog").getByRole("textbox").fill("4");
  await page.keyboard.press("Control+Enter");
  await page.getByText("Thank you. The picture is kept").nth(nth).waitFor();
}

/** Needs MNIST in data/mnist, and a quarter of an hour: a model is trained and judged. */
async function training(): Promise<void> {
  const page = await open("Prof. Sato", { viewport: { width: 1120, height: 1240 } }, "Admin");
  await channel(page, "lab");
  await say(page, "/train model:digits epochs:3");
  const message = page.getByRole("article").filter({ hasText: "Training digits" }).first();
  await message.getByRole("img", { name: /learning curves/ }).waitFor({ timeout: 1_800_000 });
  await settle(page);
  await shoot(page, "train-running");
  await message.getByText("Test accuracy").waitFor({ timeout: 1_800_000 });
  await message.getByRole("button", { name: /Promote|Roll back/ }).waitFor({ timeout: 60_000 });
  await page.setViewportSize({ width: 1120, height: 1700 });
  await settle(page);
  await shoot(page, "train-done");
}

async function open(name: string, options: BrowserContextOptions, role = "Learner"): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  await page.goto(`${url}/#new`);
  await page.getByLabel("What shall we call you?").fill(name);
  await page.getByRole("radio", { name: new RegExp(role) }).check();
  await page.keyboard.press("Enter");
  await composer(page).waitFor();
  return page;
}

function composer(page: Page) {
  return page.getByRole("combobox", { name: "Message to Convo" });
}

async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.getByText(`used ${text}`).last().waitFor();
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).last().click();
  if (name === "Answer") await page.getByRole("dialog").waitFor();
  else await settle(page);
}

async function channel(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
}

/** Pictures are loaded and the log has scrolled. */
async function settle(page: Page): Promise<void> {
  await page.waitForTimeout(600);
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(images, `${name}.png`) });
  console.log(`docs/images/${name}.png`);
}
