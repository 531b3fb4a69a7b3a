// @vitest-environment jsdom
/** The tablet reads a filled-in form as the server does: the same answers for the same fields. */

import { describe, expect, test } from "vitest";
import { readForm, type FormModel } from "../src/form/model";
import { readInstance } from "../src/form/reading";
import type { Value } from "../src/sync/register";
import { vectors } from "./vectors";

interface InstanceVectors {
  statement: string;
  forms: Record<string, string>;
  vectors: {
    name: string;
    form: string;
    instance: string;
    nothing_on_screen: [string, Value][];
    on_screen: string[];
    answers: [string, Value][];
    shots: [string, string, string | null][];
  }[];
}

const given = vectors<InstanceVectors>("instance");
const models = new Map(Object.entries(given.forms).map(([form, xform]) => [form, readForm(xform)]));

function modelOf(form: string): FormModel {
  const model = models.get(form);
  if (!model) throw new Error(form);
  return model;
}

describe.each(given.vectors)("$name", (vector) => {
  const model = modelOf(vector.form);

  test("with a file before the writer", () => {
    const reading = readInstance(model, vector.instance, new Set(vector.on_screen), given.statement);

    expect(reading.answers.map(({ path, value }) => [path, value])).toEqual(vector.answers);
    expect(reading.shots.map(({ kind, file, entry }) => [kind, file, entry])).toEqual(vector.shots);
  });

  test("with nothing on screen", () => {
    const reading = readInstance(model, vector.instance, new Set(), given.statement);

    expect(reading.answers.map(({ path, value }) => [path, value])).toEqual(vector.nothing_on_screen);
  });
});

test("every question that people see has its words in both languages", () => {
  for (const model of models.values()) {
    expect(model.title.zh).not.toBe("");
    for (const binding of model.bindings) {
      if (binding.isKey) continue;
      expect(binding.labels.zh, binding.ref).not.toBe("");
      expect(binding.labels.en, binding.ref).not.toBe("");
      if (binding.type === "choice") expect(binding.choices.length, binding.ref).toBeGreaterThan(1);
    }
  }
});

test("a form of another version is not read", () => {
  const model = { ...modelOf("household_visit"), version: "2027.1" };

  expect(() => readInstance(model, given.vectors[0]?.instance ?? "", new Set(), given.statement)).toThrow();
});
