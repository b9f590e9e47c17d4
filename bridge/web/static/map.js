// The mapping as strips of a mixing desk.

import { h, say } from "./dom.js";
import { Strip } from "./strip.js";
import { Adder } from "./adder.js";
import { Scenes } from "./scenes.js";

export class MapView {
  id = "map";
  name = "Map";

  /** ask(what, wanted, done): sends a command, and tells its failure. */
  constructor(ask) {
    this.ask = ask;
    this.strips = new Map();
    this.list = h("ol", { class: "strips", "aria-label": "Mappings" });
    this.scenes = new Scenes(ask);
    this.file = h("p", { class: "file hint" });
    this.undo = h("button", { onclick: () => this.ask("undo", {}, "Undone.") }, "Undo");
    this.adder = new Adder(ask);
    this.panel = h("section", { class: "map" },
      h("div", { class: "tools" },
        h("button", { class: "main", id: "add", onclick: () => this.adder.open(this.state) }, "Add a mapping"),
        this.undo, this.file),
      this.scenes.box, this.adder.panel, this.list);
  }

  about(about) {
    this.state = about;
    const where = about.shipped ? "a shipped mapping: your first change makes a copy of your own" : `${about.folder}/${about.file}`;
    say(this.file, where);
    this.keepRenamed(about.mappings.map((mapping) => mapping.name));
    about.mappings.forEach((mapping, index) => {
      let strip = this.strips.get(mapping.name);
      if (!strip) {
        strip = new Strip(this.ask);
        this.strips.set(mapping.name, strip);
      }
      strip.about(mapping, about);
      if (this.list.children[index] !== strip.row) this.list.insertBefore(strip.row, this.list.children[index] ?? null);
    });
    this.scenes.about(about.scenes);
    this.showAdded();
  }

  /** A new strip may stand far below: the view goes there. */
  showAdded() {
    const strip = this.strips.get(this.adder.added);
    if (!strip) return;
    this.adder.added = "";
    strip.row.scrollIntoView({ block: "center" });
    strip.edit.focus();
  }

  /** Strips that are gone leave; one that only got another name stays as it is, also open. */
  keepRenamed(names) {
    const gone = [...this.strips.keys()].filter((name) => !names.includes(name));
    const come = names.filter((name) => !this.strips.has(name));
    if (gone.length === 1 && come.length === 1 && names.length === this.strips.size) {
      this.strips.set(come[0], this.strips.get(gone[0]));
    } else for (const name of gone) this.strips.get(name).row.remove();
    for (const name of gone) this.strips.delete(name);
  }

  moment(moment) {
    this.scenes.moment(moment);
    for (const [name, live] of Object.entries(moment.strips)) this.strips.get(name)?.moment(live);
  }

  draw() {
    for (const strip of this.strips.values()) strip.draw();
  }
}
