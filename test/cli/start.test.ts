// `convo start` as a process: it says where it is, answers, survives being killed, and ends in order.
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLocalDiscord, TOKEN } from "../platforms/discord/local-discord.js";
import { member } from "../platforms/discord/objects.js";
import { buttonOf, chatAs, formOf, join, openChat } from "../support/chat.js";
import { convo } from "../support/convo.js";
import { Q4 } from "../support/learning.js";
import { temporaryFolder } from "../support/world.js";

let folder: string;
const started: number[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  // Only those that this file started, and only where a failed test left one behind.
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
  rmSync(folder, { recursive: true, force: true });
});

async function open(env: Readonly<Record<string, string>> = {}) {
  const chat = await openChat(folder, env);
  if (chat.running.child.pid !== undefined) started.push(chat.running.child.pid);
  return chat;
}

test("start prints its address, serves the page there, and answers /quiz and an answer to it", async () => {
  const { url, running } = await open();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("<title>");
  const chat = chatAs(url, running, await join(url, "Ada"));
  const asked = await chat.say("/quiz question:q4");
  expect(JSON.stringify(asked)).toContain("Question 4 of 10");
  const form = formOf(await chat.press(buttonOf(asked, "Answer")));
  expect(JSON.stringify(await chat.submit(form, Q4.full))).toContain("100 of 100.");
});

test("killed at once after asking, and started again, it takes the answer to what it asked before", async () => {
  const first = await open();
  const identity = await join(first.url, "Ada");
  const before = chatAs(first.url, first.running, identity);
  const asked = await before.say("/quiz question:q4");
  const form = formOf(await before.press(buttonOf(asked, "Answer")));
  first.running.child.kill("SIGKILL");
  expect((await first.running.finished).code).toBeNull();

  const second = await open();
  const after = chatAs(second.url, second.running, identity);
  const graded = await after.submit(form, Q4.half);
  expect(JSON.stringify(graded)).toContain("50 of 100.");
  // The button that was shown before the kill works as well, and so does the one shown now.
  expect(formOf(await after.press(buttonOf(asked, "Answer")))).toBeTruthy();
  second.running.child.kill("SIGKILL");
  await second.running.finished;

  const third = await open();
  const last = chatAs(third.url, third.running, identity);
  expect(JSON.stringify(await last.say("/progress"))).toContain("2 known, 1 missed");
  const again = formOf(await last.press(buttonOf(graded, "Try again")));
  expect(JSON.stringify(await last.submit(again, Q4.full))).toContain("100 of 100.");
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends it in order within ten seconds with status 0, also while somebody listens",
  async (signal) => {
    const { url, running } = await open({ CONVO_LOG_LEVEL: "info", CONVO_LOG_FORMAT: "json" });
    const identity = await join(url, "Ada");
    const listening = await fetch(`${url}/api/events`, { headers: { "convo-person": identity } });
    expect(listening.status).toBe(200);
    const began = Date.now();
    running.child.kill(signal);
    const { code, stderr } = await running.finished;
    expect(code).toBe(0);
    expect(Date.now() - began).toBeLessThan(10_000);
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.msg)).toContain("ending");
    expect(lines.filter((line) => line.level === "error")).toEqual([]);
  },
);

test("two of them share one store: what one stored, the other shows", async () => {
  const [one, two] = [await open(), await open()];
  const identity = await join(one.url, "Ada");
  const here = chatAs(one.url, one.running, identity);
  const form = formOf(await here.press(buttonOf(await here.say("/quiz question:q4"), "Answer")));
  const there = chatAs(two.url, two.running, identity);
  expect(JSON.stringify(await there.submit(form, Q4.full))).toContain("100 of 100.");
  expect(JSON.stringify(await here.say("/progress"))).toContain("best 100 of 100");
});

test("a platform that cannot start is a clear error, and the others do not stay behind", async () => {
  const { running } = await open();
  running.child.kill("SIGTERM");
  await running.finished;
  const env = {
    CONVO_PLAYGROUND_PORT: "0",
    CONVO_STORE: "lmdb:store",
    DISCORD_TOKEN: "a.b.c",
    DISCORD_API_URL: "http://127.0.0.1:1/api",
  };
  const { code, stderr } = await convo(["start"], { cwd: folder, env });
  expect(code).toBe(2);
  expect(stderr).toContain("discord-unreachable");
});

test("Discord and the chat page run side by side in one process, and end together", async () => {
  const discord = await openLocalDiscord();
  const { url, running } = await open({
    DISCORD_TOKEN: TOKEN,
    DISCORD_API_URL: discord.apiUrl,
    CONVO_ATTACHMENT_HOSTS: discord.host,
  });
  expect((await fetch(url)).status).toBe(200);
  expect(running.stdout()).toContain("Discord as Convo, in 1 server");
  const live = discord.send(member("1400000000000000009", "Ada", "learner"), {
    type: 2,
    data: { id: "1", name: "help", type: 1, options: [], resolved: {} },
  });
  while (live.shown.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(JSON.stringify(live.shown)).toContain("What Convo can do");
  running.child.kill("SIGTERM");
  expect((await running.finished).code).toBe(0);
  await discord.close();
});
