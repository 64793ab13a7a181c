// Recipe `flowers`: transfer learning (question 10): a head on frozen features first, then fine-tuning with a low rate.
import type { z } from "zod";
import { besides } from "../data/besides.js";
import { openImageFolder } from "../data/image-folder.js";
import type { Plan, Recipe } from "../recipe.js";
import { transferPlan } from "../transfer/plan.js";
import { transferSettings } from "../transfer/settings.js";

const settings = transferSettings;
export type FlowersSettings = z.infer<typeof settings>;

export const flowers: Recipe<FlowersSettings> = {
  name: "flowers",
  settings,
  open: async (folder, _settings, seed, beside) => besides(await openImageFolder(folder, { seed }), beside),
  plan: (start) => transferPlan(start, { card: CARD }),
};

const CARD: Omit<Plan["card"], "base"> = {
  title: "Five kinds of flowers",
  purpose:
    "Tells daisies, dandelions, roses, sunflowers and tulips in photos apart, in class: to see what transfer learning gains from few images.",
  notFor:
    "Anything that depends on a plant being named rightly, such as eating it. It always answers with one of the five, whatever the photo shows.",
  dataLicence:
    "flower_photos (The TensorFlow Team, 2019): 3,670 photos by their photographers on Flickr, CC BY 2.0, each attributed in the data set's LICENSE.txt. No photo ships with the model.",
  training:
    "First the head alone, on features of the frozen backbone; then every layer with AdamW and a cosine of a low learning rate, on random crops, mirror images, small rotations and changed colours, small images first and larger ones later; label smoothing. " +
    "The average of the weights is kept, of the epoch with the best validation accuracy. The test split was looked at once, at the end.",
  limitations: [
    "Five flowers as people photograph them: in bloom, mostly close, mostly in the middle. Other flowers, leaves and drawings get one of the five names all the same.",
    "The data set's labels are not clean: some pictures show something else, and one photo is in roses and in tulips.",
  ],
};
