// Versions of a shipped model under other names, so that a test can promote, compare and roll back real ones.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SHIPPED_MODELS } from "../../src/engine/models/registry.js";

/** Copies what ships as `name` into REGISTRY/name/version. */
export function copyShipped(registry: string, name: string, version: string): string {
  const [shipped = ""] = readdirSync(join(SHIPPED_MODELS, name));
  const folder = join(registry, name, version);
  cpSync(join(SHIPPED_MODELS, name, shipped), folder, { recursive: true });
  const manifest = join(folder, "model.json");
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), version }));
  return folder;
}
