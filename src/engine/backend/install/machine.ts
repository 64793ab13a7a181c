// What a machine has for a GPU backend to stand on: graphics cards, the NVIDIA driver, CUDA's libraries, Vulkan, free disk.
import { execFile } from "node:child_process";
import { readdir, readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { nvidiaSays } from "../nvidia.js";

export interface Machine {
  /** Makers of the graphics cards on the PCI bus; undefined where this system does not tell. */
  readonly cards: readonly string[] | undefined;
  /** Undefined without an NVIDIA driver that answers. */
  readonly nvidia: { readonly name: string; readonly memory?: number; readonly driver: string } | undefined;
  /** Of `LIBRARIES`, those that the linker finds; undefined where this system has no such list. */
  readonly libraries: readonly string[] | undefined;
  /** Bytes that an ordinary user may still write where backends are put. */
  readonly free: number;
}

/** What TensorFlow 2.9 (CUDA) and Dawn (Vulkan) open by name. */
export const LIBRARIES = ["libcudart.so.11.0", "libcublas.so.11", "libcudnn.so.8", "libvulkan.so.1"] as const;

export async function lookAtMachine(folder: string): Promise<Machine> {
  const [cards, nvidia, libraries, disk] = await Promise.all([pciCards(), nvidiaSays(), known(), statfs(folder)]);
  return { cards, nvidia, libraries, free: disk.bavail * disk.bsize };
}

/** pci.ids: those who make graphics cards, and who make the pretended ones of virtual machines. */
const MAKERS: Readonly<Record<string, string>> = {
  "0x10de": "NVIDIA",
  "0x1002": "AMD",
  "0x8086": "Intel",
  "0x106b": "Apple",
  "0x5143": "Qualcomm",
};
/** The PCI class of a display controller is 0x03. */
const DISPLAY = /^0x03/;

async function pciCards(): Promise<string[] | undefined> {
  if (process.platform !== "linux") return undefined;
  const bus = "/sys/bus/pci/devices";
  // A container may hide the bus.
  const devices = await readdir(bus).catch(() => undefined);
  if (devices === undefined) return undefined;
  const read = async (device: string, what: string): Promise<string> =>
    (await readFile(join(bus, device, what), "utf8").catch(() => "")).trim();
  const makers = await Promise.all(
    devices.map(async (device) => {
      if (!DISPLAY.test(await read(device, "class"))) return [];
      return [MAKERS[await read(device, "vendor")] ?? "another maker"];
    }),
  );
  return makers.flat();
}

async function known(): Promise<string[] | undefined> {
  if (process.platform !== "linux") return undefined;
  for (const ldconfig of ["ldconfig", "/sbin/ldconfig"]) {
    const list = await promisify(execFile)(ldconfig, ["-p"], { timeout: 10_000, maxBuffer: 2 ** 24 }).then(
      ({ stdout }) => stdout,
      // Not everywhere, and not always in PATH.
      () => undefined,
    );
    if (list !== undefined) return LIBRARIES.filter((library) => list.includes(`\t${library} `));
  }
  return undefined;
}
