// One picture, one answer: read, looked at by the models in service, decided. What /classify and `convo classify` call.
import { UserError } from "../../errors.js";
import type { ModelManifest } from "../models/model.js";
import { referenceParts } from "../models/registry.js";
import { type LabelProbability, staysKnown, type Verdict } from "./decide.js";
import { decodeInTurn } from "./decode-in-turn.js";
import type { HeatMap } from "./explain/heat.js";
import { occlusionMap } from "./explain/occlusion.js";
import { numberOpinion, type Opinion, type ReadDigit, wholeOpinion } from "./opinions.js";
import type { FoundDigit } from "./page/page.js";
import { PageThreads } from "./page/page-threads.js";
import type { Area } from "./photo.js";
import type { Picture } from "./picture.js";
import { type Ask, readNumber, type SeenDigit } from "./read-number.js";
import { isAmidScene } from "./scene.js";
import type { Lease, ServedModel, Serving } from "./serve.js";
import { energiesOfViews } from "./views.js";

/** Whichever of the digits' and the flowers' model is surer; anything else is a reference as the registry reads it. */
export const AUTO = "auto";

export interface Classification {
  /** Null where the picture is neither. */
  readonly model: string | null;
  readonly version: string | null;
  /** Falling, up to five; of several digits the first is the whole number. */
  readonly top: readonly LabelProbability[];
  readonly verdict: Verdict;
  /** Where digits were read: from left to right. */
  readonly digits?: readonly ReadDigit[];
  /** Beside the digits there are marks that are not read, such as a point, a minus or a slash: never sure. */
  readonly hasMarks?: true;
  /** Where it looked for the most probable label; absent where digits were read, and where it costs extra and was not asked for. */
  readonly heat?: HeatMap;
  /** Milliseconds from the bytes to the answer, loading of models and heat map left out. */
  readonly ms: number;
  /** What was looked at, upright, for heat map and boxes. */
  readonly picture: Picture;
}

/** `whole`: a model that looks at the picture as a whole, such as the flowers'. */
interface Leased {
  readonly digits?: Lease;
  readonly whole?: Lease;
  /** Of a model that was left out because it cannot be loaded. */
  readonly damage?: UserError;
}

export class Classifier {
  /** `pages`: threads that several classifiers may share; whoever gives them closes them, too. */
  constructor(
    private readonly serving: Serving,
    private readonly pages: PageThreads = new PageThreads(),
  ) {}

  /**
   * `model`: `auto`, or one model alone, whatever the picture is: `digits`, a class's own, or a version (`digits@previous`).
   * Throws UserError: what `decode` and the registry throw, and `busy`. With `auto` a model that is not there or damaged is
   * left out; where none is there, or the other one knows nothing like the picture, a damaged one's error is thrown.
   * `isExplained`: a heat map is worth up to a second more, for networks that do not tell where they looked by themselves.
   */
  classify(bytes: Uint8Array, model: string = AUTO, isExplained = false): Promise<Classification> {
    return this.seen(bytes, isExplained, model !== AUTO, () => (model === AUTO ? this.either() : this.only(model)));
  }

  private async seen(
    bytes: Uint8Array,
    isExplained: boolean,
    isForced: boolean,
    leased: () => Promise<Leased>,
  ): Promise<Classification> {
    const decoded = await decodeInTurn(bytes);
    const { picture } = decoded;
    const models = await leased();
    let opinion: Opinion | undefined;
    let { ms } = decoded;
    try {
      if (models.digits !== undefined) await this.pages.ready();
      const loaded = performance.now();
      opinion = await this.decide(picture, models, isForced);
      ms += performance.now() - loaded;
      if (isExplained) opinion = await explained(picture, models.whole, opinion);
    } finally {
      await Promise.all([models.digits?.done(), models.whole?.done()]);
    }
    const isNothing = opinion === undefined || opinion.verdict === "neither";
    // The model that might have known it was not asked.
    if (isNothing && models.damage !== undefined) throw models.damage;
    if (opinion === undefined || isNothing) {
      return { model: null, version: null, top: [], verdict: "neither", ms, picture };
    }
    const { manifest, top, verdict, digits, hasMarks, heat } = opinion;
    const found = {
      ...(digits === undefined ? {} : { digits }),
      ...(hasMarks === true ? { hasMarks } : {}),
      ...(heat === undefined ? {} : { heat }),
    };
    return { model: manifest.name, version: manifest.version, top, verdict, ...found, ms, picture };
  }

  async close(): Promise<void> {
    await this.pages.close();
  }

  /** What is in service stays loaded; a version that is named is there for one look. */
  private async only(reference: string): Promise<Leased> {
    const isServed = referenceParts(reference).wished === "champion";
    const lease = await (isServed ? this.serving.lease(reference) : this.serving.borrow(reference));
    return lease.manifest.preprocessing.fit === "digit" ? { digits: lease } : { whole: lease };
  }

