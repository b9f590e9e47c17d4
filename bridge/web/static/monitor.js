// What leaves, how tagwire fares, and what it has to say.

import { h, say } from "./dom.js";

const MOST_ROWS = 200;

export class MonitorView {
  id = "monitor";
  name = "Monitor";

  constructor() {
    this.paused = false;
    this.rates = new Rates();
    this.build();
  }

  build() {
    this.output = h("select", { "aria-label": "Output", onchange: () => this.filter() }, h("option", { value: "" }, "all outputs"));
    this.word = h("input", { type: "search", placeholder: "filter", "aria-label": "Show only messages with this in them", oninput: () => this.filter() });
    this.pause = h("button", { "aria-pressed": "false", onclick: () => this.toggle() }, "Pause");
    this.list = h("tbody", {});
    this.outputs = h("ul", { class: "outputs", "aria-label": "Outputs" });
    this.health = h("dl", { class: "facts" });
    this.processes = h("tbody", {});
    this.log = h("ol", { class: "log", "aria-label": "Log" });
    this.panel = h("section", { class: "monitor" },
      h("section", { class: "panel messages" }, h("h2", {}, "Messages"),
        h("div", { class: "tools" }, this.output, this.word, this.pause),
        h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Messages that leave" },
          h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, "time"), h("th", {}, "output"), h("th", {}, "message"))), this.list))),
      h("section", { class: "panel" }, h("h2", {}, "Outputs"), this.outputs),
      h("section", { class: "panel" }, h("h2", {}, "Health"), this.health,
        h("table", { class: "processes", "aria-label": "Processes" }, h("thead", {}, h("tr", {}, ...["process", "state", "restarts", "memory"].map((text) => h("th", {}, text)))), this.processes)),
      h("section", { class: "panel" }, h("h2", {}, "Log"), this.log));
  }

  about(about) {
    const wanted = this.output.value;
    const names = about.outputs.map((output) => output.name);
    this.output.replaceChildren(h("option", { value: "" }, "all outputs"), ...names.map((n) => h("option", { value: n }, n)));
    this.output.value = names.includes(wanted) ? wanted : "";
  }

  toggle() {
    this.paused = !this.paused;
    this.pause.setAttribute("aria-pressed", this.paused);
    say(this.pause, this.paused ? "Go on" : "Pause");
  }

  fits(row) {
    const word = this.word.value.toLowerCase();
    return (!this.output.value || row.dataset.to === this.output.value) && (!word || row.textContent.toLowerCase().includes(word));
  }

  filter() {
    for (const row of this.list.rows) row.hidden = !this.fits(row);
  }

  messages(messages) {
    if (this.paused || this.panel.hidden) return;
    const rows = messages.reverse().map(({ t, to, text }) => {
      const row = h("tr", { "data-to": to }, h("td", {}, t.toFixed(2)), h("td", {}, to), h("td", {}, text));
      row.hidden = !this.fits(row);
      return row;
    });
    this.list.prepend(...rows);
    while (this.list.rows.length > MOST_ROWS) this.list.lastChild.remove();
  }

  status(s) {
    if (s.waiting) return;
    const { rates } = this;
    rates.take(new Map([["", s.frames], ...s.outputs.map((o) => [o.name, o.sent])]));
    this.outputs.replaceChildren(...s.outputs.map((o) => h("li", {},
      h("strong", {}, o.name), " ", h("span", { class: o.state }, o.state), " · ", traffic(o, rates.of(o.name)), h("p", { class: "hint" }, o.detail))));
    const whole = s.outputs.reduce((sum, o) => sum + rates.of(o.name), 0);
    const facts = [
      ["Playing for", clock(s.elapsed)], ["Messages", `${whole.toFixed(0)} a second`],
      ["Updates", `${rates.of("").toFixed(0)} a second, ${s.skipped} skipped of ${s.frames + s.skipped}`],
      ["Overruns", s.overruns], ["Gaps in the sound", s.gaps], ["Memory", `${s.memory} MB`],
    ];
    this.processes.replaceChildren(...s.processes.map((p) => h("tr", {}, h("th", { scope: "row" }, p.name),
      h("td", { class: p.state === "running" ? "open" : "waiting" }, p.state), h("td", {}, String(p.restarts)),
      h("td", {}, p.memory_mb ? `${p.memory_mb.toFixed(0)} MB` : "–"))));
    this.health.replaceChildren(...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))]));
    const lines = s.log.map((l) => `${l.at} ${l.text}`).join("\n");
    if (lines === this.said) return;
    this.said = lines;
    this.log.replaceChildren(...s.log.slice().reverse().map((l) => h("li", { class: l.error ? "bad" : "" },
      h("time", {}, new Date(l.at * 1000).toLocaleTimeString()), " ", l.text)));
  }
}

/** How fast counters grow, a second, from their counts now and a second before. */
class Rates {
  constructor() {
    this.at = 0;
    this.counts = new Map();
    this.rates = new Map();
  }

  take(counts) {
    const now = performance.now();
    const passed = (now - this.at) / 1000;
    if (passed < 0.9) return;
    const pairs = [...counts].map(([name, count]) => [name, Math.max(0, count - (this.counts.get(name) ?? count)) / passed]);
    this.rates = new Map(pairs);
    this.counts = counts;
    this.at = now;
  }

  of(name) {
    return this.rates.get(name) ?? 0;
  }
}

function traffic({ sent, dropped, unheard }, rate) {
  const lost = [dropped && `${dropped} dropped`, unheard && `${unheard} while nobody was listening`].filter(Boolean);
  return [`${sent} sent, ${rate.toFixed(0)}/s`, ...lost].join(", ");
}

function clock(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
