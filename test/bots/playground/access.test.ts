// Who gets in, in which role, and who does not: hosts, origins, tokens, bodies, ports.
import { createServer } from "node:net";
import { afterEach, expect, test } from "vitest";
import { UserError } from "../../../src/errors.js";
import { bare, errorOf, eventId, join, lines, listen, post, type Running, run, say } from "./client.js";

const running: Running[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

async function start(wishes: Parameters<typeof run>[0] = {}): Promise<Running> {
  const each = await run(wishes);
  running.push(each);
  return each;
}

const TOKENS = { "students-2025-spring": "learner", "teachers-only-9f2c": "instructor" } as const;

test("another host name is refused, so that a rebound DNS name reaches nothing", async () => {
  const { url } = await start();
  for (const path of ["/", "/api/session", "/api/events", "/media/x/y.png"]) {
    const response = await bare(url, "GET", path, { Host: "evil.example:80" });
    expect(response.status, path).toBe(421);
    expect(JSON.parse(response.text).error.code).toBe("host-unknown");
  }
  const post = await bare(
    url,
    "POST",
    "/api/person",
    { Host: "127.0.0.1.evil.example", "Content-Type": "application/json" },
    '{"name":"Eve"}',
  );
  expect(post.status).toBe(421);
});

test("every name of this machine is taken, whatever the port of a tunnel", async () => {
  const { url } = await start();
  for (const host of ["localhost", "LOCALHOST:9000", "127.0.0.1:80", "[::1]:3000", "convo.localhost"]) {
    expect((await bare(url, "GET", "/api/session", { Host: host })).status, host).toBe(200);
  }
});

test("a web page elsewhere can neither read nor do anything", async () => {
  const playground = await start();
  const ada = await join(playground, "Ada");
  const foreign = [
    { Origin: "https://evil.example" },
    { Origin: "null" },
    { Origin: "http://127.0.0.1:1" },
    { "Sec-Fetch-Site": "cross-site" },
    { "Sec-Fetch-Site": "same-site" },
  ];
  for (const headers of foreign) {
    const from = { ...ada, headers: { ...ada.headers, ...headers } };
    const posted = await errorOf(
      await post(from, "/api/command", { id: eventId(), channel: "general", text: "/help" }),
    );
    expect(posted, JSON.stringify(headers)).toMatchObject({ status: 403, code: "origin-foreign" });
    expect((await fetch(`${playground.url}/api/session`, { headers: from.headers })).status).toBe(403);
    expect((await fetch(`${playground.url}/api/events`, { headers: from.headers })).status).toBe(403);
  }
  expect(playground.dispatcher.requests).toHaveLength(0);
  const typed = await post({ ...ada, headers: { ...ada.headers, "Sec-Fetch-Site": "none" } }, "/api/logout", {});
  expect(typed.status).toBe(403);
  expect((await bare(playground.url, "GET", "/", { Host: "localhost", "Sec-Fetch-Site": "cross-site" })).status).toBe(
    200,
  );
});

test("only JSON is read", async () => {
  const playground = await start();
  const ada = await join(playground, "Ada");
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
    const response = await fetch(`${playground.url}/api/action`, {
      method: "POST",
      headers: { ...ada.headers, "Content-Type": type },
      body: "{}",
    });
    expect(await errorOf(response)).toMatchObject({ status: 415, code: "not-json" });
  }
  expect(await errorOf(await post(ada, "/api/action", "{"))).toMatchObject({ status: 400, code: "body-invalid" });
  expect(await errorOf(await post(ada, "/api/action", { id: "x" }))).toMatchObject({
    status: 400,
    code: "body-invalid",
  });
});

test("bodies that are too large are refused with a word about it, declared or not", async () => {
  const playground = await start();
  const ada = await join(playground, "Ada");
  const large = JSON.stringify({ id: eventId(), channel: "general", text: "x".repeat(300 * 1024) });
  expect(await errorOf(await post(ada, "/api/command", large))).toMatchObject({ status: 413, code: "body-too-large" });
  const undeclared = await fetch(`${playground.url}/api/command`, {
    method: "POST",
    headers: { ...ada.headers, "Content-Type": "application/json" },
    body: new Blob([large]).stream(),
    duplex: "half",
  } as RequestInit);
  expect(await errorOf(undeclared)).toMatchObject({ status: 413, code: "body-too-large" });
  const long = { id: eventId(), channel: "general", text: "x".repeat(12_001) };
  expect((await errorOf(await post(ada, "/api/command", long))).message).toContain("12000");
});

test("every answer is hardened: strict policy, no framing, no guessing", async () => {
  const { url } = await start();
  for (const path of ["/", "/api/session", "/nowhere"]) {
    const { headers } = await fetch(url + path);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  }
  expect(await errorOf(await fetch(`${url}/../../package.json`))).toMatchObject({ status: 404, code: "not-found" });
  expect(await (await fetch(url)).text()).toContain("Convo playground");
});

test("off loopback it refuses to start without a token, and says which variable to set", async () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.7", ""]) {
    await expect(run({ host })).rejects.toMatchObject({
      code: "playground-token",
      fix: expect.stringContaining("CONVO_PLAYGROUND_TOKEN"),
    });
  }
});

