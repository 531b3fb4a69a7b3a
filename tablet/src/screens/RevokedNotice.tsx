/** The office has ended this tablet. */

import { Notice } from "../parts/Notice";
import { words } from "../words";
import { shellWords } from "../words/shell";

const say = words(shellWords);

export function RevokedNotice() {
  return (
    <Notice kind="problem" title={say("revokedTitle")} spoken>
      {say("revokedText")}
    </Notice>
  );
}
