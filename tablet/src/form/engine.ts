/**
 * A form being filled in: the ODK form engine with the few things that it leaves to us, ids of entries above all.
 *
 * The engine is loaded when the first form is opened. Its state is reactive for Solid.
 */

import type {
  AnyChildNode,
  AnyNode,
  InputNode,
  RepeatInstanceNode,
  RepeatRangeUncontrolledNode,
  RootNode,
  SelectNode,
} from "@getodk/xforms-engine";
import { createMutable } from "solid-js/store";
import type { DraftContent } from "../store/records";
import { toHex } from "../sync/bytes";
import type { Language } from "../words";
import { readForm, refOfNode, type Binding, type Collection, type FormModel } from "./model";
import { prepared } from "./prepared";

export type { AnyChildNode, AnyNode, RepeatInstanceNode, RepeatRangeUncontrolledNode, RootNode };

/** A question on the form, as far as it is asked. */
export type QuestionNode = InputNode | SelectNode;

export class FormNotLoaded extends Error {}

export class OpenForm {
  private readonly known = new WeakMap<AnyNode, Binding | null>();

  private constructor(
    readonly model: FormModel,
    readonly root: RootNode,
  ) {}

  /** The form of a draft: as it was saved, or laid out afresh. Throws FormNotLoaded, FormUnreadable. */
  static async open(xform: string, content: DraftContent): Promise<OpenForm> {
    const saved = content.instance;
    const model = readForm(xform);
    const { loadForm } = await import("@getodk/xforms-engine");
    const loaded = await loadForm(prepared(xform, model, saved === null ? content : null));
    if (loaded.status === "failure") throw new FormNotLoaded(loaded.error.message);
    const config = { stateFactory: createMutable } as Parameters<typeof loaded.createInstance>[0];
    if (saved === null) return new OpenForm(model, loaded.createInstance(config).root);
    const data = new FormData();
    data.set("xml_submission_file", new File([saved], "xml_submission_file", { type: "text/xml" }));
    const input = { data: [data] } as unknown as Parameters<typeof loaded.restoreInstance>[0];
    return new OpenForm(model, (await loaded.restoreInstance(input, config)).root);
  }

  /** The filled-in form as it stands, complete or not. */
  get instance(): string {
    return this.root.instanceState.instanceXML;
  }

  speak(language: Language): void {
    const found = this.root.languages.find((each) => "language" in each && each.language.includes(`(${language}`));
    if (found && !("isSyntheticDefault" in found && found.isSyntheticDefault)) this.root.setLanguage(found as never);
  }

  bindingOf(node: AnyNode): Binding | null {
    let binding = this.known.get(node);
    if (binding === undefined) {
      binding = this.model.byRef.get(refOfNode(node.currentState.reference)) ?? null;
      this.known.set(node, binding);
    }
    return binding;
  }

  collectionOf(node: AnyNode): Collection | null {
    return this.model.collections.find(({ ref }) => ref === refOfNode(node.currentState.reference)) ?? null;
  }

  /** The node with this reference (positions and all), or null. */
  find(reference: string): AnyNode | null {
    let here: AnyNode = this.root;
    while (here.currentState.reference !== reference) {
      const inner: AnyNode | undefined = (childrenOf(here) as AnyNode[]).find((child) => {
        const ref = child.currentState.reference;
        // A range of entries has the reference of its entries, without the position.
        return reference === ref || reference.startsWith(`${ref}/`) || reference.startsWith(`${ref}[`);
      });
      if (inner === undefined) return null;
      here = inner;
    }
    return here;
  }

  /** Every question that is asked now, in the order of the form, below this node. */
  *questions(below: AnyNode = this.root): Generator<{ node: QuestionNode; binding: Binding }> {
    for (const node of childrenOf(below) as AnyNode[]) {
      if (!node.currentState.relevant) continue;
      const binding = this.bindingOf(node);
      if (binding !== null && isQuestion(node)) yield { node, binding };
      else yield* this.questions(node);
    }
  }

  /** The id of the entry that this node belongs to; "" outside repeats. */
  keyOf(node: AnyNode): string {
    let here: AnyNode | null = node;
    while (here !== null && here.nodeType !== "repeat-instance") here = here.parent as AnyNode | null;
    return here === null ? "" : keyOfEntry(this, here);
  }

  /** Adds an entry at the end, with this id or a new one; its node. */
  addEntry(range: RepeatRangeUncontrolledNode, id: string = newId()): RepeatInstanceNode {
    range.addInstances();
    const entry = range.currentState.children.at(-1);
    const key = this.collectionOf(range)?.key;
    if (entry === undefined) throw new FormNotLoaded("an entry could not be added");
    const node = entry.currentState.children.find(({ currentState }) => currentState.reference.endsWith(`/${key}`));
    if (node && isQuestion(node)) setText(node, id);
    return entry;
  }

  /** The ranges of entries that the case keeps by id. */
  *ranges(below: AnyNode = this.root): Generator<{ range: RepeatRangeUncontrolledNode; collection: Collection }> {
    for (const node of childrenOf(below) as AnyNode[]) {
      const collection = node.nodeType === "repeat-range:uncontrolled" ? this.collectionOf(node) : null;
      if (collection !== null) yield { range: node as RepeatRangeUncontrolledNode, collection };
      else yield* this.ranges(node);
    }
  }
}

export function childrenOf(node: AnyNode): readonly AnyChildNode[] {
  return (node.currentState.children ?? []) as readonly AnyChildNode[];
}

export function isQuestion(node: AnyNode): node is QuestionNode {
  return node.nodeType === "input" || node.nodeType === "select";
}

/** The answer as the form holds it; "" when it is blank. */
export function textOf(node: QuestionNode): string {
  return node.currentState.instanceValue;
}

export function setText(node: QuestionNode, text: string): void {
  if (node.nodeType === "select") node.selectValues(text === "" ? [] : text.split(" "));
  else node.setValue(text.replaceAll(NOT_IN_XML, "") as never);
}

// One such character, pasted from elsewhere, and the saved form is no XML: it would never open again.
const NOT_IN_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function keyOfEntry(form: OpenForm, entry: RepeatInstanceNode): string {
  const key = form.collectionOf(entry.parent)?.key;
  const node = entry.currentState.children.find(({ currentState }) => currentState.reference.endsWith(`/${key}`));
  return node && isQuestion(node) ? textOf(node) : "";
}

/** 64 random bits, in the form that the server keeps entries by. */
function newId(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(8)));
}
