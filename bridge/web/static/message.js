// Kinds of messages that the page can write, by their key in the file.

export const MESSAGES = {
  osc: { label: "OSC address", first: "/level", midi: false },
  cc: { label: "MIDI control change", first: 74, midi: true },
  cc14: { label: "MIDI fine control change", first: 1, midi: true },
  pitch_bend: { label: "MIDI pitch bend", first: true, midi: true },
  pressure: { label: "MIDI pressure", first: true, midi: true },
};

/** The keys of a message: a number where one is expected, else the text as it is. */
export function message(kind, detail) {
  if (kind === "osc") return { osc: String(detail) };
  if (kind === "pitch_bend" || kind === "pressure") return { [kind]: true };
  const number = Number(detail);
  return { [kind]: detail !== "" && Number.isFinite(number) ? number : String(detail) };
}
