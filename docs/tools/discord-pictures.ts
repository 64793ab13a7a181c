// Pictures for docs/discord.md: a learner at the running bot on a local Discord, and what it sent her.
import type { Browser } from "playwright-core";
import { writtenPage } from "../../bench/vision/pages.js";
import { allCommands } from "../../src/commands/all.js";
import { questions } from "../../src/quiz/question.js";
import type { Quiz } from "../../src/quiz/quiz.js";
import type { LocalDiscord } from "../../test/platforms/discord/local-discord.js";
import type { StoredMessage } from "../../test/platforms/discord/objects.js";
import { type File, People } from "../../test/platforms/discord/person.js";
import type { Person, Shown, ShownForm, ShownMessage } from "../../test/platforms/driver.js";
import { messagesHtml, modalHtml } from "./discord-payload.js";
import { type Step, shootSteps } from "./payload-page.js";
import { MEMORY, PATIENCE, POOLING } from "./said.js";

const ADA: Person = { name: "Ada", role: "learner" };
const HEAD: Person = { name: "Prof. Sato", role: "admin" };

export async function discordPictures(browser: Browser, discord: LocalDiscord): Promise<void> {
  // Declarations need the questions' names and nothing of the store.
  const people = new People(discord, allCommands({ quiz: { questions: questions() } as Quiz }));
  const say = async (
    who: Person,
    line: string,
    options: Readonly<Record<string, string | number>>,
    files: Files = {},
  ) => message(await people.done(who, { type: 2, data: people.command(line, options, files) }, PATIENCE));
  const press = (shown: ShownMessage, label: string): Promise<Shown> => people.done(ADA, people.press(shown, label));
  const shoot = (name: string, steps: readonly Step[], columns?: number): Promise<void> =>
    shootSteps(browser, { name: `discord-${name}`, platform: "Discord", steps, ...(columns && { columns }) });

  const question = await say(ADA, "quiz", { question: "q4" });
  const form = await press(question, "Answer");
  if (form.kind !== "form") throw new Error(`no form, but: ${form.text}`);
  const graded = message(await people.done(ADA, people.submit(form, { answer: POOLING })));
  await shoot(
    "quiz",
    [
      step("Ada says /quiz question:q4", question),
      { did: "She presses Answer, and fills in the form", html: modalHtml(modalOf(form), { answer: POOLING }) },
      step("She submits it", graded),
    ],
    2,
  );

  const memory = await say(ADA, "memory", MEMORY);
  const fitting = message(await press(memory, "Make it fit"));
  const said = Object.entries(MEMORY).map(([name, value]) => `${name}:${value}`);
  await shoot(
    "memory",
    [step(`Ada says /memory ${said.join(" ")}`, memory), step("She presses Make it fit", fitting)],
    2,
  );

  const photo = async (seed: number): Promise<File> => ({
    name: "page.jpg",
    bytes: (await writtenPage(seed, "easy")).jpeg,
  });
  // The first picture of a process waits for threads and models.
  await say(ADA, "classify", {}, { image: await photo(301) });
  await shoot("classify", [
    step("Ada says /classify, with a photo as image", await say(ADA, "classify", {}, { image: await photo(300) })),
  ]);
  await shoot("models", [step("An admin says /models list", await say(HEAD, "models list", {}))]);
  if (discord.rest.mistakes.length > 0) throw new Error(discord.rest.mistakes.join("\n"));
}

type Files = Readonly<Record<string, File>>;

function step(did: string, shown: ShownMessage): Step {
  const seenBy = shown.private ? { seenBy: "Nobody else sees it." } : {};
  return { did, html: messagesHtml(shown.handle as readonly StoredMessage[]), ...seenBy };
}

function message(shown: Shown): ShownMessage {
  if (shown.kind !== "message") throw new Error(`a form, and no message: ${shown.title}`);
  return shown;
}

const modalOf = ({ handle }: ShownForm) => (handle as { readonly modal: Readonly<Record<string, unknown>> }).modal;
