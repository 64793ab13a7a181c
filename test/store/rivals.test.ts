// A short round of the rivals; the long one is rivals.long.ts.
import { rivalsTests } from "./rivals.js";

rivalsTests(100);
