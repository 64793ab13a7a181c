// What people see of each other: streams, privacy, history, buttons and forms, over a restart too.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Session } from "../../../src/bots/playground/wire.js";
import {
  answer,
  bare,
  blockOf,
  errorOf,
  eventId,
  join,
  lines,
  listen,
  post,
  type Running,
  run,
  say,
  textOf,
} from "./client.js";

let playground: Running;
beforeAll(async () => {
  playground = await run();
});
afterAll(() => playground.close());

test("the session tells who one is and every command with its options", async () => {
  const ada = await join(playground, "Ada", "instructor");
  const session = (await (await fetch(`${playground.url}/api/session`, { headers: ada.headers })).json()) as Session;
  if (session.state !== "ready") throw new Error("not joined");
  expect(session).toMatchObject({
    state: "ready",
    choosesRole: true,
    community: "playground",
    person: { name: "Ada", role: "instructor" },
  });
  expect(session.channels.map(({ id }) => id)).toEqual(["general", "quiz", "lab"]);
  const params = session.commands.find(({ name }) => name === "params");
  expect(params?.callables[0]).toMatchObject({ who: "learner" });
  expect(params?.callables[0]?.options[0]).toMatchObject({
    name: "network",
    type: "string",
    required: true,
    maxLength: 2_000,
  });
  const models = session.commands.find(({ name }) => name === "models");
  expect(models?.callables.map(({ subcommand }) => subcommand)).toEqual(["list", "promote"]);
});

test("values are offered for an option that completes, and for no other", async () => {
  const ada = await join(playground, "Ada");
  const offered = async (body: object) => (await post(ada, "/api/complete", body)).json();
  expect(await offered({ command: "params", option: "network", typed: "RES" })).toEqual({
    values: [
      { value: "resnet18", label: "resnet18" },
      { value: "resnet50", label: "resnet50" },
    ],
  });
  expect(await offered({ command: "params", option: "batch", typed: "1" })).toEqual({ values: [] });
  expect(await offered({ command: "params", option: "toString", typed: "1" })).toEqual({ values: [] });
  expect(await offered({ command: "nothing", option: "network", typed: "1" })).toEqual({ values: [] });
  const tooLong = await post(ada, "/api/complete", { command: "params", option: "network", typed: "x".repeat(101) });
  expect(await errorOf(tooLong)).toMatchObject({ status: 400, code: "body-invalid" });
  const stranger = await post({ url: playground.url, headers: {} }, "/api/complete", {
    command: "params",
    option: "network",
    typed: "",
  });
  expect(await errorOf(stranger)).toMatchObject({ status: 401, code: "person-needed" });
});

test("a command reaches the dispatcher as a request of this person, channel and language", async () => {
  const ada = await join(playground, "Ada", "admin", { "Accept-Language": "de-CH,de;q=0.9" });
  await say(ada, '/echo text:"hello, world"', "lab");
  expect(playground.dispatcher.requests.at(-1)).toMatchObject({
    kind: "command",
    platform: "playground",
    community: "playground",
    channel: "lab",
    locale: "de-CH",
    command: "echo",
    options: { text: "hello, world" },
    user: { name: "Ada", role: "admin", groups: [] },
    attachments: [],
  });
  const structured = { id: eventId(), channel: "quiz", command: "echo", options: { text: "typed", loud: true } };
  await post(ada, "/api/command", structured).then(lines);
  expect(playground.dispatcher.requests.at(-1)).toMatchObject({
    command: "echo",
    options: { text: "typed", loud: true },
  });
});

