// The page's entry: theme, styles, and the application.
import { render } from "preact";
import { App } from "./app.js";
import { applyTheme } from "./theme.js";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/shell.css";
import "./styles/person.css";
import "./styles/log.css";
import "./styles/welcome.css";
import "./styles/blocks.css";
import "./styles/actions.css";
import "./styles/composer.css";
import "./styles/suggestions.css";
import "./styles/dialogs.css";
import "./styles/gate.css";
import "./styles/motion.css";

applyTheme();
const root = document.getElementById("app");
if (root) render(<App />, root);
