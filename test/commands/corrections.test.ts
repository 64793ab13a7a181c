// /corrections as an instructor uses it: one picture after the other, decided by buttons, and the archive.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { extract } from "tar";
import { afterEach, beforeEach, expect, test } from "vitest";
import { correctionsCsv } from "../../src/commands/corrections-export.js";
import type { Correction } from "../../src/engine/corrections/correction.js";
import { openJoining } from "../../src/engine/corrections/joining.js";
import { wish } from "../engine/queue/support/wishes.js";
import { flatNetwork, writeOwn } from "../support/model-copies.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { action, command, formTo, messageTo, openWorld, user, type World } from "../support/world.js";

const TEACHER = user("teacher", "instructor");
let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

async function correction(
  shade: number,
  label: string,
  model = "digits",
  more: Partial<Correction> = {},
): Promise<string> {
  world.clock.at += 1000;
  const background = { r: shade, g: 0, b: 255 - shade };
  const picture = await sharp({ create: { width: 60, height: 40, channels: 3, background } })
    .jpeg()
    .toBuffer();
  const said = { community: "course", person: "id-ada", model, version: "v1", label, isRight: false, ...more };
  return (await world.sight.corrections.add({ ...said, answer: { label: "=1", probability: 0.6 } }, picture, 30)).id;
}

const list = (state?: string) =>
  messageTo(world, command(TEACHER, "corrections list", state === undefined ? {} : { state }));

test("one picture at a time: accepted, rejected, relabelled, until nothing is left; nobody's name is shown", async () => {
  const ids = [await correction(0, "12"), await correction(100, "7"), await correction(200, "3")];
  const first = await list();
  expect(textOf(first)).toMatch(/^Picture 1 of 3 not looked at\n/);
  expect(textOf(first)).toContain("The model said: =1 (60.0 %), digits@v1");
  expect(textOf(first)).not.toMatch(/\bada\b/);
  expect((await sharp(blockOf(first, "picture").png).metadata()).width).toBe(60);
  const second = await messageTo(world, action(TEACHER, press(first, "Accept")));
  expect(second.replaces).toBe(true);
  expect(textOf(second)).toMatch(/^Accepted as 12\.\nPicture 1 of 2 /);
  const third = await messageTo(world, action(TEACHER, press(second, "Next")));
  expect(textOf(third)).toContain("The person says: 3");
  const form = await formTo(world, action(TEACHER, press(third, "Relabel…")));
  const again = await messageTo(world, action(TEACHER, form.submit, { fields: { label: " 8 " } }));
  expect(textOf(again)).toContain("The person says: 7");
  const done = await messageTo(world, action(TEACHER, press(again, "Reject")));
  expect(textOf(done)).toContain("nothing left to look at");
  await messageTo(world, command(TEACHER, "corrections export", { state: "accepted" }));
  const audited = (await world.audit.list("course")).map(({ what, words }) => `${what}: ${words}`);
  expect(audited.toSorted()).toEqual(
    [
      `/corrections [accept] id:${ids[0]} state:pending: Accepted as 12.`,
      `/corrections [label] id:${ids[2]} state:pending: Accepted as 8.`,
      `/corrections [reject] id:${ids[1]} state:pending: Rejected.`,
      "/corrections export state:accepted: 2 pictures",
    ].toSorted(),
  );
  const kept = await Promise.all(ids.map((id) => world.sight.corrections.get("course", id)));
  expect(kept.map((one) => `${one?.state} ${one?.review?.label}`)).toEqual(["accepted 12", "rejected 7", "accepted 8"]);
  const seen = await list("rejected");
  expect(buttonsOf(seen).map(({ label }) => label)).toEqual(["Accept", "Relabel…"]);
});

test("who judged others' pictures is forgotten, what was judged is not", async () => {
  const id = await correction(0, "12");
  await messageTo(world, action(TEACHER, press(await list(), "Accept")));
  const asked = await messageTo(world, command(TEACHER, "forget-me"));
  await messageTo(world, action(TEACHER, press(asked, "Delete everything")));
  const kept = await world.sight.corrections.get("course", id);
  expect(kept).toMatchObject({ state: "accepted", review: { by: expect.stringMatching(/^person-/), label: "12" } });
});

test("/forget-me names a run that learns from one's pictures right now, and then its model; one that waits learns without them", async () => {
  const ada = user("ada");
  const forgetMe = async () =>
    textOf(await messageTo(world, action(ada, { command: "forget-me", action: "confirm", args: {} })));
  await correction(0, "12");
  await messageTo(world, action(TEACHER, press(await list(), "Accept")));
  const { joining, queue } = { joining: openJoining(world.store, world.sight.corrections), queue: world.queue };
  await queue.enqueue(wish({ community: "course" }));
  const claim = await queue.take("test", "a test");
  const { run: waits } = await queue.enqueue(wish({ community: "course", seed: 2 }));
  if (claim === undefined) throw new Error("nothing waits");
  const folder = join(world.folder, "extra");
  await joining.prepare(claim.run, folder);
  const told = await forgetMe();
  expect(told).toContain(`The training run ${claim.run.id} learns from copies of pictures of yours right now.`);
  expect(told).not.toContain(waits.id);
  expect(await joining.prepare(waits, join(world.folder, "next"))).toBe(false);
  const measured = { folder: "/none", testAccuracy: 1, testInterval: { low: 1, high: 1 }, seconds: 1 };
  const result = { model: "digits", version: "v2", ...measured };
  await joining.over(claim.run, result, folder);
  await queue.end(claim, [{ state: "succeeded", by: { kind: "worker" }, why: "trained" }], { result });
  const later = await forgetMe();
  expect(later).toContain("trained on pictures of yours before, and stay as they are: digits@v2.");
  expect(later).not.toContain("right now");
});

