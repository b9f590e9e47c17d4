// The last ten seconds of what was heard, in rings: a column for each log-mel frame (16 ms).

export const COLUMNS = 625;
export const BANDS = 96;
const RING = 768; // more than are shown, since the view follows a little behind
const PER_SECOND = 62.5;

export class Past {
  constructor() {
    this.mel = new Uint8Array(RING * BANDS);
    this.count = 0;
    this.shown = 0;
    this.values = null;
    this.width = 0;
    this.silent = false;
    this.at = 0;
  }

  /** Forgets all; `width`: how many values an update has. */
  clear(width) {
    this.mel.fill(0);
    this.width = width;
    this.ring = new Uint8Array(RING * width);
    this.values = null;
    this.count = this.shown = 0;
  }

  push(updates) {
    for (const { columns, silent, values, mel } of updates) {
      if (values.length !== this.width) continue;
      // Without the log-mel frames the values alone still move on.
      for (let i = 0; i < columns; i++) {
        const place = (this.count + i) % RING;
        this.mel.set(mel.subarray(i * BANDS, (i + 1) * BANDS), place * BANDS);
        this.ring.set(values, place * this.width);
      }
      this.count += columns;
      this.values = values;
      this.silent = silent;
    }
  }

  /** Where a column's values begin, in units of columns; -1 for one that is not known. */
  place(column) {
    return column < 0 || column < this.count - RING || column >= this.count ? -1 : column % RING;
  }

  /** Moves the view on smoothly though updates come in bursts; gives the newest column shown. */
  scroll(now, still) {
    const dt = Math.min(0.2, (now - this.at) / 1000);
    this.at = now;
    const behind = this.count - this.shown;
    if (still || behind > 90) this.shown = Math.max(this.shown, this.count - (still ? 0 : 20));
    else this.shown = Math.min(this.count, this.shown + dt * PER_SECOND * (0.7 + behind / 50));
    return Math.floor(this.shown);
  }
}
