// /forget-me: deletes everything about the asker after a confirmation, and says what was deleted.
import { isOver } from "../engine/queue/run.js";
import { forget, remembered } from "../quiz/forget.js";
import type { Person } from "../quiz/records.js";
import { newPseudonym } from "./audit-list.js";
import type { Command } from "./command.js";
import { type CommandContext, personOf } from "./command-context.js";
import { message } from "./private-message.js";

export function forgetMeCommand({ quiz, sight, audit, queue, arena, schedules }: CommandContext): Command {
  return {
    name: "forget-me",
    description: "Delete everything that Convo remembers about you here",
    alone: true,
    plain: {
      name: "forget-me",
      description: "Shows what there is and asks before it deletes",
      who: "learner",
      limit: { times: 5, seconds: 60 },
      options: {},
      run: async (request) => {
        const found = await remembered(quiz, personOf(request));
        return message([
          { kind: "heading", text: "Delete everything about you?" },
          {
            kind: "text",
            text: `Convo remembers ${amount(found.attempts, "answer")} with ${found.attempts === 1 ? "its grade" : "their grades"}, ${amount(found.cards, "review card")} and ${amount(found.sessions, "question")} put to you, the pictures that you judged after /classify, your levels of practice, your networks in the arena, your name, your streak and your place in the standings. Instructors will no longer see your grades. This cannot be undone.`,
          },
          {
            kind: "buttons",
            buttons: [
              {
                label: "Delete everything",
                style: "danger",
                press: { command: "forget-me", action: "confirm", args: {} },
              },
              { label: "Keep it", style: "secondary", press: { command: "forget-me", action: "keep", args: {} } },
            ],
          },
        ]);
      },
    },
    actions: {
      confirm: {
        who: "learner",
        run: async (request) => {
          const person = personOf(request);
          const pictures = await forgetPictures(person);
          const runs = await runsThatLearn(person);
          const models = (await sight?.learned.trainedOn(person.community, person.id)) ?? [];
          // What waits is withdrawn in the person's name, which is taken out of the queue after that.
          const networks = (await arena?.forget(request.community, request.user)) ?? 0;
          const listed = await forgetDeeds(person);
          const gone = await forget(quiz, person);
          const parts = [
            amount(gone.attempts, "answer"),
            amount(gone.cards, "review card"),
            amount(gone.sessions, "question put to you"),
            amount(gone.marks, "entry of the standings", "entries of the standings"),
            ...(pictures === 0 ? [] : [amount(pictures, "picture that you judged", "pictures that you judged")]),
            ...(networks === 0 ? [] : [amount(networks, "network of the arena", "networks of the arena")]),
            ...(gone.practice === 0 ? [] : [amount(gone.practice, "level of practice", "levels of practice")]),
          ];
          const profile = gone.profile ? ", your name and your streak" : "";
          const deeds =
            listed === 0
              ? ""
              : ` In ${amount(listed, "entry", "entries")} of the audit list, the queue and the schedules a pseudonym stands for you.`;
          const learned =
            models.length === 0
              ? ""
              : ` These models were trained on pictures of yours before, and stay as they are: ${models.join(", ")}. The next ones are trained without them.`;
          const learns =
            runs.length === 0
              ? ""
              : ` ${runs.length === 1 ? `The training run ${runs[0]} learns` : `The training runs ${runs.join(", ")} learn`} from copies of pictures of yours right now. The copies are deleted when ${runs.length === 1 ? "it ends" : "they end"}; if a model comes of it, /forget-me names it when you ask again after that.`;
          const role = gone.instructor ? "; you are no longer named as an instructor" : "";
          return message(
            [
              {
                kind: "note",
                tone: "good",
                text: `Deleted: ${parts.join(", ")}${profile}${role}. Convo knows nothing about you in this community any more.${deeds}${learned}${learns}`,
              },
            ],
            true,
          );
        },
      },
      keep: {
        who: "learner",
        run: async () => message([{ kind: "note", tone: "info", text: "Nothing was deleted." }], true),
      },
    },
  };

  /** What was done stays on record, by whom does not. */
  async function forgetDeeds({ community, id }: Person): Promise<number> {
    const pseudonym = newPseudonym();
    const entries = (await audit?.forget(community, id, pseudonym)) ?? 0;
    const scheduled = (await schedules?.forget(community, id, pseudonym)) ?? 0;
    await sight?.corrections.forgetReviewer(community, id, pseudonym);
    return entries + scheduled + ((await queue?.forget(community, id, pseudonym)) ?? 0);
  }

  /** Also a run that was interrupted and waits to go on: it must find the data that it began with. */
  async function runsThatLearn({ community, id }: Person): Promise<readonly string[]> {
    const given = (await sight?.learned.learningFrom(community, id)) ?? [];
    const runs = await Promise.all(given.map((run) => queue?.get(run)));
    return runs.flatMap((run) => (run === undefined || isOver(run.state) ? [] : [run.id]));
  }

  async function forgetPictures({ community, id }: Person): Promise<number> {
    if (sight === undefined) return 0;
    sight.pending.forget(community, id);
    return sight.corrections.forget(community, id);
  }
}

function amount(
  count: number,
  one: string,
  many = one.includes(" put") ? one.replace(" put", "s put") : `${one}s`,
): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
