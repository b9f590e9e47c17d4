// Inputs of the editors: labelled, and never changed under someone's fingers.

import { h } from "./dom.js";

/** A label above its input. */
export function field(text, ...inside) {
  return h("label", { class: "field" }, h("span", {}, text), ...inside);
}

export function part(title, ...inside) {
  return h("fieldset", {}, h("legend", {}, title), ...inside);
}

export function row(...inside) {
  return h("div", { class: "row" }, ...inside);
}

export function select(options, changed) {
  return h("select", { onchange: changed }, ...Object.entries(options).map(([value, text]) => h("option", { value }, text)));
}

/** A number; `changed` gets it when it is one. */
export function number(changed, limits = {}) {
  const input = h("input", { type: "number", step: "any", ...limits, onchange: () => input.value !== "" && changed(Number(input.value)) });
  return input;
}

/** A time in milliseconds; `changed` gets it as a file has it, or null for none. */
export function time(changed) {
  const input = h("input", { type: "number", min: "0", max: "600000", step: "50", onchange: () => changed(inWords(Number(input.value))) });
  return input;
}

function inWords(ms) {
  if (!ms) return null;
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/** Sets what an input shows, unless someone has begun to change it. */
export function show(input, value) {
  const text = String(value ?? "");
  if (document.activeElement === input && input.value !== input.shown && input.value !== text) return;
  input.value = text;
  input.shown = input.value;
}

export const ms = (seconds) => Math.round((seconds ?? 0) * 1000);