test("progress streams: each reply replaces the one before, the last stays", async () => {
  const ada = await join(playground, "Ada", "instructor");
  const response = await post(ada, "/api/command", { id: eventId(), channel: "lab", text: "/train mnist epochs:3" });
  expect(response.headers.get("content-type")).toContain("ndjson");
  const entries = (await lines(response)).flatMap((line) => (line.type === "entry" ? [line.entry] : []));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
  expect(entries.length).toBeGreaterThanOrEqual(4);
  expect(entries.map(({ streaming }) => streaming)).toEqual([...entries.slice(1).map(() => true), false]);
  expect(entries.map(({ revision }) => revision)).toEqual(
    [...entries.map(({ revision }) => revision)].sort((a, b) => a - b),
  );
  expect(blockOf(entries.at(-1) ?? answer([]), "heading").text).toContain("Trained");
  const picture = blockOf(entries.at(-1) ?? answer([]), "picture");
  expect(picture).toMatchObject({ width: 560, height: 240 });
  const image = await fetch(playground.url + picture.url);
  expect(image.headers.get("content-type")).toBe("image/png");
  expect((await image.arrayBuffer()).byteLength).toBeGreaterThan(100);
  const earlier = blockOf(entries[1] ?? answer([]), "picture");
  expect((await fetch(playground.url + earlier.url)).status, "pictures of earlier revisions are let go").toBe(404);
});

test("public answers reach everybody in the channel at once, private ones only who asked", async () => {
  const ada = await join(playground, "Ada");
  const otherTab = await listen(ada);
  const grace = await listen(await join(playground, "Grace"));
  await say(ada, "/echo text:for-all-to-see");
  await say(ada, "/whisper text:for-ada-alone");
  await expect.poll(() => JSON.stringify(otherTab.heard)).toContain("for-ada-alone");
  await expect.poll(() => JSON.stringify(grace.heard)).toContain("for-all-to-see");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const seen = JSON.stringify(grace.heard);
  expect(seen).not.toContain("for-ada-alone");
  expect(seen, "nor the line that says that it was asked").not.toContain("/whisper");
  expect(seen).toContain('"verb":"used","what":"/echo text:for-all-to-see"');
  const id = playground.dispatcher.requests.at(-1)?.user.id ?? "";
  expect(seen + JSON.stringify(otherTab.heard), "ids are never shown").not.toContain(id);
  await Promise.all([otherTab.stop(), grace.stop()]);

  const late = await listen(await join(playground, "Alan"));
  await expect.poll(() => late.heard.length).toBe(1);
  expect(JSON.stringify(late.heard)).toContain("for-all-to-see");
  expect(JSON.stringify(late.heard)).not.toContain("for-ada-alone");
  const again = await listen(ada);
  await expect.poll(() => JSON.stringify(again.heard)).toContain("for-ada-alone");
  await Promise.all([late.stop(), again.stop()]);
});

test("history is bounded: the oldest go first", async () => {
  const small = await run();
  const ada = await join(small, "Ada");
  for (let index = 0; index < 210; index++) await say(ada, `/echo text:number-${index}-`, "quiz");
  const stream = await listen(ada);
  await expect.poll(() => stream.heard.length).toBe(1);
  const [snapshot] = stream.heard;
  expect(snapshot?.type === "snapshot" ? snapshot.entries.length : 0).toBe(200);
  expect(JSON.stringify(snapshot)).not.toContain("number-9-");
  expect(JSON.stringify(snapshot)).toContain("number-209-");
  await stream.stop();
  await small.close();
});

test("an event that comes twice is shown once", async () => {
  const ada = await join(playground, "Ada");
  const body = { id: eventId(), channel: "general", text: "/echo text:once" };
  expect(await lines(await post(ada, "/api/command", body))).toHaveLength(2);
  expect(await lines(await post(ada, "/api/command", body))).toEqual([{ type: "done" }]);
  const grace = await join(playground, "Grace");
  expect(
    await lines(await post(grace, "/api/command", body)),
    "another person's same id is another event",
  ).toHaveLength(2);
});

test("plain words get a private hint, and the dispatcher hears nothing", async () => {
  const ada = await join(playground, "Ada");
  const before = playground.dispatcher.requests.length;
  const entry = answer(await say(ada, "hello there"));
  expect(entry).toMatchObject({ private: true, invocation: { verb: "wrote", what: "hello there" } });
  expect(textOf(entry)).toContain("/help");
  expect(playground.dispatcher.requests).toHaveLength(before);
});

