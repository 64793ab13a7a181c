// All recipes by name, each loaded when it is asked for.
import type { Recipe } from "../recipe.js";
import type { RunDescription } from "../run.js";

export async function loadRecipe(name: RunDescription["recipe"]): Promise<Recipe> {
  return RECIPES[name]();
}

const RECIPES: Readonly<Record<RunDescription["recipe"], () => Promise<Recipe>>> = {
  digits: async () => erased((await import("./digits.js")).digits),
  flowers: async () => erased((await import("./flowers.js")).flowers),
  images: async () => erased((await import("./images.js")).images),
  arena: async () => erased((await import("./arena.js")).arena),
};

/** The trainer hands a recipe only settings that the recipe's own schema gave. */
function erased<Settings>(recipe: Recipe<Settings>): Recipe {
  return {
    name: recipe.name,
    settings: recipe.settings,
    open: (folder, settings, seed, beside) => recipe.open(folder, recipe.settings.parse(settings), seed, beside),
    plan: (start) => recipe.plan({ ...start, settings: recipe.settings.parse(start.settings) }),
  };
}
