/** After sealing: what is safe now, and what happens next. There is no way back to what was sealed. */

import { Icon } from "../parts/Icon";
import { Page } from "../parts/Page";
import { words } from "../words";
import { signingWords } from "../words/signing";

const say = words(signingWords);

export function SealedPage(props: { seq: number; interview: boolean; go(route: string): void }) {
  return (
    <Page
      heading={say("sealedTitle")}
      actions={
        <>
          <button type="button" class="button" onClick={() => props.go("/outbox")}>
            <Icon name="outbox" />
            {say("outbox")}
          </button>
          <button type="button" class="button primary" onClick={() => props.go("/")}>
            {say("nextHousehold")}
            <Icon name="forward" />
          </button>
        </>
      }
    >
      <section class="card sealed">
        <span class="sealed-mark">
          <Icon name="check" />
        </span>
        <p>{say(props.interview ? "sealedInterview" : "sealedVisit", { seq: props.seq })}</p>
        <ul class="sealed-next">
          <li>
            <Icon name="send" />
            {say("then1")}
          </li>
          <li>
            <Icon name="shield" />
            {say("then2")}
          </li>
          <li>
            <Icon name="lock" />
            {say("then3")}
          </li>
        </ul>
      </section>
    </Page>
  );
}
