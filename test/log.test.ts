// The log: one JSON object a line, and no secret in any of them.
import { describe, expect, test } from "vitest";
import { type LogLevel, readConfig } from "../src/config.js";
import { makeLog } from "../src/log.js";

function logged(write: (log: ReturnType<typeof makeLog>) => void, level: LogLevel = "info") {
  const lines: string[] = [];
  write(makeLog({ level, pretty: false }, { write: (line) => void lines.push(line) }));
  return lines;
}

describe("the log", () => {
  test("is one JSON object a line, with level by name and time in ISO 8601", () => {
    const [line = ""] = logged((log) => log.info({ command: "quiz", ms: 12 }, "handled\nin two lines"));
    expect(line.endsWith("\n")).toBe(true);
    expect(line.trimEnd()).not.toContain("\n");
    const { time, ...rest } = JSON.parse(line);
    expect(rest).toEqual({ level: "info", command: "quiz", ms: 12, msg: "handled\nin two lines" });
    expect(new Date(time).toISOString()).toBe(time);
  });

  test("keeps what is below its level to itself", () => {
    const both = (log: ReturnType<typeof makeLog>) => {
      log.debug("little");
      log.warn("much");
    };
    expect(logged(both, "warn")).toHaveLength(1);
    expect(logged(both, "debug")).toHaveLength(2);
    expect(logged(both, "silent")).toHaveLength(0);
  });

  test.each(["token", "password", "secret", "authorization", "cookie", "signingSecret", "clientSecret"])(
    "strikes out %s at the top and inside",
    (name) => {
      const text = logged((log) =>
        log.info({ [name]: "hunter2", a: { [name]: "hunter2", b: { [name]: "hunter2" } } }),
      ).join();
      expect(text).toContain("[secret]");
      expect(text).not.toContain("hunter2");
    },
  );

  test("strikes out the headers of a request", () => {
    const text = logged((log) => log.info({ request: { headers: { authorization: "Bearer hunter2" } } })).join();
    expect(text).not.toContain("hunter2");
  });

  test.each(["redis://:hunter2@cache:6379/0", "rediss://convo:hunter2@cache", "redis://convo:hunter2@2@cache/1"])(
    "strikes the password out of the address %s, wherever it stands",
    (address) => {
      const text = logged((log) => {
        log.info({ store: address }, `connecting to ${address}`);
        log.error({ err: new Error(`cannot reach ${address}`) }, "failed");
      }).join("");
      expect(text).not.toContain("hunter2");
      expect(text).not.toContain("2@cache");
      expect(text).toContain("//[secret]@cache");
      for (const line of text.trim().split("\n")) expect(() => JSON.parse(line)).not.toThrow();
    },
  );

  test("leaves addresses without a password, and e-mail addresses, as they are", () => {
    const line = logged((log) => log.info({ url: "http://127.0.0.1:8787/a", mail: "ada@example.org" })).join();
    expect(JSON.parse(line)).toMatchObject({ url: "http://127.0.0.1:8787/a", mail: "ada@example.org" });
  });

  test("keeps the cause of a failure with its stack", () => {
    const cause = new Error("the disk is full");
    const line = JSON.parse(logged((log) => log.error({ err: new Error("not stored", { cause }) }, "failed")).join());
    expect(line.err.message).toContain("not stored");
    expect(line.err.stack).toContain("the disk is full");
  });

  test("keeps of a library's error what it is, and nothing of what was sent or where to", () => {
    const sent = { requestBody: { content: "my answer" }, url: "https://discord.test/webhooks/1/t0k3n", status: 401 };
    const failed = Object.assign(new Error("Invalid Webhook Token"), { code: 50_027, rawError: sent, ...sent });
    const both = logged((log) => {
      log.error({ err: failed }, "failed");
      log.error({ err: new AggregateError([failed], "all failed") }, "failed");
    }).map((line) => JSON.parse(line).err);
    expect(JSON.stringify(both)).not.toMatch(/my answer|t0k3n/);
    const kept = { type: "Error", message: "Invalid Webhook Token", code: 50_027, status: 401 };
    expect(both).toMatchObject([kept, { type: "AggregateError", aggregateErrors: [kept] }]);
    expect(both[0].stack).toContain("log.test.ts");
  });

  test("never shows a token of the configuration that it is given as a whole", () => {
    const config = readConfig(
      { CONVO_PLAYGROUND_TOKEN: "admin:hunter2-hunter2", CONVO_STORE: "redis://:hunter2@h/0" },
      false,
    );
    expect(logged((log) => log.info({ config })).join()).not.toContain("hunter2");
  });
});
