// Arousal and valence as a point on their plane, with its trail.

import { h, fit } from "./dom.js";

const TRAIL = 60;

export class Plane {
  constructor(valence, arousal) {
    this.indices = [valence, arousal];
    this.trail = [];
    this.canvas = h("canvas", { class: "plane", role: "img", "aria-label": "Arousal and valence" });
  }

  push(values) {
    this.trail.push(this.indices.map((index) => values[index] / 255));
    if (this.trail.length > TRAIL) this.trail.shift();
    const [v, a] = this.trail[this.trail.length - 1];
    this.canvas.setAttribute("aria-label", `Valence ${v.toFixed(2)}, arousal ${a.toFixed(2)}`);
  }

  draw() {
    const [c, width, height, scale] = fit(this.canvas);
    c.clearRect(0, 0, width, height);
    c.strokeStyle = "#3a4350";
    c.lineWidth = scale;
    c.beginPath();
    c.moveTo(width / 2, 0); c.lineTo(width / 2, height);
    c.moveTo(0, height / 2); c.lineTo(width, height / 2);
    c.stroke();
    c.fillStyle = "#9aa6b5";
    c.font = `${11 * scale}px system-ui, sans-serif`;
    c.fillText("calm", width / 2 + 4 * scale, height - 5 * scale);
    c.fillText("excited", width / 2 + 4 * scale, 12 * scale);
    c.fillText("sad", 4 * scale, height / 2 - 4 * scale);
    c.textAlign = "right";
    c.fillText("happy", width - 4 * scale, height / 2 - 4 * scale);
    c.textAlign = "left";
    this.trail.forEach(([v, a], i) => {
      const last = i === this.trail.length - 1;
      c.fillStyle = last ? "#ffb454" : `rgba(76, 201, 176, ${(0.6 * i) / TRAIL})`;
      c.beginPath();
      c.arc(v * width, (1 - a) * height, (last ? 6 : 3) * scale, 0, 7);
      c.fill();
    });
  }
}
