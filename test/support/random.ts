// Random tests can be repeated: each prints its seed, and CONVO_TEST_SEED sets it.

export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  /** 0 to `below` − 1. */
  integer(below: number): number;
  pick<T>(list: readonly T[]): T;
}

/** A random source whose seed is printed under `name`. */
export function seeded(name: string): Random {
  const seed = Number(process.env.CONVO_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`${name}: CONVO_TEST_SEED=${seed}`);
  return randomOf(seed);
}

/** Mulberry32 (Tommy Ettinger, public domain): small, and good enough to vary inputs. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (below: number): number => Math.floor(next() * below);
  return {
    next,
    integer,
    pick: (list) => {
      const chosen = list[integer(list.length)];
      if (chosen === undefined) throw new Error("nothing to pick from");
      return chosen;
    },
  };
}