test("a label that no model could learn is refused; so is a picture that its owner took back, and a learner", async () => {
  const id = await correction(0, "12");
  const shown = await list();
  const form = await formTo(world, action(TEACHER, press(shown, "Relabel…")));
  const wrong = await messageTo(world, action(TEACHER, form.submit, { fields: { label: "roses" } }));
  expect(textOf(wrong)).toContain("That is no number");
  await world.sight.corrections.forget("course", "id-ada");
  expect(textOf(await messageTo(world, action(TEACHER, press(shown, "Accept"))))).toContain("no longer kept");
  expect(await world.sight.corrections.get("course", id)).toBeUndefined();
  expect(textOf(await messageTo(world, command(user("ben"), "corrections list")))).toContain("instructor");
});

test("a correction for a model that did not answer is shown and exported as such, and judged by the labels of who learns from it", async () => {
  const across = { version: "", answeredBy: "flowers@v7" };
  await correction(0, "7", "digits", across);
  const id = await correction(100, "tulips", "flowers", { version: "", answeredBy: "digits@v3" });
  const first = await list();
  expect(textOf(first)).toMatch(
    /The model said: =1 \(60\.0 %\), flowers@v7\nThe person says: 7\nLearns from it: digits/,
  );
  const second = await messageTo(world, action(TEACHER, press(first, "Accept")));
  expect(textOf(second)).toMatch(
    /^Accepted as 7\.[\s\S]*=1 \(60\.0 %\), digits@v3\nThe person says: tulips\nLearns from it: flowers/,
  );
  const form = await formTo(world, action(TEACHER, press(second, "Relabel…")));
  expect(form.fields[0]?.options?.map(({ label }) => label)).toEqual([
    ...["daisy", "dandelion", "roses", "sunflowers", "tulips"],
    "none of these",
  ]);
  const done = await messageTo(world, action(TEACHER, form.submit, { fields: { label: "neither" } }));
  expect(textOf(done)).toContain("Accepted as none of these.");
  expect(textOf(await messageTo(world, command(TEACHER, "corrections list", { state: "accepted" })))).toContain(
    "accepted: as 7",
  );
  const table = correctionsCsv(await world.sight.corrections.list("course")).split("\r\n");
  expect(table[0]).toContain("file,model,version,answered,probability,said,state,label,day,answered by");
  expect(table[2]).toBe(`${id}.jpg,flowers,,'=1,0.6000,tulips,accepted,neither,2026-03-02,digits@v3`);
});

test("a number is relabelled as none of these, and a model of very many classes by writing", async () => {
  await correction(0, "neither");
  const shown = await list();
  expect(textOf(shown)).toContain("The person says: none of these");
  const form = await formTo(world, action(TEACHER, press(shown, "Relabel…")));
  expect(form.fields[0]).toMatchObject({ type: "line", value: "none of these" });
  expect(
    textOf(await messageTo(world, action(TEACHER, form.submit, { fields: { label: "None of these" } }))),
  ).toContain("Accepted as none of these.");
  const registry = world.models.registryFor("course");
  const labels = Array.from({ length: 30 }, (_, at) => `class ${at}`);
  writeOwn(registry.folder, "our-many", "v1", { onnx: flatNetwork(8, 30), labels, side: 8 });
  await registry.setChampion("our-many", "v1");
  await correction(50, "class 3", "our-many");
  const many = await formTo(world, action(TEACHER, press(await list(), "Relabel…")));
  expect(many.fields[0]).toMatchObject({ type: "line", value: "class 3" });
  expect(textOf(await messageTo(world, action(TEACHER, many.submit, { fields: { label: "class 29" } })))).toContain(
    "Accepted as class 29.",
  );
});

test("the archive holds every picture and a table that no spreadsheet takes for formulas", async () => {
  const ids = [await correction(0, "12"), await correction(100, "7")];
  const reply = await messageTo(world, command(TEACHER, "corrections export"));
  const folder = mkdtempSync(join(tmpdir(), "convo-export-"));
  writeFileSync(join(folder, "all.tgz"), blockOf(reply, "file").bytes);
  await extract({ file: join(folder, "all.tgz"), cwd: folder });
  const table = readFileSync(join(folder, "corrections.csv"), "utf8");
  expect(table.split("\r\n")[1]).toBe(`${ids[0]}.jpg,digits,v1,'=1,0.6000,12,pending,12,2026-03-02,digits@v1`);
  expect(table.replaceAll(/[0-9a-f]{12}\.jpg/g, "")).not.toContain("ada");
  for (const id of ids) expect((await sharp(join(folder, `${id}.jpg`)).metadata()).width).toBe(60);
});
