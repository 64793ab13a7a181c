// What our kernels are made of: registration in place of the package's kernels, and the floats of a tensor on the WebAssembly heap.

import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import type { CompiledLoops } from "../compiled.js";

/** Inputs by name; the engine hands kernels whole tensors. */
export type Inputs<Name extends string> = Readonly<Record<Name, tf.Tensor>>;
type Compute<Name extends string, Attrs> = (inputs: Inputs<Name>, attrs: Attrs) => tf.Tensor;

/**
 * Registers a kernel of the WebAssembly backend, in place of the package's where it has one. `compute` may use tfjs
 * operations: what they leave behind is disposed of, and none is recorded for a gradient, since they run within a kernel.
 */
export function replaceKernel<Name extends string, Attrs>(kernelName: string, compute: Compute<Name, Attrs>): void {
  const kernelFunc = (call: { inputs: Inputs<Name>; attrs: Attrs }) => tf.tidy(() => compute(call.inputs, call.attrs));
  const before = registered(kernelName);
  if (before !== undefined) tf.unregisterKernel(kernelName, "wasm");
  tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as object as tf.KernelFunc });
}

type Call = Parameters<tf.KernelFunc>[0] & { readonly attrs: tf.NamedAttrMap };

/**
 * Replaces a kernel of the package by one that may fall back on it (`base`, with other attributes where some are
 * given), and that makes its own tensor info. Does nothing where it did so before.
 */
export function share(
  kernelName: string,
  compute: (call: Call, base: (attrs?: tf.NamedAttrMap) => ReturnType<tf.KernelFunc>) => ReturnType<tf.KernelFunc>,
): void {
  const before = registered(kernelName);
  if (before === undefined || shared.has(before.kernelFunc)) return;
  const kernelFunc: tf.KernelFunc = (call) =>
    compute({ ...call, attrs: call.attrs ?? {} }, (attrs) =>
      before.kernelFunc(attrs === undefined ? call : { ...call, attrs }),
    );
  shared.add(kernelFunc);
  tf.unregisterKernel(kernelName, "wasm");
  // The package's preparation of its own kernel stays: it is called whenever the backend starts.
  tf.registerKernel({ ...before, kernelFunc });
}

const shared = new WeakSet<tf.KernelFunc>();

/** The kernel that is registered under this name, if any. */
export function registered(kernelName: string): tf.KernelConfig | undefined {
  return tf.getKernelsForBackend("wasm").find((kernel) => kernel.kernelName === kernelName);
}

export function wasm(): BackendWasm {
  return tf.backend() as BackendWasm;
}

/** A tensor of `shape` whose values are whatever the memory held. */
export function uninitialized(shape: readonly number[]): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(wasm().makeOutput([...shape], "float32"));
}

/**
 * The tensor's own floats, not a copy. Any allocation may grow the heap and leave the view without its end: take views
 * after the last tensor is made.
 */
export function floats(tensor: tf.Tensor): Float32Array {
  return wasm().typedArrayFromHeap(tensor) as Float32Array;
}

/** Where a tensor's values begin on the heap, in bytes: an argument of a compiled loop. */
export function address(tensor: tf.TensorInfo): number {
  return wasm().typedArrayFromHeap(tensor).byteOffset;
}

/** Whole numbers on the heap, until the kernel that asked for them ends. */
export function integers(values: Int32Array): tf.Tensor {
  const info = wasm().makeOutput([values.length], "int32");
  wasm().typedArrayFromHeap(info).set(values);
  return tf.engine().makeTensorFromTensorInfo(info);
}

let current: CompiledLoops | undefined;

/** The compiled loops of the backend that runs. */
export function loops(): CompiledLoops {
  if (current === undefined) throw new Error("The WebAssembly backend was not started by startWasm().");
  return current;
}

export function useLoops(started: CompiledLoops): void {
  current = started;
}

export function stopLoops(): void {
  current?.close();
  current = undefined;
}
