// Reading a tfjs layer's own configuration (`getConfig()`), which is untyped.
import type * as layers from "@tensorflow/tfjs-layers";
import { unsupported } from "./unsupported.js";

export type Layer = layers.layers.Layer;

/** One layer's settings, each read with the type that it must have. */
export class LayerConfig {
  private readonly settings: Readonly<Record<string, unknown>>;

  constructor(private readonly layer: Layer) {
    this.settings = layer.getConfig();
  }

  text(name: string, fallback?: string): string {
    const value = this.settings[name] ?? fallback;
    return typeof value === "string" ? value : this.fail(name, value);
  }

  number(name: string, fallback?: number): number {
    const value = this.settings[name] ?? fallback;
    return typeof value === "number" ? value : this.fail(name, value);
  }

  /** undefined where it is null or absent. */
  numberIfAny(name: string): number | undefined {
    const value = this.settings[name];
    return value === null || value === undefined ? undefined : this.number(name);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.settings[name] ?? fallback;
    return typeof value === "boolean" ? value : this.fail(name, value);
  }

  /** `targetShape`: null, or -1, is the one size that follows from the others. */
  sizes(name: string): readonly number[] {
    const value = this.settings[name];
    if (!Array.isArray(value)) return this.fail(name, value);
    return value.map((item: unknown) => {
      if (item === null) return -1;
      return typeof item === "number" ? item : this.fail(name, value);
    });
  }

  /** One number for both axes, or one an axis: `[height, width]`. */
  pair(name: string, fallback?: number): readonly [number, number] {
    const value = this.settings[name] ?? fallback;
    if (typeof value === "number") return [value, value];
    if (!Array.isArray(value) || value.length > 2) return this.fail(name, value);
    const [first, second = first] = value;
    return typeof first === "number" && typeof second === "number" ? [first, second] : this.fail(name, value);
  }

  /** `[[top, bottom], [left, right]]`. */
  border(name: string): readonly [readonly [number, number], readonly [number, number]] {
    const value = this.settings[name];
    if (typeof value === "number") {
      return [
        [value, value],
        [value, value],
      ];
    }
    const flat = Array.isArray(value) ? value.flat() : [];
    const [top, bottom, left, right] = flat;
    if (flat.length === 2 && typeof top === "number" && typeof bottom === "number") {
      return [
        [top, top],
        [bottom, bottom],
      ];
    }
    if ([top, bottom, left, right].some((item) => typeof item !== "number")) return this.fail(name, value);
    return [
      [Number(top), Number(bottom)],
      [Number(left), Number(right)],
    ];
  }

  private fail(name: string, value: unknown): never {
    throw unsupported(this.layer, `its setting ${name} is ${JSON.stringify(value) ?? "not given"}`);
  }
}
