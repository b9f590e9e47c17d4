// A curve drawn by hand: points to drag, or to move with the arrow keys.

import { h } from "./dom.js";

const STEP = 0.01;
const MOST = 128;
const QUIET_MS = 800;
const SVG = "http://www.w3.org/2000/svg";
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Points {
  /** changed: gets [[x, y], …], all in 0..1, from left to right. */
  constructor(changed) {
    this.changed = changed;
    this.points = [];
    this.changedAt = -QUIET_MS;
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 1 1");
    svg.setAttribute("preserveAspectRatio", "none");
    this.line = document.createElementNS(SVG, "polyline");
    svg.append(this.line);
    this.area = h("div", { class: "points", role: "group", "aria-label": "Points of the curve", onpointerdown: (event) => event.target === event.currentTarget && this.add(event) }, svg);
    this.hint = h("p", { class: "hint" }, "Drag a point, click to add one. Keys: arrows move it, Delete removes it.");
    this.box = h("div", { hidden: true }, this.area, this.hint);
  }

  /** What the file says: shown once the hand rests, for an older state may still be on its way. */
  set(points) {
    clearTimeout(this.timer);
    const wait = this.held ? QUIET_MS : this.changedAt + QUIET_MS - performance.now();
    if (wait > 0) {
      this.timer = setTimeout(() => this.set(points), wait);
      return;
    }
    this.points = points.map(([x, y]) => [x, y]);
    this.draw();
  }

  draw() {
    const knobs = [...this.area.querySelectorAll("button")];
    while (knobs.length > this.points.length) knobs.pop().remove();
    while (knobs.length < this.points.length) {
      const knob = this.knob(knobs.length);
      this.area.append(knob);
      knobs.push(knob);
    }
    this.points.forEach(([x, y], i) => {
      knobs[i].style.left = `${x * 100}%`;
      knobs[i].style.bottom = `${y * 100}%`;
      knobs[i].setAttribute("aria-label", `Point ${i + 1} of ${this.points.length}: ${x.toFixed(2)} becomes ${y.toFixed(2)}`);
    });
    // Before the first point and after the last its height holds.
    const [first, last] = [this.points[0], this.points.at(-1)];
    const all = [[0, first[1]], ...this.points, [1, last[1]]];
    this.line.setAttribute("points", all.map(([x, y]) => `${x},${1 - y}`).join(" "));
  }

  knob(index) {
    const knob = h("button", { class: "knob" });
    const move = (event) => this.held && this.move(index, ...this.place(event));
    const leave = () => {
      if (this.held !== knob) return;
      this.held = null;
      this.tell();
    };
    knob.addEventListener("pointerdown", (event) => { this.held = knob; knob.setPointerCapture(event.pointerId); });
    knob.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) knob.addEventListener(end, leave);
    knob.addEventListener("keydown", (event) => this.key(event, index));
    return knob;
  }

  key(event, index) {
    const by = KEYS[event.key];
    const [x, y] = this.points[index];
    const step = event.shiftKey ? 10 * STEP : STEP;
    if (by) this.move(index, x + by[0] * step, y + by[1] * step);
    else if (["Delete", "Backspace"].includes(event.key) && this.points.length > 2) {
      this.points.splice(index, 1);
      this.draw();
      this.area.querySelectorAll("button")[Math.min(index, this.points.length - 1)].focus();
    } else return;
    event.preventDefault();
    this.tell();
  }

  tell() {
    this.changedAt = performance.now();
    this.changed(this.points);
  }

  /** Where on the curve a pointer is. */
  place(event) {
    const box = this.area.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  }

  /** A point stays between its neighbours. */
  move(index, x, y) {
    const low = index ? this.points[index - 1][0] + STEP : 0;
    const high = index < this.points.length - 1 ? this.points[index + 1][0] - STEP : 1;
    this.points[index] = [round(Math.max(low, Math.min(high, x))), round(Math.max(0, Math.min(1, y)))];
    this.draw();
  }

  add(event) {
    const [x, y] = this.place(event).map((v) => round(Math.max(0, Math.min(1, v))));
    if (this.points.length >= MOST || this.points.some((point) => Math.abs(point[0] - x) < STEP)) return;
    const index = this.points.filter((point) => point[0] < x).length;
    this.points.splice(index, 0, [x, y]);
    this.draw();
    this.area.querySelectorAll("button")[index].focus();
    event.preventDefault();
    this.tell();
  }
}

function round(value) {
  return Math.round(value * 100) / 100;
}
