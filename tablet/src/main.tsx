/** Starts the app. */

import { render } from "solid-js/web";
import { followAddress } from "./route";
import { App } from "./screens/App";
import { keepApp } from "./screens/appUpdate";
import { restoreTheme } from "./screens/theme";
import "./style.css";

restoreTheme();
followAddress();
const place = document.querySelector("#app");
if (place) render(() => <App />, place);
void keepApp();
