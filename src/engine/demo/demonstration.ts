// What a demonstration is: one picture and three sentences, with the numbers that they rest on.
import type { TileSheet } from "../../charts/tiles.js";
import type { ModelManifest, Preprocessing } from "../models/model.js";

/** Of a network in service: its file and its manifest. */
export interface Net {
  readonly onnx: Uint8Array;
  readonly manifest: Pick<ModelManifest, "name" | "version" | "labels" | "temperature" | "decision"> & {
    readonly preprocessing: Preprocessing;
  };
}

export interface Demonstration {
  readonly sheet: TileSheet;
  /** What is seen in this picture, with what was measured on it. */
  readonly sentences: readonly [string, string, string];
  /** The sheet in words, for who cannot see it. */
  readonly alt: string;
  /** What the sentences say, unrounded, by name; for tests and logs. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** "1,234", "12.3", "0.046", "1.2e-7": four places at most, as a sentence wants it. */
export function said(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || Number.isInteger(value)) return value.toLocaleString("en");
  if (size >= 1000) return Math.round(value).toLocaleString("en");
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  return size >= 0.001 ? value.toPrecision(2) : value.toExponential(1);
}

/** 0.123 → "12.3 %". */
export function percent(share: number): string {
  const value = share * 100;
  return `${value !== 0 && Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)} %`;
}

/** "1 map", "3 maps". */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : several}`;
}
