// A known network found by its name, and laid out with its choices: framework, classes, top, variant.
import { networkError } from "../failure.js";
import type { Counting } from "../layer.js";
import type { Shape } from "../shape.js";
import type { Block } from "./blocks.js";
import { type KnownNetwork, NETWORKS, type Wishes } from "./networks.js";

export type { KnownNetwork } from "./networks.js";

/** A known network with all its choices made. */
export interface KnownChoice {
  readonly input: Shape;
  /** The input stood with the name. */
  readonly givenInput: boolean;
  readonly blocks: readonly Block[];
  readonly notes: readonly string[];
}

const BY_NAME: ReadonlyMap<string, KnownNetwork> = new Map(NETWORKS.map((each) => [each.name, each]));

const ALIASES: Readonly<Record<string, string>> = {
  lenet: "lenet5",
  inception: "inceptionv3",
  googlenetv1: "googlenet",
  inceptionv1: "googlenet",
  mobilenetv1: "mobilenet",
  efficientnet: "efficientnetb0",
  densenet: "densenet121",
};

/** Names for completion, help and "did you mean". */
export function knownNames(): readonly string[] {
  return [...BY_NAME.keys()];
}

/** The networks in the order of the docs. */
export function knownNetworks(): readonly KnownNetwork[] {
  return NETWORKS;
}

/** A known network at the beginning of these words (`resnet50`, `ResNet-50`, `resnet 50`), and the words after its name. */
export function knownNamed(
  words: readonly string[],
): { readonly network: KnownNetwork; readonly rest: readonly string[] } | undefined {
  for (const length of [3, 2, 1]) {
    if (words.length < length) continue;
    const name = words.slice(0, length).join("").replace(/[-_]/g, "");
    const network = BY_NAME.get(Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name);
    if (network !== undefined) return { network, rest: words.slice(length) };
  }
  return undefined;
}

/** Lays a known network out. `given` is the input that stood with the name. Throws `unknown-build`. */
export function choose(
  known: KnownNetwork,
  wishes: Omit<Wishes, "counting"> & { readonly framework: Counting | undefined },
  given: Shape | undefined,
  layer: number,
): KnownChoice {
  const [usual = "keras"] = known.builds;
  const build = wishes.framework ?? (wishes.variant === "aux" ? "torch" : usual);
  if (wishes.variant === "aux" && build !== "torch")
    throw networkError("unknown-build", `${known.title} has no auxiliary heads in Keras.`, "Write torch aux.", layer);
  if (!known.builds.includes(build))
    throw networkError(
      "unknown-build",
      `${known.title} is not known as ${build} builds it.`,
      `Leave out the word ${build}.`,
      layer,
    );
  const chosen: Wishes = { ...wishes, counting: build === "torch" ? "torch" : "keras" };
  const input = given ?? known.input;
  const note = known.note?.(chosen);
  return {
    input,
    givenInput: given !== undefined,
    blocks: known.blocks(chosen),
    notes: [...(build === "paper" ? [] : [buildNote(known, build)]), ...(note === undefined ? [] : [note])],
  };
}

function buildNote(known: KnownNetwork, build: Counting): string {
  const whose = build === "keras" ? "Keras" : known.name === "seresnet50" ? "timm" : "torchvision";
  const other = known.builds.find((each) => each !== build && each !== "paper");
  const hint =
    other === undefined ? "" : ` The word ${other} chooses ${other === "keras" ? "Keras'" : "torchvision's"}.`;
  return `${known.title} as ${whose} builds it.${hint}`;
}
