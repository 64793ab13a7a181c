// Recipe `images`: a classifier of anything, from a folder with a class a folder; transfer learning as in `flowers`.
import { besides } from "../data/besides.js";
import { openImageFolder } from "../data/image-folder.js";
import type { Plan, Recipe } from "../recipe.js";
import { transferPlan } from "../transfer/plan.js";
import { type TransferSettings, transferSettings } from "../transfer/settings.js";

export const images: Recipe<TransferSettings> = {
  name: "images",
  settings: transferSettings,
  open: async (folder, _settings, seed, beside) => besides(await openImageFolder(folder, { seed }), beside),
  plan: (start) => transferPlan(start, { card: cardOf(start.data.labels, start.data.name) }),
};

function cardOf(labels: readonly string[], name: string): Omit<Plan["card"], "base"> {
  const last = labels.at(-1) ?? "";
  const classes = labels.length > 10 ? `${labels.length} classes` : `${labels.slice(0, -1).join(", ")} and ${last}`;
  return {
    title: `Pictures of ${name}`,
    purpose: `Tells ${classes} apart, as the pictures in ${name} show them.`,
    notFor:
      "Anything that depends on the answer being right before somebody has tried it on pictures of its own. It always answers with one of its classes, whatever a picture shows.",
    dataLicence:
      "The pictures are those of whoever trained it; ask them for their licence before the model is passed on.",
    training:
      "First the head alone, on features of the frozen backbone; then, where so chosen, the layers below it with a low rate. The test split was looked at once, at the end.",
    limitations: [
      "It knows what its training pictures show: other light, other cameras and other backgrounds may surprise it.",
    ],
  };
}
