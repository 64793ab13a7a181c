// /models and the audit list as people use them, with the models that ship and copies of them; /audit and what /forget-me leaves.
import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditedGate } from "../../src/commands/audit-house.js";
import { SHARED } from "../../src/engine/queue/run.js";
import { wish } from "../engine/queue/support/wishes.js";
import { copyShipped } from "../support/model-copies.js";
import { pageOf } from "../support/pages.js";
import { blockOf, buttonsOf, press, textOf } from "../support/replies.js";
import { action, attached, command, HOUR, MINUTE, messageTo, openWorld, user, type World } from "../support/world.js";

let world: World;
let shipped: string;
beforeEach(async () => {
  world = await openWorld();
  shipped = (await world.models.registryFor("course").find("digits")).version;
});
afterEach(() => world.close());

const ada = user("ada");
const ida = user("ida", "instructor");
const head = user("head", "admin");
const olga = user("olga", "admin");
const say = (who: typeof ada, line: string, options = {}, community = "course") =>
  messageTo(world, command(who, line, options, community));
const textFor = async (...given: Parameters<typeof say>) => textOf(await say(...given));
const serving = async (community = "course") => (await world.models.registryFor(community).find("digits")).version;
const own = (version: string, community = "course") =>
  copyShipped(world.models.registryFor(community).folder, "digits", version);

const person = ({ id, name }: typeof ada) => ({ kind: "person", id, name }) as const;
const RESULT = { model: "digits", folder: "/none", testAccuracy: 1, testInterval: { low: 1, high: 1 }, seconds: 1 };

