// Fifty kills.
import { killTests } from "./kills.js";

killTests(50);
