// What is used of jsfive, which has no types of its own; everything that comes out of a file is checked where it is read.
declare module "jsfive" {
  export class Group {
    readonly attrs: Readonly<Record<string, unknown>>;
    readonly keys: readonly string[];
    /** Throws where there is nothing of this name, a string in some versions. */
    get(path: string): Group | Dataset;
  }
  export class Dataset {
    readonly shape: readonly number[];
    readonly dtype: unknown;
    readonly value: unknown;
  }
  export class File extends Group {
    constructor(bytes: ArrayBuffer, name: string);
  }
}
