// A searchable list of descriptors with their live values.

import { h, say } from "./dom.js";

const SHOWN = 40;
const FAMILIES = { msd: "tag", mtt: "tag (MTT)", signal: "sound", own: "yours" };

let latest = {};

/** Values by full name, for all lists on the page. */
export function hear(names, values) {
  if (!values || values.length !== names.length) return;
  latest = Object.fromEntries(names.map((name, i) => [name.name, values[i] / 255]));
}

export class SourceList {
  constructor(chosen) {
    this.chosen = chosen;
    this.sources = [];
    this.search = h("input", { type: "search", placeholder: "search, or write an expression", "aria-label": "Source", oninput: () => this.fill(), onkeydown: (event) => event.key === "Enter" && this.search.value.trim() && this.choose(this.search.value.trim()) });
    this.list = h("ul", { class: "sources", role: "listbox", "aria-label": "Sources", tabIndex: -1 });
    this.box = h("div", { class: "picker" }, this.search, this.list);
  }

  about(sources) {
    if (sources === this.sources) return;
    this.sources = sources;
    this.fill();
  }

  fill() {
    const word = this.search.value.trim().toLowerCase();
    const found = this.sources.filter((s) => !word || `${s.label} ${s.name} ${s.meaning}`.toLowerCase().includes(word));
    this.rows = found.slice(0, SHOWN).map((source) => {
      const number = h("span", { class: "number" });
      const button = h("button", { role: "option", "aria-selected": "false", title: source.meaning, "data-source": source.name, onclick: () => this.choose(source.name) },
        h("span", { class: "label" }, source.label), h("span", { class: "hint" }, FAMILIES[source.family] ?? source.family), number);
      return { source, number, button };
    });
    this.list.replaceChildren(...this.rows.map((row) => h("li", {}, row.button)));
  }

  choose(name) {
    for (const { source, button } of this.rows ?? []) button.setAttribute("aria-selected", source.name === name);
    this.chosen(name.startsWith("own/") ? name.slice(4) : name);
  }

  draw() {
    for (const { source, number, button } of this.rows ?? []) {
      const value = latest[source.name];
      say(number, value === undefined ? "" : value.toFixed(2));
      button.style.setProperty("--value", (value ?? 0).toFixed(3));
    }
  }
}
