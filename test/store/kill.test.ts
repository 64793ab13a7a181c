// A few kills; the long run is kill.long.ts.
import { killTests } from "./kills.js";

killTests(3);
