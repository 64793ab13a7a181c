// Whether an error says that memory ran out, in the words of every backend.

/**
 * - TensorFlow: "OOM when allocating tensor with shape[…]", "Resource exhausted";
 * - WebGPU: GPUOutOfMemoryError, "Out of memory" from Dawn's validation;
 * - WASM: emscripten's abort "Cannot enlarge memory arrays"/"OOM", "memory access out of bounds" from malloc's null;
 * - V8: RangeError "Array buffer allocation failed" / "Invalid typed array length".
 */
const OUT_OF_MEMORY =
  /\bOOM\b|out of (device )?memory|resource ?exhausted|GPUOutOfMemory|cannot enlarge memory|array buffer allocation failed|invalid typed array length|memory access out of bounds|could not allocate|allocation failed/i;

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && OUT_OF_MEMORY.test(`${error.name}: ${error.message}`);
}
