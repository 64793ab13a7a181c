// Discord keeps the contract.
import { platformContract } from "../contract.js";
import { discordPlatform } from "./driver.js";

platformContract(discordPlatform);
