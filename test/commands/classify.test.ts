// /classify as a learner uses it: the answer in words and pixels, the buttons, what is kept and what is not.
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { drawnDaisy } from "../../bench/vision/flower.js";
import { foreignPicture } from "../../bench/vision/foreign.js";
import { markedPage } from "../../bench/vision/marked.js";
import type { Form, Message } from "../../src/commands/reply.js";
import { copyAsOwn, flatNetwork, writeOwn } from "../support/model-copies.js";
import { pageOf } from "../support/pages.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { action, attached, command, formTo, MINUTE, messageTo, openWorld, user, type World } from "../support/world.js";

// The models are loaded once for all of them; nobody here is asked about what another test did.
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.clock.at += MINUTE;
});
afterAll(() => world.close());

let people = 0;
const somebody = () => user(`learner ${++people}`);

const classify = (who = somebody(), bytes: Uint8Array, options: Record<string, string> = {}) =>
  messageTo(
    world,
    command(who, "classify", { image: "photo.jpg", ...options }, "course", [attached("photo.jpg", bytes)]),
  );
const page = () => pageOf(300);
const empty = () => foreignPicture("empty page", 9000);
const WRONG = "Wrong: it is…";
const say = async (who: ReturnType<typeof somebody>, answer: Message, fields: Record<string, string>) => {
  // Later than what was said before.
  world.clock.at += 1;
  const form = await formTo(world, action(who, press(answer, WRONG)));
  return messageTo(world, action(who, form.submit, { fields }));
};
const optionsOf = ({ fields }: Form) => fields.flatMap(({ options = [] }) => options.map(({ label }) => label));
const kept = () => world.sight.corrections.list("course");

test("a written number is read, boxed where it stands, and told with model, version and time", async () => {
  const { jpeg, number, boxes } = await page();
  const answer = await classify(somebody(), jpeg);
  const text = textOf(answer);
  expect(text).toMatch(new RegExp(`^${number}, (> )?9\\d\\.\\d %`));
  expect(text).toMatch(/digits, version \S+, in \d+(\.\d)? ms/);
  expect(text).toContain("The picture is not kept, unless you press a button");
  const { png, alt } = blockOf(answer, "picture");
  expect(alt).toContain(`${boxes.length} digits boxed`);
  // Frames of vermilion: none stands in the picture itself.
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const marked = new Set<number>();
  for (let at = 0; at < data.length; at += 3) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    if (Math.abs(r - 213) < 12 && Math.abs(g - 94) < 12 && b < 12) marked.add(Math.floor(((at / 3) % info.width) / 8));
  }
  expect(marked.size).toBeGreaterThan(4 * boxes.length);
});

test("marks beside the digits are told of, and the number is not sure", async () => {
  const { jpeg } = await markedPage("point", 100);
  const text = textOf(await classify(somebody(), jpeg));
  expect(text).toMatch(/^Not sure: perhaps \d+/);
  expect(text).toContain("marks that it does not read, such as a point, a minus, a plus or a slash");
});

