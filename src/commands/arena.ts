// /arena: networks of the class against each other on handwritten digits: submit, board, open, close.
import type { Arena, Contender, Entry } from "../engine/arena/arena.js";
import { readEntry } from "../engine/arena/entry.js";
import { writeBytesShort } from "../engine/network/bytes.js";
import { NetworkError } from "../engine/network/failure.js";
import { written } from "../engine/network/parameters.js";
import { UserError } from "../errors.js";
import { announce } from "./arena-announcement.js";
import { boardMessage } from "./arena-board.js";
import { entryMessage } from "./arena-entry.js";
import type { Command } from "./command.js";
import { argument, type CommandContext } from "./command-context.js";
import { networkOption } from "./network-options.js";
import { message } from "./private-message.js";
import { ANSWER_LIMIT, type Form, type Message } from "./reply.js";
import type { ActionRequest, Request } from "./request.js";

const LIMIT = { times: 20, seconds: 60 };
/** Each is counted and checked, which takes a moment. */
const SUBMIT_LIMIT = { times: 10, seconds: 60 };

export function arenaCommand({ quiz, arena, posters }: CommandContext): Command {
  const here = (): Arena => {
    if (arena !== undefined) return arena;
    throw new UserError("arena-not-here", "There is no arena here.", "Ask whoever runs Convo.");
  };

  async function board(request: Request): Promise<Message> {
    const round = await here().round(request.community);
    const entries = await here().entries(request.community, round.number);
    return boardMessage(quiz, request.community, round, entries);
  }

  async function submit(request: Request, network: string): Promise<Message> {
    const { count, memory } = checked(network);
    const entry = await here().submit({ community: request.community, contender: contenderOf(request), network });
    await announce({ arena: here(), quiz, posters }, request, entry);
    const { parameters, seconds } = here().limits;
    return message([
      { kind: "heading", text: `In the arena with ${written(entry.parameters)} parameters` },
      {
        kind: "fields",
        fields: [
          { name: "Parameters", value: `${written(entry.parameters)} of at most ${written(parameters)}` },
          { name: "Multiply-accumulates", value: `${written(count.macs ?? 0)} for one image` },
          { name: "Memory to train, at least", value: writeBytesShort(memory) },
          { name: "Training", value: `on 10,000 digits of MNIST, for about ${seconds} seconds` },
        ],
      },
      ...(await entryMessage(here(), entry)).blocks,
    ]);
  }

  /** Only its owner presses these buttons; the message is private. */
  const own = async (request: ActionRequest): Promise<Entry> => {
    const entry = await here().entry(
      request.community,
      Number(argument(request.ref, "round")),
      argument(request.ref, "entry"),
    );
    if (entry.contender.id === request.user.id) return entry;
    throw new UserError("arena-entry-not-found", "This entry is somebody else's.", "Submit your own: /arena submit");
  };

  return {
    name: "arena",
    description: "Whose network reads digits best, and whose with the fewest parameters?",
    subcommands: [
      {
        name: "arena board",
        description: "Who is ahead: by accuracy, by parameters, and as a picture",
        who: "learner",
        public: true,
        limit: LIMIT,
        options: {},
        run: board,
      },
      {
        name: "arena submit",
        description: "Your network is trained, for as long as everyone's, and ranked",
        who: "learner",
        limit: SUBMIT_LIMIT,
        options: {
          network: {
            ...networkOption,
            description: "From 28x28 to ten numbers, such as input 28x28; conv 8 relu; gap; dense 10",
          },
        },
        examples: [
          '/arena submit network:"input 28x28; conv 8 5x5 relu; maxpool; conv 16 5x5 relu; maxpool; flatten; dense 10"',
        ],
        run: (request, options) => submit(request, String(options.network)),
      },
      {
        name: "arena close",
        description: "No more entries; those that wait are still trained",
        who: "instructor",
        audited: true,
        limit: LIMIT,
        options: {},
        run: async (request) => {
          const { number } = await here().close(request.community);
          return message([
            {
              kind: "note",
              tone: "good",
              text: `Round ${number} is closed; entries that wait are still trained and ranked.`,
            },
            {
              kind: "buttons",
              buttons: [
                boardButton(),
                {
                  label: "Open the next round",
                  style: "secondary",
                  press: { command: "arena", action: "open", args: {} },
                },
              ],
            },
          ]);
        },
      },
      {
        name: "arena open",
        public: true,
        description: "A new round with an empty board",
        who: "instructor",
        audited: true,
        limit: LIMIT,
        options: {},
        run: opened,
      },
    ],
    actions: {
      board: { who: "learner", limit: LIMIT, run: board },
      open: { who: "instructor", audited: true, limit: LIMIT, run: opened },
      form: { who: "learner", limit: LIMIT, opensForm: true, run: async () => FORM },
      submit: {
        who: "learner",
        limit: SUBMIT_LIMIT,
        run: (request) => submit(request, request.fields?.network?.trim() ?? ""),
      },
      status: {
        who: "learner",
        limit: LIMIT,
        run: async (request) => ({ ...(await entryMessage(here(), await own(request))), replaces: true }),
      },
      withdraw: {
        who: "learner",
        limit: LIMIT,
        run: async (request) => {
          const entry = await own(request);
          await here().withdraw(entry, contenderOf(request));
          return message([{ kind: "note", tone: "info", text: "Withdrawn: it is not ranked." }], true);
        },
      },
    },
  };

  async function opened(request: Request): Promise<Message> {
    const { number } = await here().open(request.community);
    const { parameters, seconds } = here().limits;
    return {
      kind: "message",
      private: false,
      blocks: [
        { kind: "heading", text: `Round ${number} of the arena is open` },
        {
          kind: "text",
          text: [
            `A network from 28×28 to ten numbers, at most ${written(parameters)} parameters, trained for about ${seconds} seconds. Enter with `,
            { code: "/arena submit" },
            ".",
          ],
        },
        {
          kind: "buttons",
          buttons: [
            { label: "Submit a network", style: "primary", press: { command: "arena", action: "form", args: {} } },
            boardButton(),
          ],
        },
      ],
    };
  }

  /** The layer to blame is named, counted from 1, the input apart, as the calculator's commands do. */
  function checked(network: string) {
    try {
      return readEntry(network, here().limits);
    } catch (error) {
      if (!(error instanceof NetworkError) || error.layer === null) throw error;
      throw new UserError(error.code, `Layer ${error.layer + 1}: ${error.what}`, error.fix, { cause: error });
    }
  }
}

const boardButton = () =>
  ({ label: "Board", style: "secondary", press: { command: "arena", action: "board", args: {} } }) as const;

const contenderOf = ({ user: { id, name } }: Request): Contender => ({ id, name });

const FORM: Form = {
  kind: "form",
  title: "A network for the arena",
  introduction: "From 28×28 grey pixels to ten numbers. A layer a line; /params counts before you enter.",
  fields: [
    {
      name: "network",
      label: "Network",
      type: "paragraph",
      placeholder: "input 28x28\nconv 8 5x5 relu\nmaxpool\nconv 16 5x5 relu\ngap\ndense 10",
      required: true,
      maxLength: ANSWER_LIMIT,
    },
  ],
  submitLabel: "Enter",
  submit: { command: "arena", action: "submit", args: {} },
};