test("unknown commands and options are the dispatcher's to explain", async () => {
  const ada = await join(playground, "Ada");
  expect(textOf(answer(await say(ada, "/quizz")))).toContain("Did you mean /quiz?");
  expect(textOf(answer(await say(ada, "/models")))).toContain("subcommands");
  expect(textOf(answer(await say(ada, "/quiz colour:red")))).toContain("no option colour");
});

test("a bug of a handler shows a reference and no cause", async () => {
  const ada = await join(playground, "Ada");
  expect(JSON.stringify(await say(ada, "/broken"))).not.toContain("secret");
});

test("files go with a command that takes them, and only with such a one", async () => {
  const ada = await join(playground, "Ada");
  const upload = async (text: string, files: readonly File[]) => {
    const form = new FormData();
    form.append("request", JSON.stringify({ id: eventId(), channel: "lab", text }));
    for (const file of files) form.append("files", file);
    return await fetch(`${playground.url}/api/command`, { method: "POST", headers: ada.headers, body: form });
  };
  const photo = new File([new Uint8Array(70_000)], "Tulpe 🌷.jpg", { type: "image/jpeg" });
  const taken = answer(await lines(await upload("/classify", [photo, photo])));
  expect(textOf(taken)).toContain("Tulpe 🌷.jpg: 70000 bytes");
  expect(taken.invocation.files).toEqual(["Tulpe 🌷.jpg", "Tulpe 🌷.jpg"]);
  expect(playground.dispatcher.requests.at(-1)?.attachments[0]).toMatchObject({
    mediaType: "image/jpeg",
    size: 70_000,
  });
  const refused = await errorOf(await upload("/quiz", [photo]));
  expect(refused).toMatchObject({
    status: 422,
    code: "files-not-taken",
    message: expect.stringContaining("/quiz takes no files"),
  });
  expect(await errorOf(await upload("/classify", Array(5).fill(photo)))).toMatchObject({
    status: 413,
    code: "too-many-files",
  });
  const large = new File([new Uint8Array(10 * 1024 * 1024 + 1)], "large.jpg");
  expect(await errorOf(await upload("/classify", [large]))).toMatchObject({ status: 413, code: "file-too-large" });
});

test("files of a message are downloads under addresses that cannot be guessed", async () => {
  const ada = await join(playground, "Ada");
  const file = blockOf(answer(await say(ada, "/everything")), "file");
  expect(file.url).toMatch(/^\/media\/[\w-]{22}\/run-0042\.csv$/);
  const response = await fetch(playground.url + file.url);
  expect(response.headers.get("content-disposition")).toContain("attachment");
  expect(response.headers.get("content-security-policy")).toContain("sandbox");
  expect(await response.text()).toContain("epoch,loss");
  expect(await errorOf(await fetch(`${playground.url}/media/AAAAAAAAAAAAAAAAAAAAAA/run-0042.csv`))).toMatchObject({
    status: 404,
    code: "media-gone",
  });
  expect(
    (await bare(playground.url, "GET", file.url, { Host: "localhost", "Sec-Fetch-Site": "cross-site" })).status,
  ).toBe(403);
});

test("an answer runs to its end though its asker went away", async () => {
  const ada = await join(playground, "Ada", "instructor");
  const stream = await listen(ada);
  const control = new AbortController();
  const asked = await fetch(`${playground.url}/api/command`, {
    method: "POST",
    headers: { ...ada.headers, "Content-Type": "application/json" },
    body: JSON.stringify({ id: eventId(), channel: "lab", text: "/train mnist epochs:2" }),
    signal: control.signal,
  });
  expect(asked.status).toBe(200);
  control.abort();
  await expect.poll(() => JSON.stringify(stream.heard.at(-1)), { timeout: 3_000 }).toContain("Trained");
  await stream.stop();
});
