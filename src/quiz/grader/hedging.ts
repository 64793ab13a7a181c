// Whether a value is meant: not denied, not taken back, not one of several guesses.
import type { Quantity } from "./quantity.js";
import type { Reading } from "./reading.js";
import type { Claim } from "./rubric.js";
import { fits, JOINING, LINK, type Value } from "./value.js";

/** Two values closer than this share are one value written twice ("12.6 MB or 12.03 MiB"). */
const SAME_VALUE = 0.012;
/** Values farther apart than this are of different things ("12.6 MB / 565.6 MB"), not two guesses. */
const ANOTHER_THING = 20;

/** Negations that deny a value after them; "without", "no" deny the thing named next ("without biases 902,700"). */
const DENYING = new Set(["not", "never", "neither", "nor", "hardly", "rather", "instead", "no"]);
/** "not counting the biases", "no more than 12.6 MB", "not sure, 12.6 MB": no denial of the value. */
const HARMLESS_NEXT = new Set(
  "counting including considering using taking keeping storing count include consider use more less under below above exceed exceeding sure certain quite fewer over only just even".split(
    " ",
  ),
);

/** The farthest that a "not" reaches towards a value. */
const DENIAL_REACH = 6;

export function isNegated({ tokens, negations }: Reading, at: number): boolean {
  const reaching = negations.filter((negation) => {
    if (at < negation.from || at > negation.to) return false;
    const backward = negation.to < negation.at.start;
    const word = tokens[negation.at.start]?.text ?? "";
    if (backward || negation.at.end > negation.at.start) return true;
    if (!DENYING.has(word)) return false;
    if (HARMLESS_NEXT.has(tokens[negation.at.end + 1]?.text ?? "")) return false;
    return at - negation.at.end <= (word === "no" ? 2 : DENIAL_REACH);
  });
  return reaching.length % 2 === 1;
}

/** "30.8 MB, no wait, 12.6 MB": what stands before is taken back. */
const CORRECTIONS = new Set("actually wait correction sorry oops scratch instead correctly corrected".split(" "));

export function isRetracted({ at, quantity }: Value, values: readonly Value[], { tokens }: Reading): boolean {
  return values.some(
    (other) =>
      other.at > at &&
      other.at - at <= 10 &&
      isRival(quantity, other.quantity) &&
      tokens.slice(at + 1, other.at).some((token) => CORRECTIONS.has(token.text)),
  );
}

/** "903,400 or 8,006,700", "12.6 MB, maybe 30 MB", "400, 565 or 700 MB": one of several that are offered for the same thing. */
export function isHedged(value: Value, values: readonly Value[], claim: Claim, reading: Reading): boolean {
  const { quantity, at } = value;
  const peers = values.filter((each) => each.quantity.dimension === quantity.dimension);
  const index = peers.findIndex((each) => each.at === at);
  const row = [peers[index] ?? value];
  const links: Link[] = [];
  for (const step of [-1, 1]) {
    for (let next = index; ; next += step) {
      const [one, other] = step < 0 ? [peers[next - 1], peers[next]] : [peers[next], peers[next + 1]];
      const link = one === undefined || other === undefined ? undefined : linkOf(one, other, values, reading);
      const added = step < 0 ? one : other;
      if (link === undefined || added === undefined) break;
      links.push(link);
      row.push(added);
    }
  }
  if (!links.includes("choice")) return false;
  return row.some(
    (other) => isRival(quantity, other.quantity) && !claim.values.some((pattern) => fits(pattern, other.quantity)),
  );
}

function isRival(one: Quantity, other: Quantity): boolean {
  if (one.dimension !== other.dimension) return false;
  const [low, high] = [Math.min(one.value, other.value), Math.max(one.value, other.value)];
  return high - low > SAME_VALUE * high && high <= low * ANOTHER_THING;
}

type Link = "list" | "choice";

/** How two neighbouring values are joined: as a choice, as a list, or not at all (undefined). */
function linkOf(one: Value, other: Value, values: readonly Value[], { tokens }: Reading): Link | undefined {
  const between = tokens.slice(one.at + 1, other.at);
  const last = tokens[other.at];
  if (between.length > LINK + 1 || values.some((each) => each.at > one.at && each.at < other.at)) return undefined;
  const newSentence = last?.sentence !== tokens[one.at]?.sentence;
  if (newSentence && !HEDGES.has(tokens[one.at + 1]?.text ?? "")) return undefined;
  const marks = [...between, last].map((token) => token?.before ?? "");
  if (marks.includes("=") || marks.includes("+") || between.some((token) => SUMS.has(token.text))) return undefined;
  // "12.6 MB, or 14.1 MB if all maps are kept" states a condition, not a doubt.
  const rest = tokens.slice(one.at, other.at + 9).filter((token) => token.sentence === last?.sentence);
  if (rest.some((token) => CONDITIONS.has(token.text))) return undefined;
  const maybe = between.some(
    (token, index) =>
      HEDGES.has(token.text) ||
      (["could", "might", "may"].includes(token.text) && ["be", "also"].includes(between[index + 1]?.text ?? "")),
  );
  if (maybe || last?.before === "/") return "choice";
  const first = tokens.slice(Math.max(0, one.at - 4), one.at);
  if (between[0]?.text === "and" && first.some((token) => token.text === "between")) return "choice";
  return between.every((token) => JOINING.has(token.text)) && last?.before === "," ? "list" : undefined;
}

const HEDGES = new Set(["or", "maybe", "perhaps", "either", "possibly", "else", "alternatively"]);
const SUMS = new Set(["plus", "minus", "times", "x", "gives", "makes", "equals"]);
const CONDITIONS = new Set(
  "if when with without w including counting keeping plus excluding assuming depending incl include included adding ignoring unless leaving".split(
    " ",
  ),
);
