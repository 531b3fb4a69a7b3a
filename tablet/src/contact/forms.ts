/** Form versions newer than those known here are fetched; an old one stays, because drafts are filled in with it. */

import { durably } from "../store/durable";
import type { FormRow } from "../store/records";
import type { Line } from "./session";
import { LinkCut } from "./wire";

const XFORMS = "http://www.w3.org/2002/xforms";

interface WireForm {
  form: string;
  version: string;
  published_at: string;
}

export async function fetchForms(line: Line): Promise<void> {
  const published = await line.json<WireForm[]>({ method: "GET", path: "/forms" });
  const newest = new Map(published.map((each) => [each.form, each])); // the newest of each form stands last
  for (const { form, version, published_at } of newest.values()) {
    const key = `${form} ${version}`;
    if ((await line.db.getKey("forms", key)) !== undefined) continue;
    const xform = await line.text({
      method: "GET",
      path: `/forms/${encodeURIComponent(form)}/${encodeURIComponent(version)}`,
    });
    // A gateway's page is a 200 with another text: it must not be kept as a form for ever.
    if (!xform.includes(XFORMS)) throw new LinkCut("not a form");
    const row: FormRow = { key, form, version, publishedAt: published_at, xform };
    await durably(line.db, ["forms"], (tx) => tx.objectStore("forms").put(row));
  }
}
