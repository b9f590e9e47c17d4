// The mapping as strips of a mixing desk.

import { h, say } from "./dom.js";
import { Strip } from "./strip.js";
import { Adder } from "./adder.js";

export class MapView {
  id = "map";
  name = "Map";

  /** ask(what, wanted, done): sends a command, and tells its failure. */
  constructor(ask) {
    this.ask = ask;
    this.strips = new Map();
    this.list = h("ol", { class: "strips", "aria-label": "Mappings" });
    this.scenes = h("p", { class: "scenes" });
    this.file = h("p", { class: "file hint" });
    this.undo = h("button", { onclick: () => this.ask("undo", {}, "Undone.") }, "Undo");
    this.adder = new Adder(ask);
    this.panel = h("section", { class: "map" },
      h("div", { class: "tools" },
        h("button", { class: "main", id: "add", onclick: () => this.adder.open(this.state) }, "Add a mapping"),
        this.undo, this.file),
      this.scenes, this.adder.panel, this.list);
  }

  about(about) {
    this.state = about;
    const where = about.shipped ? "a shipped mapping: your first change makes a copy of your own" : `${about.folder}/${about.file}`;
    say(this.file, where);
    const names = about.mappings.map((mapping) => mapping.name);
    for (const [name, strip] of this.strips) {
      if (!names.includes(name)) {
        strip.row.remove();
        this.strips.delete(name);
      }
    }
    about.mappings.forEach((mapping, index) => {
      let strip = this.strips.get(mapping.name);
      if (!strip) {
        strip = new Strip(this.ask);
        this.strips.set(mapping.name, strip);
      }
      strip.about(mapping, about);
      if (this.list.children[index] !== strip.row) this.list.insertBefore(strip.row, this.list.children[index] ?? null);
    });
    this.scenes.hidden = !about.scenes.length;
    this.chips = about.scenes.map((scene) => ({ ...scene, chip: h("span", { class: "chip" }, scene.name) }));
    this.scenes.replaceChildren(h("span", { class: "hint" }, "Scenes"), ...this.chips.map((s) => s.chip));
  }

  moment(moment) {
    for (const { name, least, chip } of this.chips ?? []) {
      const on = moment.scene === name;
      const left = Math.ceil(least - moment.held);
      chip.classList.toggle("on", on);
      say(chip, on && left > 0 ? `${name} · holds ${left} s` : name);
    }
    for (const [name, live] of Object.entries(moment.strips)) this.strips.get(name)?.moment(live);
  }

  draw() {
    for (const strip of this.strips.values()) strip.draw();
  }
}
