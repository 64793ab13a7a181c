// A picture's whole way, from the menu of a message to a correction in the store, with the models that ship.
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WrittenPage } from "../../bench/vision/pages.js";
import { pageOf } from "../support/pages.js";
import { openWorld, type World } from "../support/world.js";
import { form, message } from "./contract.js";
import { discordPlatform } from "./discord/driver.js";
import { GUILD } from "./discord/objects.js";
import type { MenuDriver, Person, PlatformDriver, ShownMessage } from "./driver.js";
import { playgroundPlatform } from "./playground/driver.js";
import { slackPlatform } from "./slack/driver.js";
import { TEAM } from "./slack/local-slack.js";

// One class, whose models are loaded once, on both platforms at the same time.
let world: World;
let page: WrittenPage;
beforeAll(async () => {
  world = await openWorld();
  page = await pageOf(300);
  await world.sight.vision.classify("nobody", page.jpeg, "digits");
});
afterAll(() => world.close());

describe.each([
  { platform: discordPlatform, community: GUILD },
  { platform: slackPlatform, community: TEAM },
])("$platform.name", ({ platform, community }) => {
  let driver: MenuDriver;
  const kept = () => world.sight.corrections.list(community);
  beforeAll(async () => {
    driver = await platform.start(world);
  });
  afterAll(async () => {
    expect(driver.mistakes?.() ?? []).toEqual([]);
    await driver.close();
  });

  test("“Classify image” reads the number, shows it with bars and in words, and “Wrong: it is…” keeps a correction", async () => {
    const ada = { name: "Ada", role: "learner" } as const;
    const answer = message(await driver.menu(ada, "Classify image", { name: "page.jpg", bytes: page.jpeg }));
    expect(answer.private).toBe(true);
    expect(answer.text).toMatch(new RegExp(`${page.number}, (> )?9\\d\\.\\d %`));
    expect(answer.buttons).toEqual(["Right", "Wrong: it is…"]);
    const [words = "", ...others] = answer.pictures;
    expect(others).toEqual([]);
    expect(words).toMatch(
      new RegExp(`^Your picture, \\d+ by \\d+ pixels with .* boxed\\. .*Most probable: ${page.number} `),
    );
    const [png = new Uint8Array(), ...more] = driver.uploaded(answer);
    expect(more).toEqual([]);
    const [, width, height] = /(\d+) by (\d+) pixels/.exec(words) ?? [];
    const { format, ...size } = await sharp(png).metadata();
    expect(format).toBe("png");
    expect(size.width).toBeGreaterThanOrEqual(Number(width));
    // Below the picture there is room for its bars.
    expect(size.height).toBeGreaterThan(Number(height) + 40);

    expect(await kept()).toEqual([]);
    const number = form(await driver.press(ada, answer, "Wrong: it is…"));
    expect(number.title).toBe("What is it?");
    expect(number.fields).toEqual(["number", "pick"]);
    const thanks = message(await driver.submit(ada, number, { number: "2026" }));
    expect(thanks.text).toContain("The picture is kept as 2026, for");
    expect(await kept()).toMatchObject([
      { model: "digits", label: "2026", isRight: false, answer: { label: page.number } },
    ]);
    await correctedAcross(driver, ada, answer, kept);
  });
});

test("on the local page a correction may be of any kind, too", async () => {
  const driver = await playgroundPlatform.start(world);
  const ada = { name: "Ada", role: "learner" } as const;
  const file = { name: "page.jpg", bytes: page.jpeg };
  const answer = message(await driver.say(ada, "classify", { image: "page.jpg" }, { image: file }));
  await correctedAcross(driver, ada, answer, () => world.sight.corrections.list(driver.community));
  await driver.close();
});

/** Of the answer to a page with a number: first a flower, then none of these, then a name that nothing has. */
async function correctedAcross(
  driver: PlatformDriver,
  who: Person,
  answer: ShownMessage,
  kept: () => Promise<readonly object[]>,
): Promise<void> {
  const say = async (fields: Record<string, string>) =>
    message(await driver.submit(who, form(await driver.press(who, answer, "Wrong: it is…")), fields));
  expect((await say({ pick: "flowers:tulips" })).text).toContain("The picture is kept as tulips, for");
  expect(await kept()).toMatchObject([
    {
      model: "flowers",
      label: "tulips",
      answer: { label: page.number },
      answeredBy: expect.stringMatching(/^digits@/),
    },
  ]);
  expect((await say({ pick: "none" })).text).toContain("The picture is kept as none of these, for");
  expect(await kept()).toMatchObject([{ model: "digits", label: "neither", isRight: false }]);
  expect((await say({ number: "tullips" })).text).toContain("Did you mean tulips?");
}
