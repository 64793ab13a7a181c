// What is used of `WebAssembly`, which Node's types name without saying what it has.

export interface Memory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
}
export type Imports = Readonly<Record<string, object>>;
export interface Instance {
  readonly exports: object;
}

export const assembly: {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Instance: new (module: object, imports: Imports) => Instance;
  readonly Memory: new (...size: never) => Memory;
} = Reflect.get(globalThis, "WebAssembly");