test("of a flower it shows where it looked, with a legend and in words, unless that is not wished", async () => {
  const place = { width: 1000, height: 700, x: 640, y: 420, radius: 210 };
  const { jpeg } = await drawnDaisy(3, place);
  const [shown, plain] = [await classify(somebody(), jpeg), await classify(somebody(), jpeg, { explain: "no" })];
  expect(textOf(shown)).toContain("daisy");
  const [heat, bare] = [blockOf(shown, "picture"), blockOf(plain, "picture")];
  expect(heat.alt).toMatch(/It looked mostly at the (centre|lower centre|lower right|centre right) of the picture/);
  expect(bare.alt).not.toContain("looked");
  const [withHeat, without] = [await sharp(heat.png).metadata(), await sharp(bare.png).metadata()];
  // Room for the legend.
  expect(withHeat.height).toBeGreaterThan(without.height);
  // The picture's left edge was cut off before the model looked, and is grey; far from the flower it is dark.
  const { data, info } = await sharp(heat.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const scale = (info.width - 80) / place.width;
  const at = (x: number, y: number) => {
    const from = (Math.round(40 + y * scale) * info.width + Math.round(40 + x * scale)) * 3;
    return [...data.subarray(from, from + 3)];
  };
  const [cut, far, petal] = [at(30, 350), at(230, 80), at(640, 420)];
  expect(Math.max(...cut) - Math.min(...cut)).toBeLessThan(45);
  expect(Math.max(...far)).toBeLessThan(100);
  expect(petal[0]).toBeGreaterThan(180);
});

test("what it does not know is called neither, without bars, and can still be said to be a number", async () => {
  const who = somebody();
  const answer = await classify(who, await empty());
  expect(textOf(answer)).toMatch(/^Neither a number nor one of the flowers/);
  // A model that is asked alone speaks for itself.
  const alone = textOf(await classify(who, await empty(), { model: "digits" }));
  expect(alone).toMatch(/^Nothing that the model digits knows/);
  expect(alone).not.toContain("force a model");
  expect(buttonsOf(answer).map(({ label }) => label)).toEqual([WRONG]);
  const thanks = await say(who, answer, { number: " 20 26 " });
  expect(textOf(thanks)).toContain("kept as 2026, for 180 days");
  expect((await kept()).at(-1)).toMatchObject({
    person: who.id,
    model: "digits",
    answer: null,
    label: "2026",
    isRight: false,
    state: "pending",
  });
});

test("a picture is kept only after a press, and then as JPEG without anything but pixels", async () => {
  const who = somebody();
  const { jpeg, number } = await page();
  const photo = await sharp(jpeg)
    .withExif({ IFD0: { Make: "PhoneMaker" } })
    .toBuffer();
  const before = (await kept()).length;
  const answer = await classify(who, photo);
  expect(await kept()).toHaveLength(before);
  await messageTo(world, action(who, press(answer, "Right")));
  const last = (await kept()).at(-1);
  expect(last).toMatchObject({ person: who.id, label: number, isRight: true, answer: { label: number } });
  const picture = await world.sight.corrections.picture("course", last?.id ?? "");
  expect(Buffer.from(picture?.bytes ?? []).includes("PhoneMaker")).toBe(false);
  expect((await sharp(picture?.bytes).metadata()).exif).toBeUndefined();
});

test("pressed by another, or after half an hour, a button says that the picture is gone", async () => {
  const who = somebody();
  const answer = await classify(who, (await page()).jpeg);
  const right = press(answer, "Right");
  expect(textOf(await messageTo(world, action(somebody(), right)))).toContain("no longer here");
  world.clock.at += 31 * MINUTE;
  expect(textOf(await messageTo(world, action(who, right)))).toContain("Send it again with /classify");
});

test("what no model took for its own is said to be a flower, picked or written; a name that is none is refused", async () => {
  const who = somebody();
  const answer = await classify(who, await empty());
  const form = await formTo(world, action(who, press(answer, WRONG)));
  expect(optionsOf(form)).toEqual(["daisy", "dandelion", "roses", "sunflowers", "tulips", "none of these"]);
  expect(form.fields.every(({ required }) => !required)).toBe(true);
  for (const [fields, words] of [
    [{ number: "@everyone" }, "It is one of daisy"],
    [{ number: "tullips" }, "Did you mean tulips?"],
    [{ pick: "flowers:orchid" }, "It is one of daisy"],
    [{ pick: "digits:7" }, "No model here knows"],
    [{}, "Nothing was said"],
    [{ pick: "", number: " " }, "Nothing was said"],
    [{ pick: "flowers:daisy", number: "7" }, "The list says daisy and the line says 7"],
    [{ number: "12a" }, "write only digits"],
    [{ number: "1".repeat(13) }, "at most 12"],
  ] as const) {
    expect(textOf(await messageTo(world, action(who, form.submit, { fields })))).toContain(words);
  }
  expect((await kept()).some(({ person }) => person === who.id)).toBe(false);
  await messageTo(world, action(who, form.submit, { fields: { pick: "flowers:tulips" } }));
  expect((await kept()).at(-1)).toMatchObject({ model: "flowers", label: "tulips", person: who.id, answer: null });
  // A flower's name is one however it is written.
  await messageTo(world, action(who, form.submit, { fields: { number: " Rose " } }));
  expect((await kept()).filter(({ person }) => person === who.id)).toMatchObject([
    { model: "flowers", label: "roses" },
  ]);
});

test("a flower that is a number, and a number that is a flower, teach the model of what they are, under who answered", async () => {
  const who = somebody();
  const { jpeg: daisy } = await drawnDaisy(3, { width: 500, height: 400, x: 250, y: 200, radius: 150 });
  const flower = await classify(who, daisy);
  expect(textOf(flower)).toMatch(/flowers, version/);
  await say(who, flower, { number: "7" });
  const ofFlower = (await kept()).at(-1);
  expect(ofFlower).toMatchObject({
    model: "digits",
    version: "",
    label: "7",
    isRight: false,
    answer: { label: "daisy" },
    answeredBy: expect.stringMatching(/^flowers@\d/),
  });
  const { jpeg, number } = await page();
  const read = await classify(who, jpeg);
  await say(who, read, { pick: "flowers:tulips" });
  expect((await kept()).at(-1)).toMatchObject({
    model: "flowers",
    label: "tulips",
    answer: { label: number },
    answeredBy: expect.stringMatching(/^digits@\d/),
  });
  // What is said anew of an answer takes the place of what was said before, whichever model learned from it.
  await say(who, read, { number: "12" });
  const own = (await kept()).filter(({ person }) => person === who.id);
  expect(own.map(({ model, label }) => `${model} ${label}`)).toEqual(["digits 7", "digits 12"]);
  expect(own[1]).not.toHaveProperty("answeredBy");
  expect(own[1]?.version).not.toBe("");
  // The same as the answer is no correction.
  await say(who, read, { number });
  expect((await kept()).at(-1)).toMatchObject({ label: number, isRight: true });
});

test("none of these is said of every answer, of the model that gave it; where nothing was recognised it is right", async () => {
  const who = somebody();
  const { jpeg: daisy } = await drawnDaisy(3, { width: 500, height: 400, x: 250, y: 200, radius: 150 });
  for (const [bytes, fields, model, isRight] of [
    [(await page()).jpeg, { pick: "none" }, "digits", false],
    [daisy, { number: "None of these" }, "flowers", false],
    [await empty(), { pick: "none" }, "flowers", true],
  ] as const) {
    const thanks = await say(who, await classify(who, bytes), fields);
    expect(textOf(thanks)).toContain("kept as none of these");
    expect((await kept()).at(-1)).toMatchObject({ model, label: "neither", isRight });
  }
});

test("a class's own classifier is offered, answers with its labels, and learns from what is said about it", async () => {
  const registry = world.models.registryFor("course");
  const labels = ["boat", "car", "kite", "plane", "train"];
  copyAsOwn(registry.folder, "our-toys", "v1", labels);
  await registry.setChampion("our-toys", "v1");
  const option = world.dispatcher.commands.find(({ name }) => name === "classify")?.plain?.options.model;
  const offered = async (typed: string) =>
    (await option?.complete?.(typed, { community: "course", user: "ada" }))?.map(({ value }) => value);
  expect(await offered("")).toEqual(["auto", "digits", "flowers", "our-toys"]);
  expect(await offered("our")).toEqual(["our-toys"]);
  const who = somebody();
  // A drawing: no photo of a flower, and yet the class's model is asked.
  const answer = await classify(who, await foreignPicture("face", 9001), { model: "our-toys" });
  expect(textOf(answer)).toMatch(/our-toys, version v1, in/);
  expect(textOf(answer)).toMatch(new RegExp(`^(Not sure: perhaps )?(${labels.join("|")}), `));
  expect(textOf(answer)).not.toMatch(/flower/);
  const form = await formTo(world, action(who, press(answer, WRONG)));
  expect(optionsOf(form)).toEqual([
    ...labels,
    ...["daisy", "dandelion", "roses", "sunflowers", "tulips"].map((flower) => `${flower} (flowers)`),
    "none of these",
  ]);
  await messageTo(world, action(who, form.submit, { fields: { pick: "our-toys:kite" } }));
  expect((await kept()).at(-1)).toMatchObject({ model: "our-toys", version: "v1", label: "kite", person: who.id });
  // And a flower may be one of its labels.
  await say(who, await classify(who, (await page()).jpeg, { model: "digits" }), { number: "plane" });
  expect((await kept()).at(-1)).toMatchObject({ model: "our-toys", label: "plane" });
  const unknown = textOf(await classify(who, await empty(), { model: "our-toy" }));
  expect(unknown).toContain("our-toys");
});

test("more labels than a list has room for are written, and a class that is called 7 is meant where its model answered", async () => {
  const registry = world.models.registryFor("course");
  const labels = Array.from({ length: 40 }, (_, at) => `${at}`);
  const onnx = flatNetwork(16, labels.length);
  writeOwn(registry.folder, "our-floors", "v1", { onnx, labels, side: 16 });
  await registry.setChampion("our-floors", "v1");
  const who = somebody();
  const answer = await classify(who, (await page()).jpeg, { model: "our-floors" });
  expect(blockOf(answer, "picture").alt).toMatch(/It looked|No part of the picture/);
  const plain = await classify(who, (await page()).jpeg, { model: "our-floors", explain: "no" });
  expect(blockOf(plain, "picture").alt).not.toMatch(/looked|No part/);
  const form = await formTo(world, action(who, press(answer, WRONG)));
  expect(optionsOf(form)).toHaveLength(25);
  expect(optionsOf(form).at(-1)).toBe("none of these");
  await messageTo(world, action(who, form.submit, { fields: { number: "39" } }));
  expect((await kept()).at(-1)).toMatchObject({ model: "our-floors", label: "39" });
  await messageTo(world, action(who, form.submit, { fields: { number: "41" } }));
  expect((await kept()).at(-1)).toMatchObject({ model: "digits", label: "41" });
  await say(who, await classify(who, (await page()).jpeg), { number: "7" });
  expect((await kept()).at(-1)).toMatchObject({ model: "digits", label: "7" });
});

test("/settings pictures changes how long pictures are kept; /forget-me deletes them and says so", async () => {
  const who = somebody();
  await messageTo(world, command(user("Ida", "instructor"), "settings pictures", { days: 7 }));
  const answer = await classify(who, (await page()).jpeg);
  expect(textOf(answer)).toContain("for 7 days or until /forget-me");
  await messageTo(world, action(who, press(answer, "Right")));
  const asked = await messageTo(world, command(who, "forget-me"));
  const gone = await messageTo(world, action(who, press(asked, "Delete everything")));
  expect(textOf(gone)).toContain("1 picture that you judged");
  expect((await kept()).filter(({ person }) => person === who.id)).toEqual([]);
  expect(textOf(await messageTo(world, action(who, press(answer, "Right"))))).toContain("no longer here");
  await messageTo(world, command(user("Ida", "instructor"), "settings pictures", { days: 180 }));
});

test.each([
  ["no file", undefined, "needs image"],
  ["an empty file", Buffer.alloc(0), "The file is empty"],
  ["a text", Buffer.from("not a picture at all"), "no picture that is known"],
  ["a drawing", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "SVG is a drawing"],
  ["half a JPEG", "half", "damaged"],
])("%s is refused with what to do", async (_, given, words) => {
  const bytes = given === "half" ? (await page()).jpeg.subarray(0, 9_000) : given;
  const request =
    bytes === undefined
      ? command(somebody(), "classify")
      : command(somebody(), "classify", { image: "x" }, "course", [attached("x", Buffer.from(bytes))]);
  expect(textOf(await messageTo(world, request))).toContain(words);
});
