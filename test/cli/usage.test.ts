// The command line in general: help, version, mistakes with a hint, mistakes of the configuration.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { convo } from "../support/convo.js";
import { temporaryFolder } from "../support/world.js";

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

/** On a free port, with a store of its own. */
const ENV = { CONVO_PLAYGROUND_PORT: "0", CONVO_STORE: "lmdb:store", CONVO_LOG_LEVEL: "warn" } as const;

describe("usage", () => {
  test("--help shows every command on standard output", async () => {
    const { code, stdout, stderr } = await convo(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of ["start", "grade", "params", "memory"]) expect(stdout).toMatch(new RegExp(`^ +${name}\\b`, "m"));
    expect((await convo(["grade", "--help"])).stdout).toContain("--jsonl");
  });

  test("--version is the package's", async () => {
    expect((await convo(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test.each([
    [["--hlep"], "--help"],
    [["grade", "--jsnol"], "--jsonl"],
    [["grad"], "Did you mean convo grade?"],
    [["frobnicate"], "convo --help"],
    [["grade", "--question"], "argument missing"],
    [["grade"], "convo grade --jsonl"],
  ])("%j fails with a hint: %s", async (args, hint) => {
    const { code, stdout, stderr } = await convo(args, { cwd, env: ENV });
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe("");
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain("    at ");
  });
});

describe("the configuration", () => {
  test("is refused with status 2 and every mistake at once, without a secret", async () => {
    const env = {
      CONVO_PLAYGROUND_PORT: "http",
      CONVO_LOG_LEVEL: "loud",
      CONVO_PLAYGROUND_TOKNE: "hunter2-hunter2",
      CONVO_STORE: "ftp://:hunter2@x",
    };
    const { code, stdout, stderr } = await convo(["start"], { cwd, env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    for (const name of Object.keys(env)) expect(stderr).toContain(`- ${name}: `);
    expect(stderr).toContain("did you mean CONVO_PLAYGROUND_TOKEN?");
    expect(stderr).not.toContain("hunter2");
    expect(stderr).not.toContain("    at ");
  });

  test("is read from .env too, and its mistakes are found there", async () => {
    writeFileSync(join(cwd, ".env"), "CONVO_LOG_LEVEL=louder\n");
    const { code, stderr } = await convo(["start"], { cwd, env: { CONVO_PLAYGROUND_PORT: "0" } });
    expect(code).toBe(2);
    expect(stderr).toContain('CONVO_LOG_LEVEL: found "louder"');
    // Nothing but our own words: no advertisement of the library that reads the file.
    expect(stderr).toMatch(/^convo: /);
  });

  test("of no use to `convo grade` does not disturb it", async () => {
    writeFileSync(join(cwd, ".env"), "CONVO_LOG_LEVEL=louder\n");
    const { code, stderr } = await convo(["grade", "--jsonl"], {
      cwd,
      input: '{"question":"q4","answer":"no parameters"}',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });

  test("that switches every platform off says so", async () => {
    const { code, stderr } = await convo(["start"], { cwd, env: { ...ENV, CONVO_PLAYGROUND: "off" } });
    expect(code).toBe(2);
    expect(stderr).toContain("CONVO_PLAYGROUND=on");
  });

  test("off loopback without a token is refused and names the variable", async () => {
    const { code, stderr } = await convo(["start"], { cwd, env: { ...ENV, CONVO_PLAYGROUND_HOST: "0.0.0.0" } });
    expect(code).toBe(2);
    expect(stderr).toContain("CONVO_PLAYGROUND_TOKEN");
  });
});

describe("what stands in the way of a start", () => {
  test("an occupied port is named with the variable that sets it", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const { code, stdout, stderr } = await convo(["start"], { cwd, env: { ...ENV, CONVO_PLAYGROUND_PORT: port } });
    server.close();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(port);
    expect(stderr).toContain("CONVO_PLAYGROUND_PORT");
  });

  test.each([
    [
      "a file that is no store",
      (place: string) => writeStore(place, "this is no LMDB file, but a long enough text. ".repeat(500)),
    ],
    ["a file where the folder should be", (place: string) => writeFileSync(place, "x")],
    ["a folder in place of the data file", (place: string) => mkdirSync(join(place, "data.mdb"), { recursive: true })],
  ])("%s is refused, naming it, and left as it is", async (_, spoil) => {
    spoil(join(cwd, "store"));
    const { code, stdout, stderr } = await convo(["start"], { cwd, env: ENV });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(join(cwd, "store"));
    expect(stderr).not.toContain("    at ");
  });
});

function writeStore(place: string, text: string): void {
  mkdirSync(place);
  writeFileSync(join(place, "data.mdb"), text);
}
