// The manifest: from the declarations, valid by Slack's own schema, and as docs/slack.md shows it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BOT_SCOPES, slackManifest } from "../../../src/bots/slack/manifest.js";
import { trialCommands } from "../../support/trial-commands.js";
import { openWorld, type World } from "../../support/world.js";
import { platformTrials } from "./trials.js";

const ROOT = join(import.meta.dirname, "../../..");
const SPECS = join(ROOT, "../shared/specs/slack");

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Slack's schema with its references to the two files beside it; `regex` is a keyword of theirs that means nothing to JSON Schema. */
function faultsOf(manifest: unknown): unknown {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const read = (name: string): Record<string, unknown> => JSON.parse(readFileSync(join(SPECS, name), "utf8"));
  for (const version of ["1.0.0", "2.0.0"]) {
    const { $schema: _, $id: __, ...schema } = read(`schemas/manifest.schema.${version}.json`);
    ajv.addSchema(
      schema,
      `https://raw.githubusercontent.com/slackapi/manifest-schema/v0.5.0/schemas/manifest.schema.${version}.json`,
    );
  }
  const validate = ajv.compile(read("manifest.schema.json"));
  return validate(manifest) ? [] : validate.errors;
}

test.skipIf(!existsSync(SPECS)).each([
  ["as it is", {}],
  ["with short names", { shortNames: "cnn-" }],
  ["by HTTP", { url: "https://convo.example" }],
])("%s is valid by Slack's schema", (_, options) => {
  expect(faultsOf(slackManifest(world.dispatcher.commands, options))).toEqual([]);
  expect(faultsOf(slackManifest([...world.dispatcher.commands, ...trialCommands, ...platformTrials], options))).toEqual(
    [],
  );
  expect(
    faultsOf({ ...slackManifest(world.dispatcher.commands, options), features: { slash_commands: [] } }),
  ).not.toEqual([]);
});

test("always offers /convo, and short names only where they are asked for", () => {
  const names = (shortNames?: string) =>
    slackManifest(
      world.dispatcher.commands,
      shortNames === undefined ? {} : { shortNames },
    ).features.slash_commands.map(({ command }) => command);
  expect(names()).toEqual(["/convo"]);
  expect(names("cnn-")).toEqual(["/convo", ...world.dispatcher.commands.map(({ name }) => `/cnn-${name}`)]);
  expect(() => names("Much too Long a prefix for Slack")).toThrow(expect.objectContaining({ code: "short-names" }));
});

test("offers the menu of a message to what takes one", () => {
  const { features } = slackManifest([...world.dispatcher.commands, ...trialCommands, ...platformTrials]);
  const classify = {
    name: "Classify image",
    type: "message",
    callback_id: "menu:classify",
    description: "Looks at a picture of yours; only you see the answer",
  };
  expect(features.shortcuts).toEqual([
    classify,
    { name: "Classify image", type: "message", callback_id: "menu:look", description: "For this test" },
  ]);
  expect(slackManifest(world.dispatcher.commands).features).toHaveProperty("shortcuts", [classify]);
  const without = world.dispatcher.commands.filter(({ name }) => name !== "classify");
  expect(slackManifest(without).features).not.toHaveProperty("shortcuts");
});

test("stands in docs/slack.md as it is generated, and every scope with its reason", () => {
  const page = readFileSync(join(ROOT, "docs/slack.md"), "utf8");
  const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  expect(JSON.parse(shown)).toEqual(slackManifest(world.dispatcher.commands));
  const explained = [...page.matchAll(/^\| `([a-z_:]+)` \|/gm)].map((match) => match[1] ?? "");
  expect(explained.filter((name) => name.includes(":") || name === "commands").toSorted()).toEqual(
    [...BOT_SCOPES].toSorted(),
  );
});
