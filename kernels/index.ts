// The loops of training that tfjs' WebAssembly backend lacks or has slow, in AssemblyScript: they compute on that backend's own
// memory. Every function takes its part of the work as a last pair of numbers, so that threads can share it. Nothing is
// allocated and there are no constants in memory: what lies there is the backend's.

export { sumRows, transpose } from "./matrices";
export { maxPoolGradient } from "./pooling";
export { multiply } from "./products";
