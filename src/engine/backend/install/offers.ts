// What can be added to an installation: the packages at the versions that were tried, and what they weigh.
import type { BackendName } from "../backend.js";

export const OFFERS = ["gpu", "webgpu"] as const;
export type OfferName = (typeof OFFERS)[number];

export interface Offer {
  readonly backend: BackendName;
  /** Exact versions; those of tfjs are those of the installation. */
  readonly packages: Readonly<Record<string, string>>;
  /** The one package whose install script is run. */
  readonly script?: string;
  /** Bytes through the network and bytes on disk, measured with these versions on Linux x64 on 2026-11-26. */
  readonly download: number;
  readonly disk: number;
  /** What its script fetches from elsewhere than npm's registry. */
  readonly library?: { readonly host: string; readonly download: number; readonly disk: number };
  /** `${process.platform}-${process.arch}` that the packages have binaries for. */
  readonly platforms: readonly string[];
}

export const OFFER: Readonly<Record<OfferName, Offer>> = {
  gpu: {
    backend: "tensorflow-gpu",
    packages: { "@tensorflow/tfjs-node-gpu": "4.22.0" },
    script: "@tensorflow/tfjs-node-gpu",
    // An estimate: of this one only the size on disk was measured.
    download: 60e6,
    disk: 310e6,
    // Estimates, not measured: TensorFlow 2.9 for CUDA 11, packed and unpacked.
    library: { host: "storage.googleapis.com", download: 450e6, disk: 1_200e6 },
    platforms: ["linux-x64", "win32-x64"],
  },
  webgpu: {
    backend: "webgpu",
    packages: { webgpu: "0.6.2", "@tensorflow/tfjs-backend-webgpu": "4.22.0" },
    download: 63e6,
    disk: 205e6,
    platforms: ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64", "win32-x64", "win32-arm64"],
  },
};

/** tfjs has one engine a process: of these the installation's own copies are used. */
export const SHARED = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers", "@tensorflow/tfjs-backend-cpu"] as const;
