import { render } from "preact";
import { App } from "./shell/App";
import { follow } from "./state/catalogue";
import "./styles/ground.css";
import "./styles/shell.css";
import "./styles/controls.css";
import "./styles/charts.css";
import "./styles/completions.css";
import "./styles/tables.css";
import "./styles/narrow.css";

const root = document.getElementById("page");
if (root) {
  render(<App />, root);
  void follow();
}
