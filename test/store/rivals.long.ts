// The rivals as the issue names them: four processes, 500 updates each.
import { rivalsTests } from "./rivals.js";

rivalsTests(500);
