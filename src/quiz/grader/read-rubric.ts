// Reads the rubric language (docs/rubrics.md): one file a question, one line a synonym, so that a teacher can add one.
import { UserError } from "../../errors.js";
import { normalise } from "./normalise.js";
import { mirrorOf, readPattern } from "./read-pattern.js";
import type { Claim, Group, Misconception, Pattern, Point, Rubric, Scoring, ValuePattern } from "./rubric.js";

/** Words that the reading itself finds: numbers that go down or up ("from 64 to 16"). */
const BUILT_IN = ["falls", "rises"];

/** "keep .. down": some words may stand between. */
const GAP = " .. ";

interface Draft {
  kind: "point" | "misconception";
  id: string;
  line: number;
  worth: number;
  costs: number;
  subject?: string;
  named: boolean;
  weakerThan?: string;
  contrary?: string;
  patterns: Pattern[];
  values: ValuePattern[];
}

/** A rubric file and the vocabulary files that it uses, by name. Throws UserError `rubric-syntax` with file and line. */
export function readRubric(question: string, sources: ReadonlyMap<string, string>): Rubric {
  const state = {
    words: new Map<string, string[]>(),
    exceptions: new Map<string, string[]>(),
    opposites: new Map<string, string>(),
    subjects: { kind: "none", words: [] } as Rubric["subjects"],
    refers: [] as string[],
    inheritDirection: false,
    listsAllowed: false,
    copies: [] as string[],
    scoring: "sum" as "sum" | number,
    groups: [] as Group[],
    drafts: [] as Draft[],
  };
  const file = `${question}.rubric`;
  readFile(file);
  const known = (word: string): boolean => state.words.has(word) || BUILT_IN.includes(word);
  for (const draft of state.drafts)
    for (const pattern of draft.patterns)
      for (const part of pattern.parts)
        for (const item of part.items)
          for (const word of item.words)
            if (!known(word) && !word.startsWith('"')) {
              throw syntax(
                file,
                draft.line,
                `"${word}" in "${pattern.source}" is not a word of this rubric`,
                `Add a line "word ${word} = …" or put the literal text in quotes.`,
              );
            }
  for (const draft of state.drafts) {
    draft.patterns = draft.patterns.map((pattern) => {
      const mirrored = mirrorOf(pattern.parts, state.opposites);
      return mirrored === undefined ? pattern : { ...pattern, mirrored };
    });
  }
  const points = state.drafts.filter((draft) => draft.kind === "point").map(pointOf);
  const scoring: Scoring =
    state.scoring === "sum" ? { kind: "sum", groups: state.groups } : { kind: "count", of: state.scoring };
  return {
    question,
    words: resolve(state.words),
    exceptions: state.exceptions,
    opposites: state.opposites,
    subjects: state.subjects,
    refers: state.refers,
    inheritDirection: state.inheritDirection,
    listsAllowed: state.listsAllowed,
    copies: state.copies,
    scoring,
    points,
    misconceptions: state.drafts.filter((draft) => draft.kind === "misconception").map(misconceptionOf),
  };

  function readFile(name: string): void {
    const text = sources.get(name);
    if (text === undefined) throw syntax(name, 0, "the file is missing", "Put it beside the other rubrics.");
    joinedLines(text).forEach(([line, number]) => {
      try {
        readLine(line, number, name);
      } catch (error) {
        if (error instanceof UserError && error.code === "rubric-syntax") throw error;
        throw syntax(name, number, error instanceof Error ? error.message : String(error), `The line is: ${line}`);
      }
    });
  }

  function readLine(line: string, number: number, name: string): void {
    const [keyword = ""] = line.split(/\s/, 1);
    const rest = line.slice(keyword.length).trim();
    const draft = state.drafts.at(-1);
    switch (keyword) {
      case "use":
        readFile(`${rest}.rubric`);
        return;
      case "word": {
        const match = /^([\w-]+)\s*(=|\+=|-=)\s*(.*)$/.exec(rest);
        if (match === null) throw new Error('expected "word NAME = synonym, synonym, …"');
        const [, word = "", operator, list = ""] = match;
        const synonyms = list
          .split(",")
          .map((synonym) => synonym.trim())
          .filter((synonym) => synonym !== "");
        if (operator === "-=") {
          state.exceptions.set(word, [...(state.exceptions.get(word) ?? []), ...synonyms.map(normalise)]);
          return;
        }
        state.words.set(word, operator === "+=" ? [...(state.words.get(word) ?? []), ...synonyms] : synonyms);
        return;
      }
      case "opposite": {
        const [one, other] = rest.split(/\s+/);
        if (one === undefined || other === undefined) throw new Error('expected "opposite WORD WORD"');
        state.opposites.set(one, other);
        state.opposites.set(other, one);
        return;
      }
      case "sides":
      case "names":
        state.subjects = { kind: keyword, words: rest.split(/[\s,/]+/).filter((word) => word !== "") };
        return;
      case "refers":
        state.refers.push(...rest.split(/[\s,]+/).filter((word) => word !== ""));
        return;
      case "inherit":
        state.inheritDirection = true;
        return;
      case "lists":
        state.listsAllowed = true;
        return;
      case "copied":
        state.copies.push(rest.replace(/^"|"$/g, ""));
        return;
      case "score":
        state.scoring = rest === "sum" ? "sum" : Number(/^count of (\d+)$/.exec(rest)?.[1] ?? Number.NaN);
        if (Number.isNaN(state.scoring)) throw new Error('expected "score sum" or "score count of N"');
        return;
      case "together": {
        const match = /^(.*) at most ([\d.]+)$/.exec(rest);
        if (match === null) throw new Error('expected "together POINT POINT … at most N"');
        state.groups.push({ points: (match[1] ?? "").split(/\s+/), cap: Number(match[2]) });
        return;
      }
      case "point":
      case "misconception":
        state.drafts.push(draftOf(keyword, rest, number));
        return;
      case "+":
      case "-":
        if (draft === undefined) throw new Error("a pattern stands under a point or a misconception");
        draft.patterns.push({
          ...readPattern(rest),
          sign: keyword === "+" ? 1 : -1,
          source: `${name}:${number} ${line}`,
        });
        return;
      case "=":
        if (draft === undefined) throw new Error("a value stands under a point or a misconception");
        draft.values.push(readValue(rest, `${name}:${number} ${line}`));
        return;
      default:
        throw new Error(`"${keyword}" is no keyword of the rubric language`);
    }
  }
}

