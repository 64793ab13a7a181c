// The contract of all platforms, on Slack.
import { platformContract } from "../contract.js";
import { slackPlatform } from "./driver.js";

platformContract(slackPlatform);
