/** How far the signing is, in words. */

import { words } from "../words";
import { signingWords } from "../words/signing";

const say = words(signingWords);
const STEPS = 3;

export function Steps(props: { at: number }) {
  return <>{say("step", { at: props.at, of: STEPS })}</>;
}
