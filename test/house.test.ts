// The walls of the house: a lint rule refuses every import that goes against the arrows.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const house = mkdtempSync(join(tmpdir(), "convo-house-"));
copyFileSync(join(root, "biome.json"), join(house, "biome.json"));
afterAll(() => rmSync(house, { recursive: true, force: true }));

function lint(file: string, from: string): { status: number | null; output: string } {
  const path = join(house, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import { x } from "${from}";\n\nexport const y = x;\n`);
  const { status, stdout, stderr } = spawnSync(
    join(root, "node_modules/.bin/biome"),
    ["lint", "--vcs-enabled=false", file],
    { cwd: house, encoding: "utf8" },
  );
  rmSync(path);
  return { status, output: `${stdout}${stderr}` };
}

describe("against the arrows", () => {
  test.each([
    ["src/store/x.ts", "../quiz/question.js"],
    ["src/store/x.ts", "../commands/reply.js"],
    ["src/charts/x.ts", "../store/store.js"],
    ["src/quiz/x.ts", "../commands/reply.js"],
    ["src/quiz/grader/x.ts", "../../bots/playground/server.js"],
    ["src/engine/x.ts", "../commands/reply.js"],
    ["src/commands/x.ts", "../bots/playground/server.js"],
    ["src/commands/x.ts", "discord.js"],
    ["src/quiz/x.ts", "@slack/bolt"],
    ["src/x.ts", "discord.js"],
    ["src/cli/x.ts", "@slack/bolt"],
    ["src/bots/playground/x.ts", "discord.js"],
    ["src/bots/playground/x.ts", "../slack/app.js"],
    ["src/bots/slack/x.ts", "../playground/server.js"],
    ["src/bots/slack/x.ts", "discord.js"],
    ["src/bots/discord/x.ts", "../slack/slack.js"],
    ["src/bots/discord/x.ts", "@slack/bolt"],
  ])("%s may not import %s", (file, from) => {
    const { status, output } = lint(file, from);
    expect(status).not.toBe(0);
    expect(output).toContain("noRestrictedImports");
  });
});

describe("along the arrows", () => {
  test.each([
    ["src/bots/playground/x.ts", "../../commands/reply.js"],
    ["src/commands/x.ts", "../quiz/question.js"],
    ["src/quiz/x.ts", "../store/store.js"],
    ["src/commands/x.ts", "../charts/progress.js"],
  ])("%s may import %s", (file, from) => {
    expect(lint(file, from)).toMatchObject({ status: 0 });
  });
});
