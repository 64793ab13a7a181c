// What is told in a channel names no folder of the machine.
import { expect, test } from "vitest";
import { withoutServerPaths } from "../../src/commands/server-paths.js";

test.each([
  ["/srv/convo/data/leaves is not there. Name a folder.", "leaves is not there. Name a folder."],
  ['The model in "/srv/models/.communities/g1/digits/v2/" is damaged', 'The model in "v2" is damaged'],
  ["(C:\\convo\\data\\mnist)", "(mnist)"],
])("%s → %s", (told, shown) => {
  expect(withoutServerPaths(told)).toBe(shown);
});

test.each([
  "See https://example.org/a/b and /models show model:digits",
  "conv 100 3x3 /2; pool 2x2 /2",
  "max and/or mean pooling, 28/28/1",
])("%s stays as it is", (text) => {
  expect(withoutServerPaths(text)).toBe(text);
});