/** From the header alone; what the pictures show is tested with the charts. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

describe("/models", () => {
  test("list shows every version, whose it is and which serves, also damaged ones, and only one's own community's", async () => {
    own("v2");
    own("v3", "elsewhere");
    const text = await textFor(ida, "models list");
    expect(text).toMatch(new RegExp(`digits \\| ${shipped} \\| champion \\| 99.* \\| 10 \\| Convo`));
    expect(text).toMatch(/digits \| v2 \| {2}\| 99.* \| this community/);
    expect(text).not.toContain("v3");
    expect(await textFor(ada, "models list")).toContain("is for instructors");
  });

  test("show has figures, two pictures with their words, the card, and buttons for admins alone", async () => {
    const reply = await say(ida, "models show", { model: "digits" });
    expect(textOf(reply)).toContain(`digits@${shipped}\nIn service: yes`);
    expect(textOf(reply)).toMatch(/Test accuracy: 99\.\d\d % \(.*Parameters: 358,012/s);
    const pictures = reply.blocks.flatMap((block) => (block.kind === "picture" ? [block] : []));
    expect(pictures.map(({ png }) => sizeOf(png).width > 500)).toEqual([true, true]);
    expect(pictures.map(({ alt }) => alt).join(" ")).toMatch(/Learning curves.*confusion matrix of 10000 images/);
    expect(new TextDecoder().decode(blockOf(reply, "file").bytes)).toContain("## Limitations");
    expect(buttonsOf(reply)).toEqual([]);
    own("v2");
    const candidate = await say(head, "models show", { model: "digits@v2" });
    expect(buttonsOf(candidate).map(({ label }) => label)).toEqual(["Promote"]);
    expect(textOf(await messageTo(world, action(ida, press(candidate, "Promote"))))).toContain("is for admins");
    await messageTo(world, action(head, press(candidate, "Promote")));
    expect(await serving()).toBe("v2");
  });

  test("promote and rollback change what answers here at once, and nowhere else", async () => {
    const page = await pageOf(300);
    own("v2");
    const answer = async (community: string) => {
      world.clock.at += MINUTE;
      const file = attached("page.jpg", page.jpeg);
      return textOf(await messageTo(world, command(ada, "classify", { image: "page.jpg" }, community, [file])));
    };
    const promoted = await say(head, "models promote", { model: "digits@v2" });
    expect(textOf(promoted)).toContain("digits@v2 is in service here.");
    expect(await answer("course")).toContain("version v2");
    expect(await serving("elsewhere")).toBe(shipped);
    expect(textOf(await messageTo(world, action(head, press(promoted, "Roll back"))))).toContain(
      `digits@${shipped} is in service again`,
    );
    expect(await answer("course")).toContain(`version ${shipped}`);
    expect(textOf(await messageTo(world, action(head, press(promoted, "Roll back"))))).toContain(
      "digits@v2 does not serve any more",
    );
    expect(await serving()).toBe(shipped);
  });

  test("the shared models are changed by operators alone, and serve whoever has not chosen", async () => {
    copyShipped(world.models.registryFor(SHARED).folder, "digits", "v2");
    const refused = await textFor(head, "models promote", { model: "digits@v2", shared: true });
    expect(refused).toContain("test:id-head to CONVO_OPERATORS");
    expect(await serving()).toBe(shipped);
    expect(await textFor(olga, "models promote", { model: "digits@v2", shared: true })).toContain(
      "is in service wherever",
    );
    expect([await serving(), await serving("elsewhere")]).toEqual(["v2", "v2"]);
  });

  test("follow gives the choice made here up for the shared model, and what replaces that; one step leads back", async () => {
    own("v2");
    copyShipped(world.models.registryFor(SHARED).folder, "digits", "v3");
    expect(await textFor(head, "models follow", { model: "digits" })).toContain("follows what all share already");
    await say(head, "models promote", { model: "digits@v2" });
    expect(await textFor(ida, "models follow", { model: "digits" })).toContain("is for admins");
    const followed = await say(head, "models follow", { model: "digits" });
    expect(textOf(followed)).toContain(`digits follows the shared models again: digits@${shipped} answers here.`);
    await say(olga, "models promote", { model: "digits@v3", shared: true });
    expect([await serving(), await serving("elsewhere")]).toEqual(["v3", "v3"]);
    expect(await textFor(ida, "models show", { model: "digits" })).toContain(
      "In service: yes, as it does for all who have not chosen; before it served v2",
    );
    expect(await textFor(head, "models rollback", { model: "digits" })).toContain(
      "digits@v2 is in service again here.",
    );
    expect(await textFor(head, "models follow", { model: "digits", shared: true })).toContain("CONVO_OPERATORS");
    expect(await textFor(olga, "models follow", { model: "digits", shared: true })).toContain(
      `digits follows what comes with Convo again: digits@${shipped} answers wherever`,
    );
    expect([await serving(), await serving("elsewhere")]).toEqual(["v2", shipped]);
  });

  test.each([
    ["models follow", { model: "../digits" }, "is no name of a model"],
    ["models promote", { model: "../../etc@v1" }, "is no name of a model"],
    ["models promote", { model: "digits@../x" }, 'no version "../x"'],
    ["models promote", { model: "digit@v2" }, "Did you mean digits?"],
    ["models promote", { model: "digits" }, "is in service"],
    ["models rollback", { model: "digits" }, "no version of digits before the present one"],
    ["models rollback", { model: "nothing" }, 'no model "nothing"'],
    ["models show", { model: "digits@previous" }, "No version of digits is its previous"],
    ["models compare", { model: "digits", with: "digits" }, "Both are digits@"],
    [
      "models compare",
      { model: "digits", with: "digits" },
      "Name another one, as in with:digits@VERSION; /models list",
    ],
  ])("/%s %j is refused with the reason", async (line, options, reason) => {
    expect(await textFor(head, line, options)).toContain(reason);
  });

  test("a run in a model's place: what it made, that it is not over, or why it made nothing; another community's is unknown", async () => {
    const { run } = await world.queue.enqueue({ ...wish(), community: "course" });
    const asked = (community = "course", model = run.id) => textFor(head, "models promote", { model }, community);
    expect(await asked()).toContain(`The run ${run.id} is not over yet.`);
    expect(await asked("elsewhere")).toContain(`There is no model "${run.id}".`);
    await world.queue.cancel(run.id, "course", person(olga), "in its way");
    expect(await asked()).toContain(`The run ${run.id} was cancelled and made no model: in its way.`);
    const ended = async (state: "failed" | "succeeded", found: object): Promise<string> => {
      await world.queue.enqueue({ ...wish(), community: "course" });
      const claim = await world.queue.take("test", "a test");
      if (claim === undefined) throw new Error("nothing waits");
      await world.queue.end(claim, [{ state, by: { kind: "worker" }, why: "so" }], found);
      return claim.run.id;
    };
    const full = await ended("failed", { error: { code: "disk-full", message: "The disk is full. Make room." } });
    expect(await asked("course", full)).toContain(
      `The run ${full} failed and made no model: The disk is full. Make room. Promote the model of a run`,
    );
    const good = await ended("succeeded", { result: { ...RESULT, version: "v2" } });
    expect(await asked("course", `digits@${good}`)).toContain(
      `${good} is a run and no model; it made digits@v2. Put that into service: /models promote model:digits@v2`,
    );
    expect(await serving()).toBe(shipped);
  });

  test("compare puts two versions side by side, and what each says to one picture", async () => {
    own("v2");
    const { jpeg, number } = await pageOf(300);
    const request = command(
      ida,
      "models compare",
      { model: "digits", with: "digits@v2", image: "page.jpg" },
      "course",
      [attached("page.jpg", jpeg)],
    );
    const reply = await messageTo(world, request);
    expect(textOf(reply)).toContain(`Two versions of digits\nWhat | ${shipped} | v2`);
    expect(textOf(reply)).toMatch(new RegExp(`Your picture \\| .*${number} \\| .*${number}`));
    const { png, alt } = blockOf(reply, "picture");
    expect(alt.match(/confusion matrix of 10000 images/g)).toHaveLength(2);
    // Two grids side by side.
    const { width, height } = sizeOf(png);
    expect(width).toBeGreaterThan(1.8 * height);
    expect(await textFor(ida, "models compare", { model: "digits", with: "flowers" })).toContain("different classes");
  });

  test("completes names, then versions with what they are", async () => {
    own("v2");
    const models = world.dispatcher.commands.find(({ name }) => name === "models");
    const option = models?.subcommands?.find(({ name }) => name === "models show")?.options.model;
    const offered = async (typed: string) =>
      (await option?.complete?.(typed, { community: "course", user: "ida" }))?.map(({ label }) => label);
    expect(await offered("")).toEqual(["digits", "flowers"]);
    expect(await offered("fl")).toEqual(["flowers"]);
    expect(await offered("digits")).toEqual(["digits (what serves)", "digits@v2", `digits@${shipped} (in service)`]);
    expect(await offered("../")).toEqual([]);
  });
});

describe("/audit", () => {
  test("has what admins did and what came of it, refusals too, newest first; no looking, no other community", async () => {
    own("v2");
    await say(head, "models promote", { model: "digits@v2" });
    world.clock.at += MINUTE;
    await say(head, "models promote", { model: "digits@v9" });
    await say(head, "models list");
    world.clock.at += MINUTE;
    await say(ida, "settings instructors", { "add-person": "id-ada" });
    await say(head, "models rollback", { model: "digits" }, "elsewhere");
    const text = await textFor(head, "audit");
    expect(text).toMatch(
      /12:02 ida \/settings instructors add-person:\(a person\) Changed\.\n.*12:01 head \/models promote model:digits@v9 refused: There is no version "v9" of digits\.\n.*12:00 head \/models promote model:digits@v2 digits@v2 is in service here\./,
    );
    expect(text).not.toMatch(/rollback|models list/);
    expect(await textFor(ida, "audit")).toContain("is for admins");
  });

  test("as CSV never starts a formula, and carries what the house did by itself, with on whose behalf", async () => {
    await say(user("=HYPERLINK(1)", "admin"), "models promote", { model: "digits@v9" });
    const { run } = await world.queue.enqueue({ ...wish(), community: "course", by: person(head) });
    const made = { ...run, result: { ...RESULT, version: "v2" } };
    const report = { verdict: "refused", words: 'Not promoted: it may be worse in "red".' } as const;
    // Told twice, as by a worker that died before the run was over.
    await auditedGate(world.audit)(made, report);
    await auditedGate(world.audit)(made, report);
    const { bytes } = blockOf(await say(head, "audit"), "file");
    const lines = new TextDecoder().decode(bytes).split("\r\n");
    expect(lines[0]).toMatch(/time,who,id,what,result,words,on behalf of,its id,shared$/);
    expect(lines.filter((line) => line.includes("gate"))).toEqual([
      expect.stringMatching(
        new RegExp(`Z,gate,,digits@v2 of ${run.id},refused,"Not promoted: .* ""red"".",head,id-head,$`),
      ),
    ]);
    expect(await textFor(head, "audit")).toContain(`gate for head digits@v2 of ${run.id} refused: Not promoted`);
    expect(lines.find((line) => line.includes("HYPERLINK"))).toContain(",'=HYPERLINK(1),");
  });

  test("has what concerns the shared models for operators alone, in its place among the others", async () => {
    await say(head, "models promote", { model: "digits@v9" });
    world.clock.at += MINUTE;
    const { run } = await world.queue.enqueue({ ...wish(), community: SHARED, by: { kind: "command-line" } });
    await auditedGate(world.audit)(
      { ...run, result: { ...RESULT, version: "v2" } },
      { verdict: "promoted", words: "As good." },
    );
    world.clock.at += MINUTE;
    await say(head, "models promote", { model: "digits@v8" });
    const list = await say(olga, "audit");
    expect(textOf(list)).toMatch(
      /12:02 head .*v8.*\n.*12:01 gate for command-line, shared digits@v2 of r-\S+ As good\.\n.*12:00 head .*v9/,
    );
    const lines = new TextDecoder().decode(blockOf(list, "file").bytes).trim().split("\r\n");
    expect(lines.slice(1).map((line) => line.endsWith(",yes"))).toEqual([false, true, false]);
    expect(await textFor(head, "audit")).not.toContain("gate");
  });

  test("says begun of what was cut off, for good", async () => {
    await world.audit.begin("course", { kind: "command-line" }, "convo models rollback digits");
    world = await world.restarted();
    expect(await textFor(head, "audit")).toContain("begun; its end is not known");
  });

  test("keeps the deeds of who was forgotten under one pseudonym, and nothing that leads back", async () => {
    await say(head, "models promote", { model: "digits@v9" });
    await say(head, "models rollback", { model: "digits" });
    world.clock.at += MINUTE;
    await say(olga, "models rollback", { model: "digits" });
    mkdirSync(`${world.folder}/data/mnist`, { recursive: true });
    const { id: schedule } = await world.schedules.add({
      ...{ community: "course", when: "daily at 13:00", timeZone: "UTC", catchUp: "once" },
      wish: await world.schedules.wishFor("digits"),
      by: person(head),
    });
    world.clock.at += 2 * HOUR;
    await world.schedules.look();
    expect((await world.audit.list("course"))[0]).toMatchObject({ by: { id: schedule }, behalfOf: { id: "id-head" } });
    await say(head, "forget-me");
    const done = textOf(await messageTo(world, action(head, { command: "forget-me", action: "confirm", args: {} })));
    expect(done).toContain("In 4 entries of the audit list, the queue and the schedules a pseudonym stands for you.");
    world.clock.at += 24 * HOUR;
    const [run] = await world.queue.list("course");
    await world.queue.cancel(run?.id ?? "", "course", person(olga), "in its way");
    await world.schedules.look();
    const entries = await world.audit.list("course");
    // The schedule goes on, for nobody known.
    expect(entries.filter(({ by }) => by.kind === "schedule")).toHaveLength(2);
    const people = entries.flatMap(({ by }) => (by.kind === "person" ? [by.id] : []));
    expect(people[0]).toBe("id-olga");
    expect(people[1]).toMatch(/^person-[0-9a-f]{8}$/);
    expect(people[2]).toBe(people[1]);
    expect(JSON.stringify(await world.audit.list("course"))).not.toContain("head");
  });
});

test("what instructors decide about pictures, and their export, is audited", () => {
  const { subcommands = [], actions = {} } = world.dispatcher.commands.find(({ name }) => name === "corrections") ?? {};
  const names = [
    ...subcommands.filter(({ audited }) => audited).map(({ name }) => name),
    ...Object.keys(actions).filter((name) => actions[name]?.audited),
  ];
  expect(names).toEqual(["corrections export", "accept", "reject", "label"]);
});

test("every command and action for admins is audited, but for those that only look", () => {
  const looking = ["audit", "models.show", "schedule list", "train.details"];
  for (const { name, plain, subcommands = [], actions = {} } of world.dispatcher.commands) {
    const all = [
      ...(plain === undefined ? [] : [plain]),
      ...subcommands,
      ...Object.entries(actions).map(([action, spec]) => ({ ...spec, name: `${name}.${action}` })),
    ];
    for (const each of all) {
      if (each.who === "admin" && !looking.includes(each.name)) expect(each.audited, each.name).toBe(true);
    }
  }
});
