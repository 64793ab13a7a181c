// What the contract says with each command: options with which it does its work, and words of that work. A command without a case
// fails the contract, and so does a case without a command.
import type { PlatformDriver } from "./driver.js";

export interface Case {
  options?(driver: PlatformDriver): Readonly<Record<string, string | number | boolean>>;
  /** Its option that gets a picture: a single pixel. */
  readonly file?: string;
  /** What whoever may use it reads. */
  readonly says: RegExp;
  /** And sees, in the words of a picture. */
  readonly alt?: RegExp;
}

const NETWORK = "input 28x28; conv 8 3x3; flatten; dense 10";

/** In this order: what one makes, the next may need. */
export const CASES: Readonly<Record<string, Case>> = {
  quiz: { options: () => ({ question: "q4" }), says: /Question 4 of 10: Max pooling or a strided convolution/ },
  params: { options: () => ({ network: NETWORK }), says: /62,810 parameters/ },
  memory: {
    options: () => ({ network: NETWORK, batch: 32, optimizer: "adam" }),
    says: /276\.4 kB to predict, \d\.\d\d MB to train/,
  },
  compare: { options: () => ({ a: "lenet5", b: NETWORK }), says: /61,706[\s\S]*62,810/ },
  network: {
    options: () => ({ network: NETWORK }),
    says: /62,810 parameters, 10 out/,
    alt: /Most parameters are in dense1/,
  },
  demo: {
    options: () => ({ question: "q4" }),
    file: "image",
    says: /Question 4: Max pooling and a strided convolution/,
    alt: /both half as wide and high/,
  },
  "practice params": { says: /Practice, level 1 of 5\s+How many parameters/ },
  "practice memory": { says: /Practice, level 1 of 5\s[\s\S]*memory/ },
  "practice shapes": { says: /Practice, level 1 of 5\s+What is the shape/ },
  "practice receptive-field": { says: /Practice, level 1 of 5\s[\s\S]*receptive field/ },
  classify: {
    file: "image",
    says: /Neither a number nor one of the flowers[\s\S]*Answered by/,
    alt: /Your picture, 1 by 1 pixels/,
  },
  progress: { says: /You have not answered anything yet/ },
  standings: { options: () => ({ period: "all" }), says: /Standings of all time/ },
  "arena board": { says: /Arena, round \d/ },
  // No MNIST is here to train on.
  "arena submit": { options: () => ({ network: NETWORK }), says: /convo data get mnist/ },
  "arena close": { says: /Round \d is closed/ },
  "arena open": { says: /Round \d of the arena is open/ },
  "schedule list": { says: /Nothing is trained by itself/ },
  "schedule add": {
    options: () => ({ cron: "every Sunday at 03:00", model: "digits", timezone: "UTC", "catch-up": "skip" }),
    says: /Added: every Sunday at 03:00, UTC/,
  },
  "schedule pause": { options: () => ({ schedule: "s1", paused: true }), says: /s1 is paused/ },
  "schedule remove": { options: () => ({ schedule: "s1" }), says: /s1 \(every Sunday at 03:00\) is removed/ },
  "forget-me": { says: /Delete everything about you\?[\s\S]*1 question put to you/ },
  grades: { options: () => ({ question: "q4" }), says: /No one has answered in their own words yet/ },
  "corrections list": { options: () => ({ state: "pending" }), says: /There is nothing left to look at/ },
  "corrections export": { options: () => ({ state: "pending" }), says: /There are no such pictures/ },
  "settings show": { says: /Settings[\s\S]*Time zone/ },
  "settings instructors": {
    options: (driver) => ({ "add-person": driver.person({ name: "Tom", role: "learner" }) }),
    says: /Changed\.[\s\S]*Instructors/,
  },
  "settings channels": {
    options: (driver) => ({ add: driver.channel(), everywhere: true }),
    says: /Changed\.[\s\S]*everywhere/,
  },
  "settings time": {
    options: () => ({ zone: "Europe/Berlin", "week-starts": "sunday" }),
    says: /Changed\.[\s\S]*Europe\/Berlin[\s\S]*sunday/,
  },
  "settings standings": { options: () => ({ shown: true }), says: /Changed\.[\s\S]*shown to learners/ },
  "settings gate": {
    options: () => ({ passes: "keep", fails: "keep" }),
    says: /Changed\.[\s\S]*waits as a candidate[\s\S]*stays a candidate/,
  },
  "settings pictures": { options: () => ({ days: 90 }), says: /Changed\.[\s\S]*kept for 90 days/ },
  train: {
    options: () => ({ model: "digits", epochs: 4, seed: 7 }),
    says: /Queued as r-\S+\. Its message in this channel/,
  },
  "models list": { says: /v2[\s\S]*this community[\s\S]*Convo/ },
  "models show": {
    options: () => ({ model: "digits" }),
    says: /digits@[\s\S]*358,012/,
    alt: /Learning curves of digits/,
  },
  "models promote": { options: () => ({ model: "digits@v2" }), says: /digits@v2 is in service here/ },
  "models rollback": { options: () => ({ model: "digits" }), says: /digits@\S+ is in service again here/ },
  "models follow": { options: () => ({ model: "digits" }), says: /digits follows the shared models again/ },
  "models compare": {
    options: () => ({ model: "digits", with: "digits@v2" }),
    file: "image",
    says: /Two versions of digits[\s\S]*v2/,
    alt: /digits@v2: confusion matrix/,
  },
  audit: { says: /Audit list[\s\S]*models rollback[\s\S]*models promote[\s\S]*train/ },
  help: { options: () => ({ command: "quiz" }), says: /Answer one of the ten questions/ },
  explode: { says: /reference [\da-f]{8}/ },
  work: { says: /done/ },
  stumble: { says: /reference [\da-f]{8}/ },
  echo: {
    options: () => ({ number: 7, flag: true, word: "net", colour: "red" }),
    says: /"number":7,"flag":true,"word":"net","colour":"red"/,
  },
  must: { options: () => ({ what: "this" }), says: /ok/ },
};
