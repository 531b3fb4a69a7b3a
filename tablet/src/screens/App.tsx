/** The app from the outside in. */

import { createEffect } from "solid-js";
import { language, words } from "../words";
import { shellWords } from "../words/shell";

const say = words(shellWords);

export function App() {
  createEffect(() => {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
  });
  return (
    <main class="page">
      <div class="page-body">
        <h1>{say("app")}</h1>
        <p>{say("loading")}</p>
      </div>
    </main>
  );
}
