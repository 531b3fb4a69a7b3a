/** What a person sees when a screen breaks: what is safe, what to do, and a code that says nothing about anybody. */

import { version } from "../../package.json";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { go, route } from "../route";
import { words } from "../words";
import { shellWords } from "../words/shell";

const say = words(shellWords);

export function ErrorPage(props: { error: unknown }) {
  // The kind of error and of screen: an error's message may hold what somebody typed.
  const code = () => `${props.error instanceof Error ? props.error.name : "Unknown"} · ${route().name} · ${version}`;
  return (
    <Page
      heading={say("errorTitle")}
      actions={
        <>
          <button type="button" class="button primary" onClick={() => openAgain(false)}>
            {say("errorAgain")}
          </button>
          <button type="button" class="button" onClick={() => openAgain(true)}>
            {say("home")}
          </button>
        </>
      }
    >
      <Notice kind="problem" title={say("errorSafe")} spoken>
        {say("errorDo")}
      </Notice>
      <p class="soft small">
        {say("errorCode")}：{code()}
      </p>
    </Page>
  );
}

function openAgain(home: boolean): void {
  if (home) go("/");
  location.reload();
}
