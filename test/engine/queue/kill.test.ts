// A few of the kills of kill.long.ts in every run of the suite.
import { killTests } from "./kills.js";

killTests(3, ["LMDB"]);