test("a token decides the role, off loopback and on it, whatever the page asks for", async () => {
  for (const host of ["0.0.0.0", "127.0.0.1"]) {
    const playground = await start({ host, tokens: TOKENS });
    const nobody = { url: playground.url, headers: {} };
    expect(await (await fetch(`${playground.url}/api/session`)).json()).toEqual({ state: "login" });
    expect(await errorOf(await post(nobody, "/api/person", { name: "Eve", role: "admin" }))).toMatchObject({
      status: 401,
      code: "login-needed",
    });

    const entered = await post(nobody, "/api/login", { token: "teachers-only-9f2c" });
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toContain("HttpOnly");
    expect(cookie).toContain("SameSite=Strict");
    expect(cookie).not.toContain("teachers-only");
    const teacher = await join(playground, "Grace", "admin", { Cookie: cookie.split(";")[0] ?? "" });
    const session = await (await fetch(`${playground.url}/api/session`, { headers: teacher.headers })).json();
    expect(session).toMatchObject({
      state: "ready",
      choosesRole: false,
      person: { name: "Grace", role: "instructor" },
    });
    await say(teacher, "/echo hello");
    expect(playground.dispatcher.requests.at(-1)?.user.role).toBe("instructor");
  }
});

test("a bearer token serves scripts, as one person, without joining", async () => {
  const playground = await start({ tokens: TOKENS });
  const script = { url: playground.url, headers: { Authorization: "Bearer students-2025-spring" } };
  await say(script, "/echo one");
  await say(script, "/echo two");
  const users = playground.dispatcher.requests.map((request) => request.user);
  expect(users[0]).toMatchObject({ role: "learner" });
  expect(users[1]?.id).toBe(users[0]?.id);
});

test("an identity made on one playground, or chosen by hand, is worth nothing on another", async () => {
  const playground = await start();
  const elsewhere = await start();
  const stranger = await join(elsewhere, "Ada", "admin");
  for (const identity of [
    stranger.headers["Convo-Person"] ?? "",
    "e30.AAAA",
    "x",
    `${Buffer.from('{"i":"0","n":"A","r":"admin"}').toString("base64url")}.`,
  ]) {
    const response = await post({ url: playground.url, headers: { "Convo-Person": identity } }, "/api/command", {
      id: eventId(),
      channel: "general",
      text: "/help",
    });
    expect(await errorOf(response)).toMatchObject({ status: 401, code: "person-needed" });
  }
});

test("wrong tokens are slowed down, and right ones wait with them", async () => {
  const playground = await start({ tokens: TOKENS });
  const nobody = { url: playground.url, headers: {} };
  for (let attempt = 0; attempt < 4; attempt++) {
    expect(await errorOf(await post(nobody, "/api/login", { token: `guess ${attempt}` }))).toMatchObject({
      status: 401,
      code: "token-wrong",
    });
  }
  const braked = await post(nobody, "/api/login", { token: "students-2025-spring" });
  expect(braked.headers.get("retry-after")).toBe("1");
  expect(await errorOf(braked)).toMatchObject({ status: 429, code: "token-wait" });
  const bearer = await fetch(`${playground.url}/api/session`, { headers: { Authorization: "Bearer guess" } });
  expect(bearer.status).toBe(429);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect((await post(nobody, "/api/login", { token: "students-2025-spring" })).status).toBe(200);
});

test("a login ends when its token is taken away", async () => {
  const first = await start({ tokens: TOKENS });
  const entered = await post({ url: first.url, headers: {} }, "/api/login", { token: "students-2025-spring" });
  const value = (entered.headers.get("set-cookie") ?? "").split(";")[0]?.split("=").slice(1).join("=") ?? "";
  const second = await start({ tokens: { "teachers-only-9f2c": "instructor" }, store: first.store });
  const cookie = `convo_playground_${new URL(second.url).port}=${value}`;
  expect(await (await fetch(`${second.url}/api/session`, { headers: { Cookie: cookie } })).json()).toEqual({
    state: "login",
  });
  const third = await start({ tokens: TOKENS, store: first.store });
  const again = `convo_playground_${new URL(third.url).port}=${value}`;
  expect(await (await fetch(`${third.url}/api/session`, { headers: { Cookie: again } })).json()).toMatchObject({
    state: "join",
  });
});

test("names are tidied, and one is needed", async () => {
  const playground = await start();
  const ada = await join(playground, "  Ada\u202e \n Lovelace  ");
  const session = await (await fetch(`${playground.url}/api/session`, { headers: ada.headers })).json();
  expect(session).toMatchObject({ person: { name: "Ada Lovelace" } });
  expect(
    await errorOf(await post({ url: playground.url, headers: {} }, "/api/person", { name: " \u200b\u202e " })),
  ).toMatchObject({ code: "name-missing" });
});

test("an occupied port is named with the variable that changes it", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const address = blocker.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const failure = await run({ port }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(UserError);
  expect(failure).toMatchObject({ code: "port-in-use", fix: expect.stringContaining("CONVO_PLAYGROUND_PORT") });
  await new Promise((resolve) => blocker.close(resolve));
});

test("closing ends the event streams and lets a running answer finish", async () => {
  const playground = await run();
  const ada = await join(playground, "Ada", "instructor");
  const stream = await listen(ada);
  const training = post(ada, "/api/command", { id: eventId(), channel: "lab", text: "/train mnist epochs:3" });
  await expect.poll(() => stream.heard.length).toBeGreaterThan(1);
  const began = Date.now();
  await playground.close();
  expect(Date.now() - began).toBeLessThan(10_000);
  await expect.poll(() => stream.state.ended).toBe(true);
  const answered = await lines(await training);
  expect(JSON.stringify(answered)).toContain("Trained");
  expect(answered.at(-1)).toEqual({ type: "done" });
});
