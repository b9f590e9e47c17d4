// The part of the source that counts, over what came in the last minute, and the curve.

import { h, say, fit } from "./dom.js";
import { field, number, part, row, select, show } from "./fields.js";
import { Points } from "./points.js";

const BINS = 50;
const LEAST = 0.01;
const CURVES = { linear: "linear", exponential: "exponential", logarithmic: "logarithmic", "s-curve": "s-curve", power: "a power", points: "drawn by hand" };

export class RangePart {
  constructor(change) {
    this.change = change;
    this.histogram = h("canvas", { class: "histogram", role: "img", "aria-label": "How often which value came in the last minute" });
    const end = (name) => h("input", { type: "range", min: "0", max: "1", step: "0.01", "aria-label": name, onchange: () => this.span(), oninput: () => this.tell() });
    this.low = end("Range from");
    this.high = end("Range to");
    this.text = h("span", { class: "number" });
    this.auto = h("button", { "aria-pressed": "false", title: "Learn the range from what comes in", onclick: () => this.toggleAuto() }, "Automatic");
    this.invert = h("button", { "aria-pressed": "false", title: "Much becomes little", onclick: () => change({ invert: this.mapping.keys.invert === true ? null : true }) }, "Invert");
    this.curve = select(CURVES, () => this.chooseCurve());
    this.power = number((power) => change({ curve: power }), { min: "0.01", max: "100", step: "0.1" });
    this.powerField = field("Power", this.power);
    this.points = new Points((points) => change({ curve: points.map((point) => [...point]) }));
    this.box = part("Range that counts, and curve",
      h("div", { class: "span" }, this.histogram, this.low, this.high),
      row(this.text, this.auto, this.invert), row(field("Curve", this.curve), this.powerField), this.points.box);
  }

  fill(mapping) {
    this.mapping = mapping;
    const { keys } = mapping;
    const fixed = Array.isArray(mapping.in);
    if (fixed) { show(this.low, mapping.in[0]); show(this.high, mapping.in[1]); }
    this.low.disabled = this.high.disabled = !fixed;
    this.auto.setAttribute("aria-pressed", !fixed);
    this.invert.setAttribute("aria-pressed", keys.invert === true);
    const kind = Array.isArray(keys.curve) ? "points" : typeof keys.curve === "number" ? "power" : keys.curve ?? "linear";
    show(this.curve, kind);
    this.powerField.hidden = kind !== "power";
    if (kind === "power") show(this.power, keys.curve);
    this.points.box.hidden = kind !== "points";
    if (kind === "points") this.points.set(keys.curve);
    this.tell();
  }

  /** The range in use: as set, or as learned so far. */
  live(span) {
    this.learned = span;
    if (this.low.disabled) this.tell();
  }

  tell() {
    const ends = this.low.disabled ? this.learned ?? [0, 1] : [this.low.value, this.high.value];
    const words = ends.map((value) => Number(value).toFixed(2)).join(" to ");
    say(this.text, this.low.disabled ? `${words}, learned` : words);
  }

  span() {
    const ends = [Number(this.low.value), Number(this.high.value)].sort((a, b) => a - b);
    if (ends[1] - ends[0] < LEAST) {
      ends[1] = Math.min(1, ends[0] + LEAST);
      ends[0] = Math.min(ends[0], ends[1] - LEAST);
    }
    this.change({ in: ends.map((value) => Math.round(value * 100) / 100) });
  }

  /** Without "automatic", what was learned so far stays. */
  toggleAuto() {
    const fixed = Array.isArray(this.mapping.in);
    this.change({ in: fixed ? "auto" : (this.learned ?? [0.2, 0.8]).map((value) => Math.round(value * 100) / 100) });
  }

  chooseCurve() {
    const kind = this.curve.value;
    if (kind === "power") this.change({ curve: 2 });
    else if (kind === "points") this.change({ curve: this.sampled() });
    else this.change({ curve: kind === "linear" ? null : kind });
  }

  /** The curve as it is, as a few points to begin with. */
  sampled() {
    const { curve, keys } = this.mapping;
    return [0, 0.25, 0.5, 0.75, 1].map((x) => {
      const at = keys.invert === true ? 1 - x : x;
      const [, y] = curve.reduce((best, point) => (Math.abs(point[0] - at) < Math.abs(best[0] - at) ? point : best));
      return [x, Math.round(y * 100) / 100];
    });
  }

  draw(past) {
    const [c, width, height] = fit(this.histogram);
    const bins = new Array(BINS).fill(0);
    for (const value of past) bins[Math.min(BINS - 1, Math.floor(value * BINS))]++;
    const most = Math.max(1, ...bins);
    const [low, high] = this.low.disabled ? this.learned ?? [0, 1] : [this.low.value, this.high.value].map(Number).sort((a, b) => a - b);
    c.clearRect(0, 0, width, height);
    bins.forEach((count, i) => {
      const middle = (i + 0.5) / BINS;
      c.fillStyle = middle >= low && middle <= high ? "#4cc9b0" : "#42505f";
      const tall = Math.sqrt(count / most) * height;
      c.fillRect((i * width) / BINS, height - tall, width / BINS - 1, tall);
    });
  }
}
