// Environment (and .env) → one typed, validated object; every mistake is reported at once, none ignored.
export interface PlaygroundConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port: number;
  /** Token → the role it gives; empty on loopback means: the page lets one choose. */
  readonly tokens: ReadonlyMap<string, "learner" | "instructor" | "admin">;
}
export interface Config {
  readonly store: string;
  readonly playground: PlaygroundConfig;
  readonly operators: readonly string[];
  readonly log: { readonly level: string; readonly pretty: boolean };
}
