// A strip's editor. Each change is saved at once; what is wrong with it is told here.

import { h, say, fit } from "./dom.js";
import { SourceList } from "./source.js";
import { message, MESSAGES } from "./message.js";

const CURVES = ["linear", "exponential", "logarithmic", "s-curve"];
const BINS = 50;

export class Editor {
  constructor(strip) {
    this.strip = strip;
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.sources = new SourceList((from) => this.change({ from }));
    this.histogram = h("canvas", { class: "histogram", role: "img", "aria-label": "How often which value came in the last minute" });
    const end = (name) => h("input", { type: "range", min: "0", max: "1", step: "0.01", "aria-label": name, onchange: () => this.span(), oninput: () => this.showSpan() });
    this.low = end("Range from");
    this.high = end("Range to");
    this.spanText = h("span", { class: "number" });
    this.auto = h("button", { "aria-pressed": "false", onclick: () => this.change({ in: this.strip.mapping.in === "auto" ? [0.2, 0.8] : "auto" }) }, "Automatic");
    this.curve = h("select", { onchange: () => this.change({ curve: this.curve.value === "linear" ? null : this.curve.value }) }, ...CURVES.map((c) => h("option", { value: c }, c)));
    const time = () => h("input", { type: "number", min: "0", max: "60000", step: "50", onchange: () => this.smooth() });
    this.attack = time();
    this.release = time();
    const bound = () => h("input", { type: "number", step: "any", onchange: () => this.change({ out: [Number(this.from.value), Number(this.to.value)] }) });
    this.from = bound();
    this.to = bound();
    this.target = h("select", { onchange: () => this.change({ to: this.target.value }) });
    this.kind = h("select", { onchange: () => this.send(true) }, ...Object.entries(MESSAGES).map(([key, words]) => h("option", { value: key }, words.label)));
    this.detail = h("input", { onchange: () => this.send() });
    this.remove = h("button", { class: "danger", onclick: () => strip.ask("remove", { name: strip.mapping.name }, "Removed. Undo brings it back.") }, "Remove this mapping");
    const field = (text, ...inside) => h("label", { class: "field" }, h("span", {}, text), ...inside);
    this.panel = h("div", { class: "editor", hidden: true },
      this.error,
      h("fieldset", {}, h("legend", {}, "Source"), this.sources.box),
      h("fieldset", {}, h("legend", {}, "Range that counts"),
        h("div", { class: "span" }, this.histogram, this.low, this.high), h("div", { class: "row" }, this.spanText, this.auto),
        h("div", { class: "row" }, field("Curve", this.curve), field("Rises in (ms)", this.attack), field("Falls in (ms)", this.release))),
      h("fieldset", {}, h("legend", {}, "Goes to"),
        h("div", { class: "row" }, field("Target", this.target), field("Message", this.kind), field("Number or address", this.detail)),
        h("div", { class: "row" }, field("Little becomes", this.from), field("Much becomes", this.to)), this.remove));
  }

  async change(changes) {
    const { strip } = this;
    this.error.hidden = true;
    const done = await strip.ask("edit", { name: strip.mapping.name, changes }, "", (text) => {
      say(this.error, text);
      this.error.hidden = false;
    });
    if (!done) this.fill();
  }

  fill() {
    const { mapping, whole } = this.strip;
    const { keys } = mapping;
    this.sources.about(whole.sources);
    const set = (input, value) => document.activeElement !== input && (input.value = value);
    const fixed = Array.isArray(mapping.in);
    if (fixed) { set(this.low, mapping.in[0]); set(this.high, mapping.in[1]); }
    this.low.disabled = this.high.disabled = !fixed;
    this.auto.setAttribute("aria-pressed", !fixed);
    this.showSpan();
    const curve = typeof keys.curve === "string" || !keys.curve ? keys.curve ?? "linear" : "of the file's own";
    if (![...this.curve.options].some((o) => o.value === curve)) this.curve.append(h("option", { value: curve, disabled: true }, curve));
    set(this.curve, curve);
    const smooth = typeof keys.smooth === "object" && keys.smooth ? keys.smooth : { attack: keys.smooth, release: keys.smooth };
    set(this.attack, ms(smooth.attack));
    set(this.release, ms(smooth.release));
    set(this.from, mapping.out[0]);
    set(this.to, mapping.out[1]);
    this.target.replaceChildren(...whole.outputs.map((o) => h("option", { value: o.name }, `${o.name} (${o.kind.toUpperCase()})`)));
    this.target.value = mapping.to[0] ?? "";
    const kind = Object.keys(MESSAGES).find((key) => key in keys) ?? "";
    set(this.kind, kind);
    this.kind.disabled = this.detail.disabled = !kind;
    set(this.detail, kind ? String(keys[kind]) : "");
  }

  showSpan() {
    say(this.spanText, this.low.disabled ? "learned from the last minute" : `${Number(this.low.value).toFixed(2)} to ${Number(this.high.value).toFixed(2)}`);
  }

  span() {
    const ends = [Number(this.low.value), Number(this.high.value)].sort((a, b) => a - b);
    if (ends[1] - ends[0] < 0.01) ends[1] = Math.min(1, ends[0] + 0.01);
    if (ends[1] - ends[0] < 0.005) ends[0] -= 0.01;
    this.change({ in: ends });
  }

  smooth() {
    const table = {};
    if (Number(this.attack.value)) table.attack = `${Number(this.attack.value)} ms`;
    if (Number(this.release.value)) table.release = `${Number(this.release.value)} ms`;
    this.change({ smooth: Object.keys(table).length ? table : null });
  }

  send(other = false) {
    const { keys } = this.strip.mapping;
    const old = Object.keys(MESSAGES).find((key) => key in keys);
    const next = message(this.kind.value, other ? MESSAGES[this.kind.value].first : this.detail.value);
    const changes = old === this.kind.value ? next : { [old]: null, ...next };
    if (other && this.kind.value === "osc" && "channel" in keys) changes.channel = null;
    this.change(changes);
  }

  draw(past) {
    this.sources.draw();
    const [c, width, height] = fit(this.histogram);
    const bins = new Array(BINS).fill(0);
    for (const value of past) bins[Math.min(BINS - 1, Math.floor(value * BINS))]++;
    const most = Math.max(1, ...bins);
    c.clearRect(0, 0, width, height);
    bins.forEach((count, i) => {
      const inside = !this.low.disabled && (i + 0.5) / BINS >= this.low.value && (i + 0.5) / BINS <= this.high.value;
      c.fillStyle = inside ? "#4cc9b0" : "#42505f";
      const tall = Math.sqrt(count / most) * height;
      c.fillRect((i * width) / BINS, height - tall, width / BINS - 1, tall);
    });
  }
}

/** "1.5 s" or "200 ms" as milliseconds. */
function ms(time) {
  const found = /^([\d.]+)\s*(ms|s|min)$/.exec(time ?? "");
  return found ? Math.round(Number(found[1]) * { ms: 1, s: 1000, min: 60000 }[found[2]]) : 0;
}
