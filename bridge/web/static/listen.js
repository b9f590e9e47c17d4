// What is heard: the log-mel spectrogram, the tags beside it, meters below.

import { h, say, meter, fit } from "./dom.js";
import { BANDS, COLUMNS } from "./past.js";
import { SOUND, TAGS } from "./colours.js";
import { Plane } from "./plane.js";

const TAG_FAMILIES = ["msd", "mtt"];
const FEW = 16;
const MANY = 6;
const SORT_MS = 1000;
const SHARPNESS = 20 / 255;

export class ListenView {
  id = "listen";
  name = "Listen";

  constructor(past) {
    this.past = past;
    this.names = [];
    this.rows = [];
    this.sortedAt = 0;
    this.column = 0;
    this.spectrum = new OffscreenCanvas(COLUMNS, BANDS);
    this.heat = new OffscreenCanvas(COLUMNS, FEW);
    this.build();
  }

  build() {
    this.sound = h("canvas", { class: "sound", role: "img", "aria-label": "Spectrogram of the last ten seconds" });
    this.activation = h("canvas", { class: "activation", role: "img", "aria-label": "Tags over the last ten seconds" });
    this.labels = h("ol", { class: "tags", "aria-label": "Tags" });
    this.silence = h("p", { class: "silence", hidden: true }, "Silence");
    this.where = h("p", { class: "where" });
    this.family = h("select", { "aria-label": "Which tags", onchange: () => this.choose() });
    this.order = choice("Order", ["strongest first", "model order"], () => this.choose());
    this.shape = choice("Scale", ["raw", "sharpened"], () => {});
    this.meters = h("div", { class: "panels" });
    this.panel = h("section", { class: "listen" },
      h("div", { class: "pictures" },
        h("figure", {}, h("figcaption", {}, "Sound", h("span", { class: "hint" }, "10 s, 0–8 kHz")),
          h("div", { class: "picture" }, this.sound, this.silence)),
        h("figure", {}, h("figcaption", {}, "Tags", this.family, this.order.box, this.shape.box),
          h("div", { class: "picture tagged" }, this.activation, this.labels))),
      this.where, this.meters);
  }

  about(about) {
    const key = about.key + about.scenes.map((scene) => scene.name).join();
    if (key === this.key) return;
    this.key = key;
    this.names = about.names.map((name, index) => ({ ...name, index, mean: 0 }));
    const families = [...new Set(this.names.map((name) => name.family))].filter((f) => TAG_FAMILIES.includes(f));
    this.family.replaceChildren(...families.map((f) => h("option", { value: f }, f === "msd" ? "50 tags (MSD)" : "50 tags (MTT)")));
    this.family.hidden = families.length < 2;
    this.scenes = about.scenes;
    this.buildMeters();
    this.choose();
  }

  buildMeters() {
    const panel = (title, ...content) => h("section", { class: "panel" }, h("h2", {}, title), ...content);
    const group = (title, names) => {
      for (const name of names) name.meter = meter(name.label, name.meaning);
      const all = h("div", { class: names.length > MANY ? "meters many" : "meters" }, ...names.map((name) => name.meter.row));
      return names.length ? panel(title, all) : null;
    };
    const of = (test) => this.names.filter(test);
    const plane = ["valence", "arousal"].map((slug) => of((n) => n.name.endsWith(`/${slug}`))[0]);
    this.plane = plane.every(Boolean) ? new Plane(...plane.map((name) => name.index)) : null;
    const others = (n) => ![...TAG_FAMILIES, "signal", "own"].includes(n.family) && !plane.includes(n);
    this.scene = this.scenes.length ? h("p", { class: "scene" }) : null;
    const parts = [
      group("Sound", of((n) => n.family === "signal" && !n.name.endsWith("/silence"))),
      group("Your descriptors", of((n) => n.family === "own")),
      group("Classifiers", of(others)),
      this.plane && panel("Arousal and valence", this.plane.canvas),
      this.scene && panel("Scene", this.scene),
    ];
    this.meters.replaceChildren(...parts.filter(Boolean));
  }

  choose() {
    const family = this.family.value || TAG_FAMILIES.find((f) => this.names.some((n) => n.family === f));
    this.tags = this.names.filter((name) => name.family === family);
    this.sortedAt = 0;
    const count = this.order.value() === "model order" ? this.tags.length : Math.min(FEW, this.tags.length);
    this.panel.classList.toggle("all", count > FEW);
    this.labels.replaceChildren();
    this.rows = Array.from({ length: count }, () => {
      const name = h("span", { class: "label" });
      const number = h("span", { class: "number" });
      const row = h("li", {}, name, number);
      this.labels.append(row);
      return { name, number, row };
    });
    this.heat = new OffscreenCanvas(COLUMNS, Math.max(1, count));
  }

  status(status) {
    if (status.waiting) return;
    this.state = status;
  }

