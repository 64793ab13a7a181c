// Whether an error says that memory ran out, in the words of every backend; and what is said when nothing helps.
import { UserError } from "../../errors.js";

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

export function tooLittleMemory(cause: unknown): UserError {
  return new UserError(
    "out-of-memory",
    "Not even one image at a time fits into the device's memory.",
    "Choose a smaller input or network, close what else uses the device, or train on the CPU: --backend wasm.",
    { cause },
  );
}
