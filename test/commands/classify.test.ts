// /classify as a learner uses it: the answer in words and pixels, the buttons, what is kept and what is not.
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { drawnDaisy } from "../../bench/vision/flower.js";
import { foreignPicture } from "../../bench/vision/foreign.js";
import { markedPage } from "../../bench/vision/marked.js";
import { writtenPage } from "../../bench/vision/pages.js";
import type { Message } from "../../src/commands/reply.js";
import { copyAsOwn } from "../support/model-copies.js";
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
const page = () => writtenPage(300, "easy");
const empty = () => foreignPicture("empty page", 9000);
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
  expect(buttonsOf(answer).map(({ label }) => label)).toEqual(["Wrong: it is a number…", "Wrong: it is a flower…"]);
  const form = await formTo(world, action(who, press(answer, "Wrong: it is a number…")));
  const thanks = await messageTo(world, action(who, form.submit, { fields: { number: " 20 26 " } }));
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

test("a flower's right name is picked from a list; a name that is none is refused", async () => {
  const who = somebody();
  const answer = await classify(who, await empty());
  const asked: Message = await messageTo(world, action(who, press(answer, "Wrong: it is a flower…")));
  const { options, pick } = blockOf(asked, "choice");
  expect(options.map(({ value }) => value)).toEqual(["daisy", "dandelion", "roses", "sunflowers", "tulips", "neither"]);
  expect(textOf(await messageTo(world, action(who, pick, { value: "@everyone" })))).toContain("It is one of daisy");
  await messageTo(world, action(who, pick, { value: "tulips" }));
  expect((await kept()).at(-1)).toMatchObject({ model: "flowers", label: "tulips", person: who.id });
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
  const { options, pick } = blockOf(await messageTo(world, action(who, press(answer, "Wrong: it is…"))), "choice");
  expect(options.map(({ value }) => value)).toEqual([...labels, "neither"]);
  expect(textOf(await messageTo(world, action(who, pick, { value: "tulips" })))).toContain("It is one of boat");
  await messageTo(world, action(who, pick, { value: "kite" }));
  expect((await kept()).at(-1)).toMatchObject({ model: "our-toys", version: "v1", label: "kite", person: who.id });
  const unknown = textOf(await classify(who, await empty(), { model: "our-toy" }));
  expect(unknown).toContain("our-toys");
});

test("a number that is none is refused with what to do", async () => {
  const who = somebody();
  const form = await formTo(world, action(who, press(await classify(who, await empty()), "Wrong: it is a number…")));
  const refused = await messageTo(world, action(who, form.submit, { fields: { number: "12a" } }));
  expect(textOf(refused)).toContain("write only digits");
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
