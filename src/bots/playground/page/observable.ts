// A value that tells its readers when it changes: all the state handling that the page needs.
import { useEffect, useState } from "preact/hooks";

export interface Observable<T> {
  get(): T;
  /** Replaces some of it and tells everybody. */
  patch(change: Partial<T>): void;
  subscribe(told: () => void): () => void;
}

export function observable<T extends object>(initial: T): Observable<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    patch(change) {
      value = { ...value, ...change };
      for (const told of [...listeners]) told();
    },
    subscribe(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
  };
}

/** The present value, in a component that is drawn again when it changes. */
export function useObservable<T>(source: Observable<T>): T {
  const [value, setValue] = useState(source.get);
  useEffect(() => {
    setValue(source.get());
    return source.subscribe(() => setValue(source.get()));
  }, [source]);
  return value;
}
