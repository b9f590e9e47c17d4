// Two scales from dark to light for values 0..255, as 32-bit pixels (little-endian ABGR).

function scale(stops) {
  const table = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(place), stops.length - 2);
    const [r, g, b] = stops[low].map((c, k) => Math.round(c + (stops[low + 1][k] - c) * (place - low)));
    table[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return table;
}

export const SOUND = scale([[13, 15, 22], [35, 22, 70], [103, 31, 116], [184, 55, 99], [240, 121, 66], [252, 236, 176]]);
export const TAGS = scale([[15, 20, 26], [16, 52, 62], [22, 102, 104], [48, 164, 142], [122, 224, 178], [240, 255, 220]]);
