// The locked answers, which no rubric was tuned on: run once, before an issue is called done.
import { test } from "vitest";
import { expectFigures } from "../../support/labelled.js";

test("the locked half meets the issue's figures", () => expectFigures("locked"));
