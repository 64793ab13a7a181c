// The answers that the rubrics were tuned on must stay well graded.
import { test } from "vitest";
import { expectFigures } from "../../support/labelled.js";

test("the development half meets the issue's figures", () => expectFigures("development"));
