// Recipe `flowers`: transfer learning (question 10): a head on frozen features first, then fine-tuning with a low rate.
import type { z } from "zod";
import { openImageFolder } from "../data/image-folder.js";
import type { Recipe } from "../recipe.js";
import { transferPlan } from "../transfer/plan.js";
import { transferSettings } from "../transfer/settings.js";

const settings = transferSettings;
export type FlowersSettings = z.infer<typeof settings>;

export const flowers: Recipe<FlowersSettings> = {
  name: "flowers",
  settings,
  open: (folder, _settings, seed) => openImageFolder(folder, { seed }),
  plan: transferPlan,
};