/** Comments gone; an indented line that starts with no sign continues the line before (long synonym lists). */
function joinedLines(text: string): [line: string, number: number][] {
  const out: [string, number][] = [];
  text.split("\n").forEach((raw, index) => {
    const line = raw.replace(/(^|\s)#(?!\d|[<>]).*$/, "").trimEnd();
    if (line.trim() === "") return;
    const last = out.at(-1);
    if (/^\s/.test(line) && !/^\s+[-+=]\s/.test(line) && last !== undefined) last[0] = `${last[0]} ${line.trim()}`;
    else out.push([line.trim(), index + 1]);
  });
  return out;
}

function draftOf(kind: Draft["kind"], rest: string, line: number): Draft {
  const [id = "", ...words] = rest.split(/\s+/);
  const draft: Draft = { kind, id, line, worth: 0, costs: 0, named: false, patterns: [], values: [] };
  for (let at = 0; at < words.length; at += 2) {
    const [key, value = ""] = [words[at], words[at + 1]];
    if (key === "worth") draft.worth = Number(value);
    else if (key === "costs") draft.costs = Number(value);
    else if (key === "of") draft.subject = value;
    else if (key === "named-of") [draft.subject, draft.named] = [value, true];
    else if (key === "weaker-than") draft.weakerThan = value;
    else if (key === "contrary") draft.contrary = value;
    else throw new Error(`"${key}" is unknown here; known: worth, costs, of, named-of, weaker-than, contrary`);
  }
  if (Number.isNaN(draft.worth) || Number.isNaN(draft.costs)) throw new Error("worth and costs are numbers");
  return draft;
}

const claimOf = (draft: Draft): Claim => ({
  id: draft.id,
  patterns: draft.patterns,
  values: draft.values,
  named: draft.named,
  ...(draft.subject === undefined ? {} : { subject: draft.subject }),
});

const pointOf = (draft: Draft): Point => ({
  ...claimOf(draft),
  worth: draft.worth,
  ...(draft.weakerThan === undefined ? {} : { weakerThan: draft.weakerThan }),
  ...(draft.contrary === undefined ? {} : { contrary: draft.contrary }),
});

const misconceptionOf = (draft: Draft): Misconception => ({ ...claimOf(draft), costs: draft.costs });

/** "903400 within 0.5%", "560..577 MB", "12.03 MiB within 1%", "902700 exactly digits 4", "… where PATTERN". */
function readValue(text: string, source: string): ValuePattern {
  const [head = "", where] = text.split(/\swhere\s/);
  const match =
    /^(\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?\s*(B|MB|MiB)?(?:\s+within\s+([\d.]+)%)?(?:\s+digits\s+(\d+))?$/.exec(
      head.trim(),
    );
  if (match === null) throw new Error('expected "VALUE[..VALUE] [B|MB|MiB] [within N%] [digits N] [where PATTERN]"');
  const [, low = "", high, unit, within = "0", digits = "1"] = match;
  const factor = unit === "MB" ? 1e6 : unit === "MiB" ? 2 ** 20 : 1;
  const share = Number(within) / 100;
  const near = where === undefined ? undefined : readPattern(where).parts[0];
  return {
    min: Number(low) * factor * (1 - share) - 1e-6,
    max: Number(high ?? low) * factor * (1 + share) + 1e-6,
    unit: unit === undefined ? "count" : unit === "MB" ? "bytes-decimal" : unit === "MiB" ? "bytes-binary" : "bytes",
    minDigits: Number(digits),
    source,
    ...(near === undefined ? {} : { where: near }),
  };
}

/** Replaces `@name` by that word's synonyms, however deep; a circle stops where it closes. */
function resolve(words: ReadonlyMap<string, readonly string[]>): Map<string, readonly string[]> {
  const expand = (word: string, path: readonly string[]): string[] =>
    (words.get(word) ?? []).flatMap((synonym) => {
      if (!synonym.startsWith("@")) return [synonym.includes(GAP) ? synonym : normalise(synonym)];
      const name = synonym.slice(1);
      if (!words.has(name)) throw syntax("rubric", 0, `@${name} names no word`, `Add "word ${name} = …".`);
      return path.includes(name) ? [] : expand(name, [...path, name]);
    });
  return new Map([...words.keys()].map((word) => [word, [...new Set(expand(word, [word]))]]));
}

function syntax(file: string, line: number, what: string, fix: string): UserError {
  return new UserError("rubric-syntax", `${file}${line > 0 ? `:${line}` : ""}: ${what}.`, fix);
}
