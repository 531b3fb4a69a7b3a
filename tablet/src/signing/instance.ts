/**
 * Reads and sets single answers of a filled-in form as it is about to be signed. This is the one place outside the form
 * engine that changes an instance: the end of the visit, and how an informed person signs, are known only at signing.
 */

import { parseXml } from "../form/model";

/** The text of a question's answer; null when the question was not asked, "" when it was left blank. */
export function answerAt(instance: string, ref: string): string | null {
  const node = nodeAt(parseXml(instance), ref);
  return node === null ? null : (node.textContent ?? "").trim();
}

/** The same instance with one answer set; a question that was not asked stays not asked. */
export function withAnswer(instance: string, ref: string, answer: string): string {
  const document = parseXml(instance);
  const node = nodeAt(document, ref);
  if (node === null || node.children.length > 0) return instance;
  node.textContent = answer;
  return new XMLSerializer().serializeToString(document);
}

function nodeAt(document: Document, ref: string): Element | null {
  const [root, ...names] = ref.split("/").filter((name) => name !== "");
  let node: Element | undefined = document.documentElement;
  if (node.localName !== root) return null;
  for (const name of names) {
    node = [...node.children].find((child) => child.localName === name);
    if (node === undefined) return null;
  }
  return node;
}
