// A new mapping by clicks: source, target, message.

import { h, say } from "./dom.js";
import { SourceList } from "./source.js";
import { fresh, MESSAGES } from "./message.js";
import { field } from "./fields.js";

const OSC_PLACE = "127.0.0.1:7400";

export class Adder {
  /** added: the name of the newest, until it is shown. */
  constructor(ask) {
    this.ask = ask;
    this.added = "";
    this.from = "";
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.sources = new SourceList((name) => this.choose(name));
    this.chosen = h("p", { class: "chosen" }, "Nothing chosen yet");
    this.target = h("select", { id: "new-target", onchange: () => this.showTarget() });
    this.ports = h("datalist", { id: "new-ports" });
    this.where = h("input", { id: "new-where", list: "new-ports", placeholder: OSC_PLACE, "aria-label": "OSC host and port, or the MIDI port's name" });
    this.kind = h("select", { id: "new-kind", onchange: () => this.suggest() });
    this.detail = h("input", { id: "new-detail" });
    this.detailField = field("", this.detail);
    this.name = h("input", { id: "new-name" });
    this.create = h("button", { class: "main", id: "create", disabled: true, onclick: () => this.make() }, "Add it");
    this.panel = h("section", { class: "panel adder", hidden: true, "aria-label": "A new mapping" },
      this.error,
      h("fieldset", {}, h("legend", {}, "1. What drives it"), this.sources.box, this.chosen),
      h("fieldset", {}, h("legend", {}, "2. Where it goes"),
        h("div", { class: "row" }, field("Target", this.target), this.where, this.ports),
        h("div", { class: "row" }, field("Message", this.kind), this.detailField),
        h("div", { class: "row" }, field("Name", this.name)),
        h("div", { class: "row" }, this.create, h("button", { onclick: () => (this.panel.hidden = true) }, "Cancel"))));
    setInterval(() => this.panel.hidden || this.sources.draw(), 200);
  }

  open(about) {
    this.outputs = about.outputs;
    this.names = about.mappings.map((mapping) => mapping.name);
    this.sources.about(about.sources);
    this.target.replaceChildren(
      ...about.outputs.map((o) => h("option", { value: o.name }, `${o.name} (${o.kind.toUpperCase()})`)),
      h("option", { value: "+osc" }, "another OSC receiver…"), h("option", { value: "+midi" }, "another MIDI port…"));
    this.error.hidden = true;
    this.panel.hidden = false;
    this.showTarget();
    this.sources.search.focus();
  }

  showTarget() {
    const target = this.target.value;
    const known = this.outputs.find((output) => output.name === target);
    this.where.hidden = Boolean(known);
    const midi = known ? known.kind === "midi" : target === "+midi";
    this.where.placeholder = midi ? "the port's name" : OSC_PLACE;
    this.ports.replaceChildren();
    if (midi && !known) this.findPorts();
    const kinds = Object.entries(MESSAGES).filter(([, words]) => Boolean(words.midi) === midi);
    this.kind.replaceChildren(...kinds.map(([key, words]) => h("option", { value: key }, words.label)));
    this.suggest();
  }

  async findPorts() {
    const found = await this.ask("devices", {}, "", () => {});
    this.ports.replaceChildren(...(found?.midi_outputs ?? []).map((port) => h("option", { value: port })));
  }

  fail(text) {
    say(this.error, text);
    this.error.hidden = false;
  }

  choose(name) {
    this.from = name;
    say(this.chosen, `Driven by ${name}`);
    this.create.disabled = false;
    const base = name.includes("/") ? name.split("/")[1] : name;
    let free = base;
    for (let n = 2; this.names.includes(free); n++) free = `${base} ${n}`;
    this.name.value = free;
    this.suggest();
  }

  suggest() {
    const word = this.name.value.replace(/[^\w-]+/g, "-") || "level";
    const { first, detail } = MESSAGES[this.kind.value];
    this.detail.value = this.kind.value === "osc" ? `/${word}` : first;
    this.detailField.hidden = !detail;
    say(this.detailField.firstChild, detail ?? "");
  }

  async make() {
    const target = this.target.value;
    const kind = target.startsWith("+") ? target.slice(1) : "";
    let output = null;
    let to = target;
    if (kind) {
      to = kind === "osc" ? "receiver" : "instrument";
      for (let n = 2; this.outputs.some((o) => o.name === to); n++) to = `${kind}${n}`;
      const place = this.where.value.trim() || (kind === "osc" ? OSC_PLACE : "");
      if (!place) return this.fail("Write the name of the MIDI port, or a part of it.");
      output = { name: to, table: { [kind]: place } };
    }
    const mapping = { name: this.name.value.trim() || this.from, from: this.from, to, ...fresh(this.kind.value, this.detail.value) };
    this.added = mapping.name;
    const done = await this.ask("add", { mapping, output }, "Added, and saved in the file.", (text) => this.fail(text));
    if (done) this.panel.hidden = true;
    else this.added = "";
  }
}