  private async either(): Promise<Leased> {
    const asked = await Promise.allSettled([this.orMissing("digits"), this.orMissing("flowers")]);
    const failed = asked.find((one) => one.status === "rejected");
    if (failed !== undefined) {
      for (const one of asked) if (one.status === "fulfilled" && "done" in one.value) await one.value.done();
      throw failed.reason;
    }
    const [digits, flowers] = asked.map(settled);
    if (digits === undefined || flowers === undefined) return {};
    const damage = [digits, flowers].find((one) => one instanceof UserError && DAMAGED.includes(one.code));
    if (digits instanceof UserError && flowers instanceof UserError) throw damage ?? digits;
    return {
      ...(digits instanceof UserError ? {} : { digits }),
      ...(flowers instanceof UserError ? {} : { whole: flowers }),
      ...(damage instanceof UserError ? { damage } : {}),
    };
  }

  private async orMissing(name: string): Promise<Lease | UserError> {
    try {
      return await this.serving.lease(name);
    } catch (error) {
      if (!(error instanceof UserError) || !(MISSING.includes(error.code) || DAMAGED.includes(error.code))) throw error;
      if (DAMAGED.includes(error.code)) this.serving.leftOut(name, error);
      return error;
    }
  }

  private async decide(
    picture: Picture,
    models: { readonly digits?: ServedModel; readonly whole?: ServedModel },
    isForced: boolean,
  ): Promise<Opinion | undefined> {
    const whole = models.whole === undefined ? undefined : await wholeOpinion(picture, models.whole, isForced);
    // No page is surely a flower, but petals may look like strokes; to look for those takes several times as long.
    if (whole?.verdict === "sure") return whole;
    const number = models.digits === undefined ? undefined : await this.number(picture, models.digits, isForced);
    if (!isForced && number !== undefined && whole !== undefined && whole.verdict !== "neither") {
      if (number.isInScene === true) return whole;
      const isKnown = whole.isColourful === true && (whole.top[0]?.probability ?? 0) >= KNOWN;
      if (number.verdict === "sure" && isKnown) return unsure(number);
    }
    // A page that looks written is read as one; otherwise who is surer answers.
    const rank = { sure: 0, unsure: 1, neither: 2 };
    const opinions = [number, whole].filter((opinion) => opinion !== undefined);
    return opinions.toSorted((a, b) => rank[a.verdict] - rank[b.verdict])[0];
  }

  private async number(picture: Picture, model: ServedModel, isForced: boolean): Promise<Opinion | undefined> {
    const findings = await this.pages.find(picture);
    if (findings.digits.length === 0) return undefined;
    const { manifest } = model;
    const ask = async (inputs: Float32Array, images: number) =>
      (await model.ask(inputs, images))[0] ?? new Float32Array();
    const seen = await readNumber(findings.digits, manifest, ask);
    const read = numberOpinion(manifest, findings, seen, isForced);
    const opinion = read.verdict === "sure" && !(await isSteady(seen, manifest, ask)) ? unsure(read) : read;
    const isInScene = isAmidScene(picture, surroundings(findings.digits, picture));
    return { ...(isInScene && opinion.verdict === "sure" ? unsure(opinion) : opinion), isInScene };
  }
}

/** Where the model of whole pictures knows a colourful photo so well, whatever its other rules say, a number cannot be sure. */
const KNOWN = 0.9;

/** Codes of a model that `auto` does without: of one that is not there, and of one that should be. */
const MISSING = ["model-not-found", "model-no-champion"];
const DAMAGED = ["model-damaged", "aliases-damaged", "models-no-folder"];

async function explained(picture: Picture, whole: Lease | undefined, opinion: Opinion | undefined) {
  const best = opinion?.top[0];
  const has = best === undefined || opinion?.heat !== undefined || opinion?.digits !== undefined;
  if (has || opinion === undefined || opinion.verdict === "neither" || whole === undefined) return opinion;
  const heat = await occlusionMap(picture, whole, best.label);
  return heat === undefined ? opinion : { ...opinion, heat };
}

const unsure = (opinion: Opinion): Opinion => ({ ...opinion, verdict: "unsure" });

async function isSteady(seen: readonly SeenDigit[], manifest: ModelManifest, ask: Ask): Promise<boolean> {
  if (manifest.decision?.sureViewsEnergy === undefined) return true;
  const images = seen.map(({ found }) => found.image);
  return staysKnown(manifest, Math.min(...(await energiesOfViews(images, manifest, ask))));
}

/** Share of the tallest digit's height that is looked at around all of them. */
const MARGIN = 0.2;

function surroundings(digits: readonly FoundDigit[], { width, height, original }: Picture): Area {
  const scale = width / original.width;
  const boxes = digits.map(({ box: [x, y, wide, high] }) => [x, y, x + wide, y + high].map((at) => at * scale));
  const edge = (at: number, choose: (...values: number[]) => number) => choose(...boxes.map((box) => box[at] ?? 0));
  const margin = MARGIN * scale * Math.max(...digits.map(({ box: [, , , high] }) => high));
  return [
    Math.max(0, Math.floor(edge(0, Math.min) - margin)),
    Math.max(0, Math.floor(edge(1, Math.min) - margin)),
    Math.min(width, Math.ceil(edge(2, Math.max) + margin)),
    Math.min(height, Math.ceil(edge(3, Math.max) + margin)),
  ];
}

/** Throws what was thrown. */
function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
