/** Starts the app. */

import { render } from "solid-js/web";
import { followAddress } from "./route";
import { App } from "./screens/App";
import "./style.css";

followAddress();
const place = document.querySelector("#app");
if (place) render(() => <App />, place);
