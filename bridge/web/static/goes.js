// Where a mapping goes: its target, the message, and what little and much become.

import { h, say } from "./dom.js";
import { field, number, part, row, show, time, ms } from "./fields.js";
import { kindOf, message, MESSAGES, switched } from "./message.js";

export class GoesPart {
  constructor(change) {
    this.change = change;
    this.target = h("select", { onchange: () => this.chooseTarget() });
    this.kind = h("select", { onchange: () => change(switched(this.kind.value, this.mapping.keys, this.suggested(this.kind.value))) });
    this.detail = h("input", { onchange: () => change(message(this.kind.value, this.detail.value)) });
    this.detailName = h("span", {});
    this.detailField = h("label", { class: "field" }, this.detailName, this.detail);
    this.channel = number((channel) => change({ channel: channel === 1 ? null : channel }), { min: "1", max: "16", step: "1" });
    this.channelField = field("Channel", this.channel);
    this.from = number((value) => change({ out: [value, this.mapping.out[1]] }));
    this.to = number((value) => change({ out: [this.mapping.out[0], value] }));
    this.ends = row(field("Little becomes", this.from), field("Much becomes", this.to));
    this.velocity = number((velocity) => this.note({ velocity }), { min: "1", max: "127", step: "1" });
    this.length = time((length) => this.note({ length }));
    this.noteRow = row(field("How hard (velocity)", this.velocity), field("Ends after (ms), 0: with the gate", this.length));
    this.box = part("Goes to",
      row(field("Target", this.target), field("Message", this.kind)),
      row(this.detailField, this.channelField), this.ends, this.noteRow);
  }

  fill(mapping, whole) {
    this.mapping = mapping;
    this.outputs = whole.outputs;
    const { keys } = mapping;
    const several = mapping.to.length === 1 ? [] : [h("option", { value: "" }, mapping.to.join(" and "))];
    this.target.replaceChildren(...several, ...whole.outputs.map((o) => h("option", { value: o.name }, `${o.name} (${o.kind.toUpperCase()})`)));
    this.target.value = mapping.to.length === 1 ? mapping.to[0] : "";
    const kind = kindOf(keys);
    const words = MESSAGES[kind];
    const fitting = Object.entries(MESSAGES).filter(([, other]) => Boolean(other.midi) === Boolean(words?.midi));
    this.kind.replaceChildren(...fitting.map(([key, other]) => h("option", { value: key }, other.label)));
    this.kind.value = kind;
    this.detailField.hidden = !words?.detail;
    say(this.detailName, words?.detail ?? "");
    show(this.detail, kind ? this.shown(keys[kind]) : "");
    this.channelField.hidden = !words?.midi;
    show(this.channel, keys.channel ?? 1);
    this.ends.hidden = Boolean(words?.gated);
    show(this.from, mapping.out[0]);
    show(this.to, mapping.out[1]);
    this.noteRow.hidden = !mapping.note;
    show(this.velocity, mapping.note?.velocity);
    show(this.length, ms(mapping.note?.length));
  }

  /** A note may be a table with its number inside. */
  shown(value) {
    return typeof value === "object" && value ? value.number : value;
  }

  note(changes) {
    const { note } = this.mapping.keys;
    this.change({ note: typeof note === "object" ? changes : { number: note, ...changes } });
  }

  /** Another kind of target needs another kind of message. */
  chooseTarget() {
    const to = this.target.value;
    if (!to) return;
    const midi = this.outputs.find((output) => output.name === to).kind === "midi";
    const fits = midi === Boolean(MESSAGES[kindOf(this.mapping.keys)]?.midi);
    const kind = midi ? "cc" : "osc";
    this.change({ ...(fits ? {} : switched(kind, this.mapping.keys, this.suggested(kind))), to });
  }

  suggested(kind) {
    return kind === "osc" ? `/${this.mapping.name.replace(/[^\w-]+/g, "-")}` : MESSAGES[kind].first;
  }
}
