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
  /** chosen: gets a name or an expression. */
  constructor(chosen) {
    this.chosen = chosen;
    this.sources = [];
    this.rows = [];
    this.from = "";
    this.search = h("input", { type: "search", placeholder: "search, or write an expression", "aria-label": "Source", oninput: () => this.fill(), onkeydown: (event) => this.typed(event) });
    this.list = h("ul", { class: "sources", role: "listbox", "aria-label": "Sources", onkeydown: (event) => this.step(event) });
    this.now = h("p", { class: "chosen" });
    this.rewrite = h("button", { class: "small", title: "Put it into the line above, to change it", onclick: () => this.write() }, "Rewrite");
    this.box = h("div", { class: "picker" }, this.search, this.list, h("div", { class: "now", hidden: true }, this.now, this.rewrite));
  }

  /** from: what drives the mapping now. */
  about(sources, from = "") {
    if (sources === this.sources && from === this.from) return;
    this.sources = sources;
    this.from = from;
    this.box.lastChild.hidden = !from;
    say(this.now, `Now: ${from}`);
    this.fill();
  }

  fill() {
    const word = this.search.value.trim().toLowerCase();
    const found = this.sources.filter((s) => !word || `${s.label} ${s.name} ${s.meaning}`.toLowerCase().includes(word));
    this.rows = found.slice(0, SHOWN).map((source) => {
      const number = h("span", { class: "number" });
      const chosen = [source.name, source.name.split("/")[1]].includes(this.from);
      const button = h("button", { role: "option", tabIndex: -1, "aria-selected": String(chosen), title: source.meaning, "data-source": source.name, onclick: () => this.choose(source.name) },
        h("span", { class: "label" }, source.label), h("span", { class: "hint" }, FAMILIES[source.family] ?? source.family), number);
      return { source, number, button };
    });
    // One stop for the Tab key; the arrow keys go through the list.
    if (this.rows.length) this.rows[0].button.tabIndex = 0;
    this.list.replaceChildren(...this.rows.map((row) => h("li", { role: "presentation" }, row.button)));
  }

  /** Scrolls to what drives the mapping now. */
  reveal() {
    const chosen = this.rows.find(({ button }) => button.getAttribute("aria-selected") === "true");
    if (chosen) this.list.scrollTop = chosen.button.offsetTop - this.list.clientHeight / 2;
  }

  typed(event) {
    if (event.key === "Enter" && this.search.value.trim()) this.choose(this.search.value.trim());
    if (event.key !== "ArrowDown") return;
    this.rows[0]?.button.focus();
    event.preventDefault();
  }

  step(event) {
    const at = this.rows.findIndex((row) => row.button === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: this.rows.length - 1 }[event.key];
    if (to === undefined) return;
    (this.rows[to]?.button ?? this.search).focus();
    event.preventDefault();
  }

  write() {
    this.search.value = this.from;
    this.fill();
    this.search.focus();
  }

  choose(name) {
    for (const { source, button } of this.rows) button.setAttribute("aria-selected", source.name === name);
    this.chosen(name.startsWith("own/") ? name.slice(4) : name);
  }

  draw() {
    for (const { source, number, button } of this.rows) {
      const value = latest[source.name];
      say(number, value === undefined ? "" : value.toFixed(2));
      button.style.setProperty("--value", (value ?? 0).toFixed(3));
    }
  }
}
