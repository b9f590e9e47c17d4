// Teaching a descriptor: hold "now" while it is there, "not now" while it is not.

import { h, say } from "./dom.js";

const LOOK_MS = 700;
const FEWEST = 8;

export class LearnView {
  id = "learn";
  name = "Learn";
  acts = true;

  constructor(ask) {
    this.ask = ask;
    this.now = this.holder("Now", true);
    this.notNow = this.holder("Not now", false);
    this.counts = h("p", { class: "hint", role: "status" });
    this.takes = h("ol", { class: "takes", "aria-label": "Examples" });
    this.word = h("input", { id: "learn-name", placeholder: "big-drop" });
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.said = h("p", { class: "said", role: "status", hidden: true });
    this.learned = h("ol", { class: "takes", "aria-label": "Learned descriptors" });
    this.save = h("button", { class: "main", onclick: () => this.learn() }, "Learn it");
    this.panel = h("section", { class: "begin" },
      h("section", { class: "panel" }, h("h2", {}, "Teach a descriptor of your own"),
        h("p", { class: "hint" }, "While music plays, hold “Now” as long as what you mean is there, and “Not now” as long as it is not. A few stretches of each are best."),
        h("div", { class: "holders" }, this.now, this.notNow), this.counts, this.takes),
      h("section", { class: "panel" }, h("h2", {}, "Give it a name"),
        h("div", { class: "row" }, h("label", { class: "field" }, h("span", {}, "Its name: mappings will call it learned/NAME"), this.word), this.save),
        this.error, this.said),
      h("section", { class: "panel" }, h("h2", {}, "Learned before"), this.learned));
    setInterval(() => this.look(), LOOK_MS);
  }

  holder(text, yes) {
    const button = h("button", { class: "holder", "aria-pressed": "false" }, text);
    const hold = (event) => {
      if (event.repeat || this.held === button) return;
      this.held = button;
      button.setAttribute("aria-pressed", "true");
      this.mark(yes);
    };
    const leave = () => {
      if (this.held !== button) return;
      this.held = null;
      button.setAttribute("aria-pressed", "false");
      this.mark(null);
    };
    button.addEventListener("pointerdown", (event) => { button.setPointerCapture(event.pointerId); hold(event); });
    for (const end of ["pointerup", "pointercancel", "blur"]) button.addEventListener(end, leave);
    button.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && (event.preventDefault(), hold(event)));
    button.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && leave());
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    return button;
  }

  fail(text) {
    say(this.error, text);
    this.error.hidden = false;
  }

  async mark(yes) {
    this.error.hidden = true;
    this.show(await this.ask("mark", { yes }, "", (text) => this.fail(text)));
  }

  opened() {
    this.look();
  }

  async look() {
    if (this.panel.hidden || document.hidden || this.looking) return;
    this.looking = true;
    this.show(await this.ask("lesson", {}, "", () => {}));
    this.looking = false;
  }

  show(state) {
    if (!state) return;
    const count = (yes) => state.takes.filter((take) => take.yes === yes).reduce((sum, take) => sum + take.count, 0);
    say(this.counts, `${count(true)} examples of “now”, ${count(false)} of “not now” (each needs ${FEWEST}, four come a second)`);
    const key = JSON.stringify(state);
    if (key === this.key) return;
    this.key = key;
    this.takes.replaceChildren(...state.takes.map((take, place) => h("li", {},
      h("span", { class: take.yes ? "yes" : "no" }, take.yes ? "now" : "not now"),
      h("span", {}, `at ${take.since.toFixed(1)} s, ${take.count} examples`),
      h("button", { "aria-label": `Remove the example at ${take.since.toFixed(1)} s`, onclick: async () => this.show(await this.ask("unmark", { place })) }, "Remove"))));
    this.learned.replaceChildren(...(state.learned.length ? state.learned.map((name) => h("li", {}, h("span", {}, `learned/${name}`), h("span", {}),
      h("button", { "aria-label": `Remove learned/${name}`, onclick: async () => this.show(await this.ask("forget", { name })) }, "Remove"))) : [h("li", { class: "hint" }, "nothing yet")]));
  }

  async learn() {
    this.error.hidden = this.said.hidden = true;
    const done = await this.ask("learn", { name: this.word.value.trim() }, "", (text) => this.fail(text));
    if (!done) return;
    say(this.said, `learned/${this.word.value.trim()} can be used in every mapping. It is ${done.said}.`);
    this.said.hidden = false;
    this.show(done);
  }
}
