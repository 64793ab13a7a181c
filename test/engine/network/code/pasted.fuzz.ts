// Many generated texts: see pasted.ts.
import { describe } from "vitest";
import { pastedTextTests } from "./pasted.js";

describe("pasted text", () => pastedTextTests(30_000));
