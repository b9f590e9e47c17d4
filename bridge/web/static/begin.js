// The assistant: sound, target, mapping, in three steps.

import { h, say, toast } from "./dom.js";

const LOOK_MS = 4000;
const KINDS = { loopbacks: ["loopback", "What this computer plays"], microphones: ["microphone", "Microphones and inputs"] };

export class BeginView {
  id = "begin";
  name = "Begin";
  acts = true;

  constructor(ask) {
    this.ask = ask;
    this.levels = new Map();
    this.devices = []; // each with its button
    this.sound = h("div", { class: "choices" }, h("p", { class: "hint" }, "Looking for devices…"));
    this.now = h("p", { class: "hint" });
    this.target = h("select", { id: "begin-target", onchange: () => this.showTarget() }, h("option", { value: "osc" }, "an OSC receiver"));
    this.where = h("input", { id: "begin-where", value: "127.0.0.1:9000" });
    this.mappings = h("div", { class: "choices", role: "radiogroup", "aria-label": "Mapping" });
    this.whereField = h("label", { class: "field" }, h("span", {}, "Host and port"), this.where);
    this.advice = h("p", { class: "hint" });
    this.error = h("p", { class: "error", role: "alert", hidden: true });
    this.phone = h("section", { class: "panel", hidden: true });
    this.panel = h("section", { class: "begin" },
      h("section", { class: "panel" }, h("h2", {}, "1. Pick the sound"), this.sound, this.now),
      h("section", { class: "panel" }, h("h2", {}, "2. Pick where it goes"),
        h("div", { class: "row" }, h("label", { class: "field" }, h("span", {}, "Send to"), this.target), this.whereField,
          h("button", { onclick: () => this.test() }, "Send a test")), this.advice),
      h("section", { class: "panel" }, h("h2", {}, "3. Pick what it does"), this.mappings,
        this.error, h("button", { class: "main", id: "begin-now", onclick: () => this.begin() }, "Begin")),
      this.phone);
    setInterval(() => this.look(), LOOK_MS);
  }

  opened() {
    this.look();
  }

  async look() {
    if (this.panel.hidden || document.hidden || this.looking) return;
    this.looking = true;
    const found = await this.ask("devices", {}, "", (text) => this.sound.replaceChildren(h("p", { class: "hint" }, text)));
    this.looking = false;
    if (found) this.show(found);
  }

  show(found) {
    const key = JSON.stringify([found.loopbacks, found.microphones, found.midi_outputs, found.advice]);
    if (key !== this.key) {
      this.key = key;
      this.showDevices(found);
      this.showTargets(found);
    }
    for (const [device, fill] of this.levels) {
      const level = found.levels[device];
      fill.style.transform = `scaleX(${level === undefined ? 0 : Math.max(0, 1 + level / 60)})`;
    }
    if (!this.mappings.children.length) this.showMappings(found.mappings);
    this.phone.hidden = !found.address;
    if (found.address && !this.phone.children.length) {
      this.phone.append(h("h2", {}, "On a phone"), h("img", { src: found.code, alt: "QR code of the dashboard's address", class: "code" }), h("p", { class: "hint" }, "Point its camera here."));
    }
  }

  showDevices(found) {
    this.levels.clear();
    this.devices = [];
    const parts = Object.entries(KINDS).flatMap(([list, [kind, title]]) => [
      h("h3", {}, title),
      ...found[list].map((device) => {
        const fill = h("div", { class: "fill" });
        this.levels.set(`${kind}:${device}`, fill);
        const listen = h("button", { "aria-label": `Listen to ${device}`, "aria-pressed": "false", onclick: () => this.ask("listen", { kind, device }, `Listening to ${device}.`) }, "Listen");
        this.devices.push([device, listen]);
        return h("div", { class: "device" }, h("span", { class: "label" }, device), h("div", { class: "bar" }, fill), listen);
      }),
      found[list].length ? null : h("p", { class: "advice" }, list === "microphones" && found.advice[list] === found.advice.loopbacks ? "As above." : found.advice[list] ?? "None."),
    ]);
    this.sound.replaceChildren(...parts.filter(Boolean));
  }

  showTargets(found) {
    const chosen = this.target.value;
    const midi = !found.advice.midi_outputs;
    this.target.replaceChildren(
      h("option", { value: "osc" }, "an OSC receiver"),
      ...found.midi_outputs.map((port) => h("option", { value: `midi:${port}` }, `MIDI: ${port}`)),
      ...(midi ? [h("option", { value: "virtual" }, "a new MIDI port called tagwire")] : []));
    this.target.value = [...this.target.options].some((o) => o.value === chosen) ? chosen : "osc";
    say(this.advice, found.advice.midi_outputs ?? "");
    this.showTarget();
  }

  showTarget() {
    this.whereField.hidden = this.target.value !== "osc";
    const kind = this.target.value === "osc" ? "osc" : "midi";
    for (const label of this.mappings.children) {
      const fits = label.dataset.kinds.split(" ").includes(kind);
      label.hidden = !fits;
      const radio = label.querySelector("input");
      if (!fits) radio.checked = false;
    }
    const fitting = [...this.mappings.querySelectorAll("label:not([hidden]) input")];
    if (fitting.length && !fitting.some((radio) => radio.checked)) fitting[0].checked = true;
  }

  showMappings(mappings) {
    this.mappings.append(...mappings.map((m) => h("label", { class: "option", "data-kinds": m.kinds.join(" ") },
      h("input", { type: "radio", name: "mapping", value: m.name }), h("span", {}, h("strong", {}, m.title), h("span", { class: "hint" }, m.note)))));
    this.showTarget();
  }

  wanted() {
    const target = this.target.value;
    if (target === "osc") return { osc: this.where.value };
    return target === "virtual" ? { midi: "tagwire", virtual: true } : { midi: target.slice(5) };
  }

  async test() {
    const sent = this.target.value === "osc" ? "/tagwire/test 1 was sent." : "A note was sent.";
    await this.ask("test", this.wanted(), sent, (text) => toast(text, true));
  }

  async begin() {
    this.error.hidden = true;
    const mapping = this.mappings.querySelector("input:checked")?.value;
    const done = await this.ask("begin", { ...this.wanted(), mapping }, "", (text) => {
      say(this.error, text);
      this.error.hidden = false;
    });
    if (!done) return;
    toast(`It plays, and is yours to change: ${done.saved}`);
    document.getElementById("tab-map").click();
  }

  status(status) {
    if (status.waiting) return;
    say(this.now, status.trouble || `Now: ${status.source || "no sound yet"}`);
    for (const [device, button] of this.devices) button.setAttribute("aria-pressed", device === status.source);
  }
}
