// Kinds of messages, by their key in the file.

/** first: what a new one has. most: what its values go up to. gated: it begins and ends. */
export const MESSAGES = {
  osc: { label: "OSC address", detail: "Address", first: "/level", most: 1 },
  cc: { label: "MIDI control change", detail: "Controller", first: 74, most: 127, midi: true },
  cc14: { label: "MIDI fine control change", detail: "Controller, to 31", first: 1, most: 16383, midi: true },
  note: { label: "MIDI note", detail: "Key (60: middle C)", first: 36, gated: true, midi: true },
  program: { label: "MIDI program change", detail: "Program, from 0", first: 0, gated: true, midi: true },
  pitch_bend: { label: "MIDI pitch bend", first: true, most: 8191, midi: true },
  pressure: { label: "MIDI pressure", first: true, most: 127, midi: true },
  poly_pressure: { label: "MIDI pressure of a key", detail: "Key", first: 60, most: 127, midi: true },
  nrpn: { label: "MIDI NRPN", detail: "Parameter", first: 0, most: 16383, midi: true },
  rpn: { label: "MIDI RPN", detail: "Parameter", first: 0, most: 16383, midi: true },
};

export const GATE = { on: 0.7, off: 0.5 };
const OF_VALUES = ["smooth", "quantize", "out", "deadband", "rest", "rate"];
const OF_OSC = ["args", "type", "vector"];

/** Which kind a mapping's keys have; nothing for none that the page knows. */
export function kindOf(keys) {
  return Object.keys(MESSAGES).find((kind) => kind in keys) ?? "";
}

/** The key of a message: a number where one is expected, else the text as it is. */
export function message(kind, detail) {
  if (MESSAGES[kind].first === true) return { [kind]: true };
  const number = Number(detail);
  const isNumber = kind !== "osc" && detail !== "" && Number.isFinite(number);
  return { [kind]: isNumber ? number : String(detail) };
}

/** All that a new mapping needs for it. */
export function fresh(kind, detail) {
  return { ...message(kind, detail), ...(MESSAGES[kind].gated ? { gate: GATE } : {}) };
}

/** What changes when a mapping with these keys sends another kind: what no longer fits goes. */
export function switched(kind, keys, detail) {
  const [old, words] = [kindOf(keys), MESSAGES[kind]];
  const unfit = [old];
  if (words.gated) unfit.push(...OF_VALUES);
  else if (MESSAGES[old]?.most !== words.most) unfit.push("out", "rest", "deadband");
  unfit.push(...(words.midi ? OF_OSC : ["channel"]));
  const gone = unfit.filter((key) => key !== kind && key in keys).map((key) => [key, null]);
  return { ...Object.fromEntries(gone), ...(words.gated && !keys.gate ? fresh(kind, detail) : message(kind, detail)) };
}
