// The playground's one community and its three channels.
import type { Channel } from "./wire.js";

/** Everything that the playground stores belongs to this community. */
export const COMMUNITY = "playground";

export const CHANNELS: readonly Channel[] = [
  { id: "general", topic: "Say hello, ask for help, try a command" },
  { id: "quiz", topic: "Ten questions about convolutional networks" },
  { id: "lab", topic: "Try things out" },
];