  moment(moment) {
    const { values, silent } = this.past;
    if (values && values.length === this.names.length) {
      for (const name of this.names) name.meter?.set(values[name.index] / 255);
      this.plane?.push(values);
    }
    this.silence.hidden = !moment.silent;
    this.panel.classList.toggle("silent", silent);
    if (this.scene) {
      const scene = this.scenes.find((s) => s.name === moment.scene);
      const left = scene ? Math.max(0, scene.least - moment.held) : 0;
      say(this.scene, scene ? `${scene.name}${left ? ` · holds ${left.toFixed(0)} s more` : ""}` : "–");
    }
    this.showWhere(moment);
  }

  showWhere(moment) {
    const s = this.state;
    if (!s) return;
    const level = moment.level === null ? "waiting for sound" : moment.silent ? "silence" : `${moment.level.toFixed(0)} dBFS`;
    const delay = moment.delay === null ? "" : ` · delay ${moment.delay} ms`;
    say(this.where, `${s.source || "opening the sound"} · ${level} · engine ${s.engine || "…"} · window ${s.window} · ${s.rate} updates/s${delay}`);
  }

  draw(column) {
    this.drawSound(column);
    if (!this.tags?.length) return;
    this.sort();
    this.drawTags(column);
    this.plane?.draw();
  }

  drawSound(column) {
    const context = this.spectrum.getContext("2d");
    const image = (this.image ??= context.createImageData(COLUMNS, BANDS));
    const pixels = new Uint32Array(image.data.buffer);
    const { mel } = this.past;
    for (let x = 0; x < COLUMNS; x++) {
      const base = this.past.place(column - COLUMNS + x) * BANDS;
      for (let band = 0; band < BANDS; band++) {
        pixels[(BANDS - 1 - band) * COLUMNS + x] = base < 0 ? SOUND[0] : SOUND[mel[base + band]];
      }
    }
    context.putImageData(image, 0, 0);
    const [target, width, height] = fit(this.sound);
    target.imageSmoothingEnabled = true;
    target.drawImage(this.spectrum, 0, 0, width, height);
  }

  /** Strongest first by the mean of the last half second, anew once a second, so that it can be read. */
  sort() {
    const now = performance.now();
    if (now - this.sortedAt > SORT_MS) {
      this.sortedAt = now;
      if (this.order.value() === "strongest first") {
        this.tags.sort((a, b) => b.mean - a.mean || a.index - b.index);
      } else this.tags.sort((a, b) => a.index - b.index);
      this.rows.forEach((row, i) => say(row.name, this.tags[i].label));
    }
    const { values } = this.past;
    if (!values || values.length !== this.names.length) return;
    for (const tag of this.tags) tag.mean += (values[tag.index] - tag.mean) * 0.12;
    const sharp = this.shape.value() === "sharpened" ? this.softmax(values, 0) : null;
    this.rows.forEach((row, i) => {
      const value = sharp ? sharp[i] : values[this.tags[i].index] / 255;
      say(row.number, value.toFixed(2));
      row.row.style.setProperty("--value", value.toFixed(3));
    });
  }

  /** softmax(20 x) over the model's tags, in the order shown; `base`: where a column begins. */
  softmax(values, base) {
    const powers = this.tags.map((tag) => Math.exp(values[base + tag.index] * SHARPNESS));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  }

  drawTags(column) {
    const rows = this.rows.length;
    const context = this.heat.getContext("2d");
    const image = context.createImageData(COLUMNS, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const { ring, width: wide } = this.past;
    const sharpen = this.shape.value() === "sharpened";
    let before = null;
    let beforeKey = "";
    for (let x = 0; x < COLUMNS; x++) {
      const base = this.past.place(column - COLUMNS + x) * wide;
      let sharp = null;
      if (sharpen && base >= 0) {
        // Columns of one update are alike: only the first of them is worked out.
        const key = `${ring[base + this.tags[0].index]},${ring[base + this.tags[1].index]},${ring[base + this.tags[2].index]}`;
        sharp = key === beforeKey ? before : this.softmax(ring, base);
        before = sharp;
        beforeKey = key;
      }
      for (let row = 0; row < rows; row++) {
        const value = base < 0 ? 0 : sharp ? sharp[row] * 255 : Math.min(255, ring[base + this.tags[row].index] * 1.4);
        pixels[row * COLUMNS + x] = TAGS[value | 0];
      }
    }
    context.putImageData(image, 0, 0);
    const [target, width, height, scale] = fit(this.activation);
    target.imageSmoothingEnabled = false;
    target.drawImage(this.heat, 0, 0, width, height);
    target.fillStyle = "#0f1216";
    for (let row = 1; row < rows; row++) target.fillRect(0, (row * height) / rows, width, scale);
  }
}

function choice(label, options, changed) {
  const select = h("select", { "aria-label": label, onchange: changed }, ...options.map((o) => h("option", { value: o }, o)));
  return { box: select, value: () => select.value };
}
