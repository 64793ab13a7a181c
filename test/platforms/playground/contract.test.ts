// The contract of all platforms, in the playground.
import { platformContract } from "../contract.js";
import { playgroundPlatform } from "./driver.js";

platformContract(playgroundPlatform);
