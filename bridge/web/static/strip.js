// One mapping: what comes in, the curve, what goes out, and its editor.

import { h, say, fit } from "./dom.js";
import { Editor } from "./editor.js";

const KEPT = 600; // source values, ten a second: the last minute
const KEEP_MS = 100;

export class Strip {
  constructor(ask) {
    this.ask = ask;
    this.past = [];
    this.keptAt = 0;
    this.build();
  }

  build() {
    const act = (what) => () => this.ask(what, { name: this.mapping.name });
    this.title = h("h3", {});
    this.from = h("p", { class: "from" });
    this.source = h("div", { class: "fill" });
    this.sourceNumber = h("span", { class: "number" });
    this.range = h("div", { class: "range" });
    this.curve = h("canvas", { class: "curve", role: "img" });
    this.smooth = h("p", { class: "hint" });
    this.out = h("div", { class: "fill warm" });
    this.value = h("span", { class: "big" });
    this.target = h("p", { class: "from" });
    this.last = h("p", { class: "last" });
    this.mute = h("button", { "aria-pressed": "false", title: "Silence this one", onclick: act("mute") }, "Mute");
    this.solo = h("button", { "aria-pressed": "false", title: "Only this one", onclick: act("solo") }, "Solo");
    this.sweep = h("button", { "aria-pressed": "false", title: "Move this control alone, there and back, for MIDI learn", onclick: act("sweep") }, "Sweep");
    this.edit = h("button", { "aria-expanded": "false", onclick: () => this.toggle() }, "Edit");
    this.editor = new Editor(this);
    this.row = h("li", { class: "strip panel" },
      h("div", { class: "name" }, this.title, this.from),
      h("div", { class: "in" }, h("div", { class: "bar" }, this.source, this.range), this.sourceNumber),
      h("div", { class: "shape" }, this.curve, this.smooth),
      h("div", { class: "goes" }, this.value, h("div", { class: "bar" }, this.out)),
      h("div", { class: "to" }, this.target, this.last),
      h("div", { class: "buttons" }, this.mute, this.solo, this.sweep, this.edit),
      this.editor.panel);
  }

  toggle(open = this.editor.panel.hidden) {
    this.edit.setAttribute("aria-expanded", open);
    say(this.edit, open ? "Done" : "Edit");
    if (open) this.editor.open();
    else this.editor.panel.hidden = true;
  }

  about(mapping, whole) {
    this.mapping = mapping;
    this.whole = whole;
    this.row.dataset.name = mapping.name;
    say(this.title, mapping.name);
    say(this.from, label(mapping.from, whole) + (mapping.members > 1 ? ` · ${mapping.members} of them` : ""));
    if (mapping.from !== this.driven) this.past = [];
    this.driven = mapping.from;
    this.curve.setAttribute("aria-label", `Curve: ${Array.isArray(mapping.keys.curve) ? "drawn by hand" : mapping.keys.curve ?? "linear"}`);
    say(this.smooth, followed(mapping));
    this.smooth.title = mapping.follow ? "how slowly it follows, on the way up and down" : "";
    say(this.target, `${mapping.message} → ${mapping.to.join(", ")}`);
    for (const [button, on] of [[this.mute, mapping.muted], [this.solo, mapping.solo], [this.sweep, whole.sweeping === mapping.name]]) {
      button.setAttribute("aria-pressed", on);
    }
    say(this.sweep, whole.sweeping === mapping.name ? "Stop" : "Sweep");
    this.edit.disabled = !mapping.editable;
    this.edit.title = mapping.editable ? "" : "It stands in another file, or the file has mistakes";
    if (!this.editor.panel.hidden) this.editor.fill();
  }

  moment([source, value, active, message, member, span]) {
    this.live = { source, span };
    this.showSpan(span);
    const now = performance.now();
    if (source !== null && now - this.keptAt > KEEP_MS) {
      this.keptAt = now;
      this.past.push(source);
      if (this.past.length > KEPT) this.past.shift();
    }
    this.row.classList.toggle("idle", !active);
    this.source.style.transform = `scaleX(${source ?? 0})`;
    say(this.sourceNumber, source === null ? "–" : source.toFixed(2));
    const [low, high] = this.mapping.out;
    this.out.style.transform = `scaleX(${value === null ? 0 : Math.min(1, Math.max(0, (value - low) / (high - low)))})`;
    say(this.value, value === null ? "–" : this.mapping.starts ? (value >= 0.5 ? "on" : "off") : number(value, high - low));
    say(this.last, (member ? `${member}: ` : "") + message);
  }

  /** Marks the part of the source that counts. */
  showSpan([low, high]) {
    this.range.hidden = low <= 0 && high >= 1;
    this.range.style.left = `${low * 100}%`;
    this.range.style.width = `${(high - low) * 100}%`;
  }

  draw() {
    if (!this.live) return;
    const { curve, gate } = this.mapping;
    const { source, span } = this.live;
    const [c, width, height, scale] = fit(this.curve);
    const pad = 5 * scale;
    const at = (x, y) => [pad + x * (width - 2 * pad), height - pad - y * (height - 2 * pad)];
    c.clearRect(0, 0, width, height);
    c.strokeStyle = "#5b6878";
    c.lineWidth = 2 * scale;
    c.beginPath();
    for (const [x, y] of curve) c.lineTo(...at(x, y));
    c.stroke();
    if (gate) {
      c.setLineDash([3 * scale, 3 * scale]);
      for (const level of [gate.on, gate.off]) { c.beginPath(); c.moveTo(...at(0, level)); c.lineTo(...at(1, level)); c.stroke(); }
      c.setLineDash([]);
    }
    if (source !== null) {
      const x = Math.min(1, Math.max(0, (source - span[0]) / (span[1] - span[0])));
      c.fillStyle = "#ffb454";
      c.beginPath();
      c.arc(...at(x, heightAt(curve, x)), 5 * scale, 0, 7);
      c.fill();
    }
    if (!this.editor.panel.hidden) this.editor.draw({ past: this.past, span });
  }
}

/** The curve's height at x, between the two points that it lies between. */
function heightAt(curve, x) {
  const right = Math.max(1, curve.findIndex((point) => point[0] >= x));
  const [[x0, y0], [x1, y1]] = [curve[right - 1], curve[right]];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

function followed({ follow, gate }) {
  if (!follow && gate) return `on ≥ ${gate.on.toFixed(2)}, off ≤ ${gate.off.toFixed(2)}`;
  if (!follow) return "no smoothing";
  if ("beta" in follow) return "adaptive (1€)";
  const words = (seconds) => (seconds >= 1 ? `${+seconds.toFixed(1)} s` : `${Math.round(seconds * 1000)} ms`);
  return `↑ ${words(follow.attack)}  ↓ ${words(follow.release)}`;
}

/** A source as a musician reads it: the label of a name alone, or the expression. */
export function label(from, whole) {
  const found = whole.sources.filter((s) => s.name === from || s.name.endsWith(`/${from}`));
  return found.length ? found[0].label : from;
}

function number(value, width) {
  return value.toFixed(Math.abs(width) > 20 ? 0 : Math.abs(width) > 2 ? 1 : 2);
}
