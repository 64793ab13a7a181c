// Pictures for docs/slack.md: a learner at the running bot on a local Slack, and what it sent her.
import type { Browser } from "playwright-core";
import { writtenPage } from "../../bench/vision/pages.js";
import type { LocalSlack, OpenView, Shown } from "../../test/platforms/slack/local-slack.js";
import * as people from "../../test/platforms/slack/people.js";
import { shownAfter } from "../../test/platforms/slack/shown-after.js";
import { type Step, shootSteps } from "./payload-page.js";
import { MEMORY, PATIENCE, POOLING } from "./said.js";
import { blocksHtml, viewHtml } from "./slack-payload.js";

/** Milliseconds in which an answer that is edited while work goes on changes no more. */
const SETTLED = 600;

export async function slackPictures(browser: Browser, slack: LocalSlack): Promise<void> {
  const ada = people.join(slack, "Ada");
  const deliver = async (kind: Parameters<LocalSlack["deliver"]>[0], payload: object): Promise<Shown | OpenView> => {
    const found = await shownAfter(slack, () => slack.deliver(kind, payload), { who: ada }, PATIENCE);
    if ("view" in found) return found;
    for (let edits = -1; edits !== found.edits; ) {
      edits = found.edits;
      await new Promise((resolve) => setTimeout(resolve, SETTLED));
    }
    // As it is now: a button may change it.
    return { ...(slack.messages.at(-1) ?? found) };
  };
  const say = (text: string) => deliver("slash_commands", people.slashPayload(slack, ada, "/convo", text));
  const press = async (shown: Shown | OpenView, label: string) =>
    await deliver("interactive", people.pressPayload(slack, ada, message(shown), label));
  const submit = async (form: OpenView, fields: Readonly<Record<string, string | readonly string[]>>) =>
    await deliver("interactive", people.submitPayload(slack, ada, form, fields));
  const step = (did: string, found: Shown | OpenView): Step => {
    const { only, blocks } = message(found);
    return { did, html: blocksHtml(slack, blocks), ...(only === undefined ? {} : { seenBy: "Nobody else sees it." }) };
  };
  const shoot = (name: string, steps: readonly Step[], columns?: number): Promise<void> =>
    shootSteps(browser, { name: `slack-${name}`, platform: "Slack", steps, ...(columns && { columns }) });

  const question = await say("quiz q4");
  const form = view(await press(question, "Answer"));
  const answer = { answer: POOLING };
  await shoot(
    "quiz",
    [
      step("Ada says /convo quiz q4", question),
      { did: "She presses Answer, and fills in the form", html: viewHtml(slack, form.view, answer) },
      step("She sends it", await submit(form, answer)),
    ],
    2,
  );

  const said = `memory "${MEMORY.network}" batch:${MEMORY.batch} optimizer:${MEMORY.optimizer}`;
  const memory = await say(said);
  await shoot(
    "memory",
    [step(`Ada says /convo ${said}`, memory), step("She presses Make it fit", await press(memory, "Make it fit"))],
    2,
  );

  const photo = slack.addFile("page.jpg", (await writtenPage(300, "easy")).jpeg, "image/jpeg").id;
  const menu = people.shortcutPayload(slack, ada, "menu:classify", [photo]);
  await shoot("classify", [
    step("On a message with a photo, Ada chooses More actions → Classify image", await deliver("interactive", menu)),
  ]);

  const opened = { type: "app_home_opened", user: ada.id, channel: `D-${ada.id}`, tab: "home" };
  await slack.deliver("events_api", people.eventPayload(opened));
  for (let waited = 0; !slack.homes.has(ada.id) && waited < 10_000; waited += SETTLED)
    await new Promise((resolve) => setTimeout(resolve, SETTLED));
  const blocks = slack.homes.get(ada.id)?.blocks ?? [];
  await shoot("home", [{ did: "Ada opens Convo's Home tab", html: blocksHtml(slack, blocks) }]);
  if (slack.faults.length > 0) throw new Error(slack.faults.join("\n"));
}

function message(found: Shown | OpenView): Shown {
  if ("view" in found) throw new Error(`a form, and no message: ${JSON.stringify(found.view).slice(0, 300)}`);
  return found;
}

function view(found: Shown | OpenView): OpenView {
  if (!("view" in found)) throw new Error(`no form, but: ${found.text}`);
  return found;
}
