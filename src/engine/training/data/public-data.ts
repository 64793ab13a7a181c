// The data sets that can be fetched: official public addresses, sizes, checksums. Nothing of them ships with Convo.

export interface PublicFile {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface PublicData {
  readonly name: string;
  /** Folders that hold the files, tried in this order; each ends in /. */
  readonly addresses: readonly string[];
  readonly files: readonly PublicFile[];
  /** Of a .tgz: the one folder in it, and the images of each class that it must have. */
  readonly unpacked?: { readonly folder: string; readonly images: Readonly<Record<string, number>> };
  readonly licence: string;
}

/** Checksums of the four original files; their MD5 are those in torchvision/datasets/mnist.py. */
const MNIST: PublicData = {
  name: "mnist",
  addresses: ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      bytes: 9_912_422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
  ],
  licence: "MNIST: Yann LeCun, Corinna Cortes, Christopher J. C. Burges; CC BY-SA 3.0.",
};

/** Size and checksum: TensorFlow Datasets, tensorflow_datasets/datasets/tf_flowers/checksums.tsv. */
const FLOWERS: PublicData = {
  name: "flowers",
  addresses: [
    "https://storage.googleapis.com/download.tensorflow.org/example_images/",
    "http://download.tensorflow.org/example_images/",
  ],
  files: [
    {
      name: "flower_photos.tgz",
      bytes: 228_813_984,
      sha256: "4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
    },
  ],
  unpacked: {
    folder: "flower_photos",
    images: { daisy: 633, dandelion: 898, roses: 641, sunflowers: 699, tulips: 799 },
  },
  licence: "flower_photos: The TensorFlow Team; each photo CC BY 2.0, its author in LICENSE.txt.",
};

export const PUBLIC_DATA = [MNIST, FLOWERS] as const;
