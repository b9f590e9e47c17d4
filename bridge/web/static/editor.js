// A strip's editor. Each change is saved at once; what is wrong with it is told here.

import { h, say } from "./dom.js";
import { part } from "./fields.js";
import { GoesPart } from "./goes.js";
import { RangePart } from "./range.js";
import { SourceList } from "./source.js";
import { FollowPart, GatePart, MorePart } from "./stages.js";

const SETTLE_MS = 150; // a key that is held down is one change

export class Editor {
  constructor(strip) {
    this.strip = strip;
    this.changes = {};
    const change = (changes) => this.change(changes);
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.sources = new SourceList((from) => this.change({ from }));
    this.range = new RangePart(change);
    this.parts = [this.range, new GoesPart(change), new FollowPart(change), new GatePart(change), new MorePart(change)];
    this.remove = h("button", { class: "danger", onclick: () => strip.ask("remove", { name: strip.mapping.name }, "Removed. Undo brings it back.") }, "Remove this mapping");
    const source = part("Source", this.sources.box);
    source.className = "source";
    this.panel = h("div", { class: "editor", hidden: true },
      this.error, source, ...this.parts.map((one) => one.box), h("p", { class: "end" }, this.remove));
  }

  change(changes) {
    for (const [key, value] of Object.entries(changes)) {
      const table = isTable(value) && isTable(this.changes[key]);
      this.changes[key] = table ? { ...this.changes[key], ...value } : value;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SETTLE_MS);
  }

  async send() {
    const { strip, changes } = this;
    this.changes = {};
    this.error.hidden = true;
    const done = await strip.ask("edit", { name: strip.mapping.name, changes }, "", (text) => {
      say(this.error, text);
      this.error.hidden = false;
    });
    if (!done) this.fill();
  }

  open() {
    this.panel.hidden = false;
    this.fill();
    this.sources.reveal();
  }

  fill() {
    const { mapping, whole } = this.strip;
    this.sources.about(whole.sources, mapping.from);
    for (const one of this.parts) one.fill(mapping, whole);
  }

  draw({ past, span }) {
    this.sources.draw();
    this.range.live(span);
    this.range.draw(past);
  }
}

function isTable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
