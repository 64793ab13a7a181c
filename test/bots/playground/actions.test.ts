// Buttons and forms: signed, bound to their person, and still good after a restart.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  answer,
  blockOf,
  errorOf,
  eventId,
  formOf,
  join,
  lines,
  listen,
  post,
  type Running,
  run,
  say,
  textOf,
  tokenOf,
} from "./client.js";
import { memoryStore } from "./memoryStore.js";

let playground: Running;
beforeAll(async () => {
  playground = await run();
});
afterAll(() => playground.close());

test("a public button may be pressed by anybody, and its answer takes the message's place for all", async () => {
  const ada = await join(playground, "Ada");
  const grace = await join(playground, "Grace");
  const asked = answer(await say(ada, "/params conv 3x3 64"));
  const stream = await listen(ada);
  const token = tokenOf(asked, "Show memory");
  const replaced = answer(await lines(await post(grace, "/api/action", { id: eventId(), token })));
  expect(replaced.id).toBe(asked.id);
  expect(replaced.invocation).toMatchObject({ name: "Ada", verb: "used" });
  expect(textOf(replaced)).toContain("says Grace");
  await expect.poll(() => JSON.stringify(stream.heard)).toContain("says Grace");
  await stream.stop();
});

test("a private button is bound to its person", async () => {
  const ada = await join(playground, "Ada");
  const grace = await join(playground, "Grace");
  const asked = answer(await say(ada, "/quiz mode:choice"));
  const token = tokenOf(asked, "Your answer");
  expect(Buffer.from(token, "base64url").toString()).not.toContain(
    playground.dispatcher.requests.at(-1)?.user.id ?? "-",
  );
  const stolen = await post(grace, "/api/action", { id: eventId(), token, value: "1" });
  expect(await errorOf(stolen)).toMatchObject({ status: 403, code: "token-forged" });
  const own = answer(await lines(await post(ada, "/api/action", { id: eventId(), token, value: "1" })));
  expect(own).toMatchObject({ id: asked.id, private: true });
  expect(textOf(own)).toContain("That is it");
});

test("a forged, cut or recombined token is refused in words", async () => {
  const ada = await join(playground, "Ada");
  const asked = answer(await say(ada, "/quiz mode:open"));
  const [body = "", signature = ""] = tokenOf(asked, "Answer").split(".");
  const payload = JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
  const changed = Buffer.from(JSON.stringify({ ...payload, c: "lab" })).toString("base64url");
  for (const token of [
    `${changed}.${signature}`,
    `${body}.`,
    body,
    `${body}.${signature.slice(0, -2)}`,
    "",
    ".",
    `${body}.${"A".repeat(22)}`,
  ]) {
    const error = await errorOf(await post(ada, "/api/action", { id: eventId(), token }));
    expect(error, token).toMatchObject({ status: 403, code: "token-forged" });
    expect(error.fix).not.toBe("");
  }
  const wrongWay = await post(ada, "/api/submit", { id: eventId(), token: tokenOf(asked, "Answer"), fields: {} });
  expect(await errorOf(wrongWay)).toMatchObject({ status: 400 });
});

test("a button older than the dispatcher remembers says so and how to ask again", async () => {
  const ada = await join(playground, "Ada");
  const token = tokenOf(answer(await say(ada, "/params conv 3x3 64")), "An old button");
  const error = await errorOf(await post(ada, "/api/action", { id: eventId(), token }));
  expect(error).toMatchObject({ status: 410, code: "button-expired", fix: "Type /params again." });
});

test("a form opened before a restart is submitted after it, and an identity stays the same person", async () => {
  const store = memoryStore();
  const before = await run({ store });
  const ada = await join(before, "Ada");
  const asked = answer(await say(ada, "/quiz mode:open", "quiz"));
  const form = formOf(await lines(await post(ada, "/api/action", { id: eventId(), token: tokenOf(asked, "Answer") })));
  expect(form).toMatchObject({ title: "Question 4", submitLabel: "Submit" });
  const id = before.dispatcher.requests.at(-1)?.user.id;
  await before.close();

  const after = await run({ store });
  const sameAda = { url: after.url, headers: ada.headers };
  const fields = { answer: "It has no parameters.\nNone." };
  const graded = answer(await lines(await post(sameAda, "/api/submit", { id: eventId(), token: form.token, fields })));
  expect(graded).toMatchObject({
    private: true,
    channel: "quiz",
    invocation: { verb: "submitted", what: "Question 4" },
  });
  expect(graded.revision).toBeGreaterThan(asked.revision);
  expect(blockOf(graded, "quote").text).toBe("It has no parameters.\nNone.");
  expect(after.dispatcher.requests.at(-1)).toMatchObject({ kind: "action", fields, user: { id } });
  const replaced = answer(
    await lines(await post(sameAda, "/api/action", { id: eventId(), token: tokenOf(asked, "Hint") })),
  );
  expect(textOf(replaced)).toContain("Count");
  await after.close();

  const emptied = await run();
  const refused = await post({ url: emptied.url, headers: ada.headers }, "/api/submit", {
    id: eventId(),
    token: form.token,
    fields,
  });
  expect((await errorOf(refused)).code).toBe("person-needed");
  await emptied.close();
});

test("a form goes to who opened it, and leaves nothing in the channel", async () => {
  const ada = await join(playground, "Ada");
  const otherTab = await listen(ada);
  const asked = answer(await say(ada, "/quiz mode:open"));
  await expect.poll(() => otherTab.heard.length).toBeGreaterThan(1);
  const heard = otherTab.heard.length;
  await post(ada, "/api/action", { id: eventId(), token: tokenOf(asked, "Answer") }).then(lines);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(otherTab.heard.length).toBe(heard);
  await otherTab.stop();
});
