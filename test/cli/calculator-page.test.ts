// docs/calculator.md shows what the program prints: every command on the page is run and compared.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { convo } from "../support/convo.js";
import { ROOT } from "../support/rubrics.js";

const page = readFileSync(join(ROOT, "docs/calculator.md"), "utf8");

/** Blocks of ``` with commands after `$ `, each with what it prints up to the next one. */
const shown = [...page.matchAll(/^```\n(\$ [\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
  block.split(/^\$ /m).flatMap((part) => {
    const [command = "", ...printed] = part.split("\n");
    return command === "" ? [] : [{ command, printed: printed.join("\n").trim() }];
  }),
);
const pasted = /```python\n([\s\S]*?)```/.exec(page)?.[1] ?? "";

/** `echo 'INPUT' | npx convo ARGUMENTS`, or `npx convo ARGUMENTS < FILE`; single quotes only. */
function read(command: string): { args: string[]; input: string } {
  const parts = /^(?:echo '(.*)' \| )?npx convo (.*?)( < network\.py)?$/.exec(command);
  const [, echoed = "", rest = "", file] = parts ?? [];
  const args = [...rest.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  return { args, input: file === undefined ? echoed : pasted };
}

test("the page has commands", () => {
  expect(shown.length).toBeGreaterThanOrEqual(11);
});

test.each(shown)("$command", async ({ command, printed }) => {
  const { args, input } = read(command);
  const { stdout, stderr } = await convo(args, { input });
  expect(`${stdout}${stderr}`.trim()).toBe(printed);
});

test("the table of known networks", async () => {
  const rows = [...page.matchAll(/^\| `([a-z\d ]+)` \| ([\d,]+) \| ([\d,]+) \|$/gm)];
  expect(rows.length).toBe(8);
  const input = rows.map(([, name]) => `${JSON.stringify(name)}\n`).join("");
  const { stdout } = await convo(["params", "--jsonl"], { input });
  const counted = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(counted.map(({ parameters, macs }) => [parameters.total, macs])).toEqual(
    rows.map(([, , parameters = "", macs = ""]) => [parameters, macs].map((each) => Number(each.replaceAll(",", "")))),
  );
});
