// What the composer suggests while one types.
import { expect, test } from "vitest";
import { catalogue } from "../../../src/bots/playground/catalogue.js";
import { CHANNELS } from "../../../src/bots/playground/channels.js";
import { complete, offer, usage, wishOf } from "../../../src/bots/playground/page/completion.js";
import { fakeCommands } from "./fakeCommands.js";

const vocabulary = { commands: catalogue(fakeCommands), channels: CHANNELS, role: "learner" as const };
const find = (text: string) => complete(text, vocabulary);
const labels = (text: string) => find(text)?.suggestions.map(({ label }) => label);
/** The text after taking the first suggestion. */
const taken = (text: string) => {
  const found = find(text);
  return found && text.slice(0, found.from) + (found.suggestions[0]?.insert ?? "");
};

test("a slash offers every command; letters narrow them down, beginnings first", () => {
  expect(labels("/")).toHaveLength(fakeCommands.length);
  expect(labels("/qu")).toEqual(["/quiz"]);
  expect(labels("/el")).toEqual(["/help", "/models"].filter((name) => name.includes("el")));
  expect(taken("/qu")).toBe("/quiz ");
  expect(labels("hello")).toBeUndefined();
  expect(labels("/zzz")).toBeUndefined();
});

test("commands beyond one's role are marked, not hidden", () => {
  expect(find("/tr")?.suggestions[0]).toMatchObject({ label: "/train", mark: "instructor" });
  expect(find("/se")?.suggestions[0]).toMatchObject({ mark: "admin" });
  expect(complete("/tr", { ...vocabulary, role: "admin" })?.suggestions[0]?.mark).toBeUndefined();
});

test("Enter takes a suggestion while something is missing, and sends when nothing is", () => {
  expect(find("/qu")?.eager).toBe(true);
  expect(find("/params")?.eager, "has a required option").toBe(true);
  expect(find("/params ")?.eager).toBe(true);
  expect(find("/quiz ")?.eager, "all optional").toBe(false);
  expect(find("/quiz mode:")?.eager).toBe(true);
  expect(find("/quiz mode:choice")?.eager, "complete").toBe(false);
  expect(find("/models")?.eager, "needs a subcommand").toBe(true);
});

test("subcommands, options and choices follow", () => {
  expect(labels("/models ")).toEqual(["list", "promote"]);
  expect(taken("/models pr")).toBe("/models promote ");
  expect(labels("/quiz ")).toEqual(["question", "mode"]);
  expect(taken("/quiz mo")).toBe("/quiz mode:");
  expect(labels("/quiz mode:")).toEqual(["choice", "open"]);
  expect(labels("/quiz mode:own")).toEqual(["open"]);
  expect(taken("/quiz mode:ch")).toBe("/quiz mode:choice ");
  expect(labels("/quiz mode:choice ")).toEqual(["question"]);
  expect(labels("/params biases:")).toEqual(["true", "false"]);
});

test("required options come first, with their limits", () => {
  expect(find("/params ")?.suggestions[0]).toMatchObject({ label: "network", mark: "required" });
  expect(find("/params ")?.suggestions[1]?.detail).toContain("from 1 to 4096");
});

test("free text is left alone", () => {
  expect(labels("/params network:conv 64 ")).toEqual(["batch", "biases"]);
  expect(find("/params network:conv 64 ")?.eager).toBe(false);
  expect(labels("/params network:conv 64 b")).toBeUndefined();
  expect(labels("/params conv 64")).toBeUndefined();
  expect(labels('/params network:"conv 64 ')).toBeUndefined();
});

test("the usage line follows what is being typed", () => {
  expect(usage("/par", vocabulary)).toBeUndefined();
  const found = usage("/params network:conv 64 batch:", vocabulary);
  expect(found?.command).toBe("/params");
  expect(found?.options.map(({ name, given, present }) => [name, given, present])).toEqual([
    ["network", true, false],
    ["batch", true, true],
    ["biases", false, false],
  ]);
});

test("the server is asked for values of an option that completes, while it is being typed", () => {
  const wish = (text: string) => wishOf(text, vocabulary);
  expect(wish("/params res")).toEqual({ command: "params", option: "network", typed: "res" });
  expect(wish("/params network:")).toEqual({ command: "params", option: "network", typed: "" });
  expect(wish('/params batch:4 network:"lenet5 1')).toMatchObject({ typed: "lenet5 1" });
  expect(wish("/params resnet50 "), "done").toBeUndefined();
  expect(wish("/params network:resnet50 batch:4")).toBeUndefined();
  expect(wish("/echo text:res"), "completes nothing").toBeUndefined();
  expect(wish(`/params ${"x".repeat(101)}`), "is written, not looked for").toBeUndefined();
});

test("what is offered takes the place of what was typed, quoted where it must be, and Enter still sends", () => {
  const values = ["resnet50", "lenet5 1998"].map((value) => ({ value, label: value }));
  const after = (text: string, index: number) => {
    const wish = wishOf(text, vocabulary);
    const found = wish && offer(text, wish, values);
    expect(found?.eager).toBe(false);
    return found && text.slice(0, found.from) + (found.suggestions[index]?.insert ?? "");
  };
  expect(after("/params res", 0)).toBe("/params resnet50 ");
  expect(after("/params network:le", 1)).toBe('/params network:"lenet5 1998" ');
  expect(after('/params network:"le', 1)).toBe('/params network:"lenet5 1998" ');
});
