// What a mapping does beside its curve: how it follows, its gate, and what is needed less often.

import { h } from "./dom.js";
import { field, ms, number, part, row, select, show, time } from "./fields.js";
import { GATE, kindOf, MESSAGES } from "./message.js";

const FOLLOWS = { now: "at once", times: "rising and falling", adaptive: "calm at rest, quick in motion" };

export class FollowPart {
  constructor(change) {
    this.change = change;
    this.kind = select(FOLLOWS, () => this.choose());
    this.attack = time((attack) => this.times({ attack }));
    this.release = time((release) => this.times({ release }));
    this.timeRow = row(field("Rises in (ms)", this.attack), field("Falls in (ms)", this.release));
    this.cutoff = number((value) => change({ smooth: { one_euro: { min_cutoff: value } } }), { min: "0.001", max: "100", step: "0.1" });
    this.beta = number((beta) => change({ smooth: { one_euro: { beta } } }), { min: "0", max: "1000", step: "0.5" });
    this.adaptive = row(field("Calm (Hz)", this.cutoff), field("Quick", this.beta));
    this.box = part("How it follows", field("Smoothing", this.kind), this.timeRow, this.adaptive);
  }

  fill(mapping) {
    this.mapping = mapping;
    const { follow } = mapping;
    const kind = !follow ? "now" : "beta" in follow ? "adaptive" : "times";
    show(this.kind, kind);
    this.timeRow.hidden = kind === "adaptive";
    this.adaptive.hidden = kind !== "adaptive";
    show(this.attack, ms(follow?.attack));
    show(this.release, ms(follow?.release));
    show(this.cutoff, follow?.min_cutoff);
    show(this.beta, follow?.beta);
    this.box.hidden = Boolean(MESSAGES[kindOf(mapping.keys)]?.gated);
  }

  choose() {
    const times = { one_euro: null, attack: "200 ms", release: "1 s" };
    const adaptive = { attack: null, release: null, one_euro: { min_cutoff: 1, beta: 1 } };
    this.change({ smooth: { now: null, times, adaptive }[this.kind.value] });
  }

  times(changed) {
    const none = !Number(this.attack.value) && !Number(this.release.value);
    const { smooth } = this.mapping.keys;
    // One time for both ways becomes two.
    const both = typeof smooth === "object" || !smooth ? {} : { attack: smooth, release: smooth };
    this.change({ smooth: none ? null : { ...both, ...changed } });
  }
}

export class GatePart {
  constructor(change) {
    this.toggle = h("button", { "aria-pressed": "false", onclick: () => change({ gate: this.mapping.gate ? null : GATE }) }, "Gate");
    const limit = { min: "0", max: "1", step: "0.01" };
    this.inputs = {
      on: number((on) => change({ gate: { on } }), limit),
      off: number((off) => change({ gate: { off } }), limit),
      on_delay: time((on_delay) => change({ gate: { on_delay } })),
      off_delay: time((off_delay) => change({ gate: { off_delay } })),
      max_hold: time((max_hold) => change({ gate: { max_hold } })),
    };
    const { on, off, on_delay, off_delay, max_hold } = this.inputs;
    this.rows = h("div", {}, row(field("On at", on), field("Off at", off)),
      row(field("On after (ms)", on_delay), field("Off after (ms)", off_delay), field("At most (ms)", max_hold)));
    this.box = part("On and off only", this.toggle, this.rows);
  }

  fill(mapping) {
    this.mapping = mapping;
    const { gate } = mapping;
    this.toggle.setAttribute("aria-pressed", Boolean(gate));
    this.toggle.disabled = Boolean(MESSAGES[kindOf(mapping.keys)]?.gated);
    this.toggle.title = this.toggle.disabled ? "A note or a program needs a gate" : "On or off instead of a value";
    this.rows.hidden = !gate;
    for (const [key, input] of Object.entries(this.inputs)) {
      show(input, key === "on" || key === "off" ? gate?.[key] : ms(gate?.[key]));
    }
  }
}

const MORE = {
  name: ["Name", "what it is called here"],
  when: ["Only while", "an expression, or scenes"],
  rest: ["At rest", "a value, or hold"],
  quantize: ["Steps", "none"],
  deadband: ["Least change", "0"],
  rate: ["Most a second", "the output's"],
};

export class MorePart {
  constructor(change) {
    this.inputs = Object.fromEntries(Object.entries(MORE).map(([key, [, hint]]) => {
      const input = h("input", { placeholder: hint, onchange: () => change({ [key]: read(key, input.value.trim()) }) });
      return [key, input];
    }));
    this.box = h("details", {}, h("summary", {}, "More"),
      h("div", { class: "more" }, ...Object.entries(this.inputs).map(([key, input]) => field(MORE[key][0], input))));
  }

  fill({ keys }) {
    for (const [key, input] of Object.entries(this.inputs)) {
      const value = keys[key];
      show(input, Array.isArray(value) ? value.join(", ") : value);
    }
  }
}

/** A text as a file has it: a number, a list of scenes, or the text; null for nothing. */
function read(key, text) {
  if (!text) return null;
  if (key === "name") return text;
  if (Number.isFinite(Number(text))) return Number(text);
  return key === "when" && /^[\w-]+(\s*,\s*[\w-]+)+$/.test(text) ? text.split(/\s*,\s*/) : text;
}
