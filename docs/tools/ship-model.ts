// npm run models:ship -- data/models/NAME/VERSION: puts a trained model into assets/models, as it ships.
import { join } from "node:path";
import { shipModel } from "../../src/engine/models/ship.js";

const folders = process.argv.slice(2);
if (folders.length === 0) throw new Error("Which model? npm run models:ship -- data/models/NAME/VERSION");
for (const folder of folders) {
  console.log(await shipModel(folder, join(import.meta.dirname, "../../assets/models")));
}
