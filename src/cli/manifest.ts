// `convo manifest slack`: the app's manifest on standard output, to be pasted where Slack creates an app.
import { slackManifest } from "../bots/slack/manifest.js";
import { allCommands } from "../commands/all.js";
import { UserError } from "../errors.js";
import { questions } from "../quiz/question.js";
import type { Quiz } from "../quiz/quiz.js";

export interface ManifestCommandOptions {
  /** True where the option stands without a prefix. */
  readonly shortNames?: string | true;
  readonly url?: string;
}

/** Throws UserError `usage`, `short-names`. */
export function manifest(platform: string, { shortNames, url }: ManifestCommandOptions): void {
  if (platform !== "slack")
    throw new UserError("usage", `There is no manifest for "${platform}".`, "Write: convo manifest slack");
  if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === "https:"))
    throw new UserError(
      "usage",
      "--url takes the bot's public address, https://…",
      "Without it, Slack uses Socket Mode.",
    );
  // Declarations need the questions' names and nothing of the store.
  const quiz = { questions: questions() } as Quiz;
  const made = slackManifest(allCommands({ quiz }), {
    ...(shortNames === undefined ? {} : { shortNames: shortNames === true ? "" : shortNames }),
    ...(url === undefined ? {} : { url }),
  });
  process.stdout.write(`${JSON.stringify(made, null, 2)}\n`);
}
