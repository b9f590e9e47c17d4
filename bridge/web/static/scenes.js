// The scenes: which is on, how long it still holds, and what each needs to begin.

import { h, say } from "./dom.js";
import { field, ms, row, show, time } from "./fields.js";

export class Scenes {
  constructor(ask) {
    this.ask = ask;
    this.chips = [];
    this.open = "";
    this.list = h("p", { class: "scenes" });
    this.when = h("input", { onchange: () => this.change({ when: this.when.value.trim() || null }) });
    this.least = time((min) => this.change({ min: min ?? "0 ms" }));
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.editor = h("div", { class: "panel scene-editor", hidden: true }, this.error,
      row(field("It is on while (the first scene that fits wins)", this.when), field("Holds at least (ms)", this.least),
        h("button", { onclick: () => this.toggle("") }, "Done")));
    this.box = h("div", { hidden: true }, this.list, this.editor);
  }

  about(scenes) {
    this.box.hidden = !scenes.length;
    this.chips = scenes.map((scene) => ({
      ...scene,
      chip: h("button", { class: "chip", "aria-expanded": String(this.open === scene.name), disabled: !scene.editable, title: scene.when ? `while ${scene.when}` : "always", onclick: () => this.toggle(scene.name) }, scene.name),
    }));
    this.list.replaceChildren(h("span", { class: "hint" }, "Scenes"), ...this.chips.map((s) => s.chip));
    this.fill();
  }

  toggle(name) {
    this.open = this.open === name ? "" : name;
    for (const { name: other, chip } of this.chips) chip.setAttribute("aria-expanded", other === this.open);
    this.fill();
  }

  fill() {
    const scene = this.chips.find(({ name }) => name === this.open);
    this.editor.hidden = !scene;
    if (!scene) return;
    show(this.when, scene.when);
    show(this.least, ms(scene.least));
  }

  async change(changes) {
    this.error.hidden = true;
    const done = await this.ask("scene", { name: this.open, changes }, "", (text) => {
      say(this.error, text);
      this.error.hidden = false;
    });
    if (!done) this.fill();
  }

  moment({ scene, held }) {
    for (const { name, least, chip } of this.chips) {
      const left = Math.ceil(least - held);
      chip.classList.toggle("on", scene === name);
      say(chip, scene === name && left > 0 ? `${name} · holds ${left} s` : name);
    }
  }
}
