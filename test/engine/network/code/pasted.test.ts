// A small number of generated texts in every run of the tests; `npm run fuzz` tries many more.
import { describe } from "vitest";
import { pastedTextTests } from "./pasted.js";

describe("pasted text", () => pastedTextTests(250));
