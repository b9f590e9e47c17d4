// The connection to tagwire: pushes come in, commands go out. It comes back by itself.

const HEARD = 1;

export class Link {
  /** on: {about, status, moment, messages, heard, up, down}, each called with what came. */
  constructor(on) {
    this.on = on;
    this.waiting = new Map();
    this.next = 1;
    this.pause = 500;
    this.view = "";
    document.addEventListener("visibilitychange", () => this.look());
    this.connect();
  }

  connect() {
    const socket = new WebSocket(`ws://${location.host}/live`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      this.pause = 500;
      this.on.up();
      this.look();
    };
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") for (const part of JSON.parse(data)) this.take(part);
      else this.on.heard(readHeard(data));
    };
    socket.onclose = () => {
      for (const { reject } of this.waiting.values()) reject(new Error("the connection was lost"));
      this.waiting.clear();
      this.on.down();
      setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(5000, this.pause * 1.5);
    };
  }

  take(part) {
    if (part.kind !== "reply") {
      this.on[part.kind]?.(part);
      return;
    }
    const asked = this.waiting.get(part.id);
    this.waiting.delete(part.id);
    if (!asked) return;
    if (part.ok) asked.resolve(part.result ?? {});
    else asked.reject(new Error(part.error));
  }

  /** Tells which view is open, and whether anyone can see it. */
  look(view = this.view) {
    this.view = view;
    this.do("look", { view, hidden: document.hidden }).catch(() => {});
  }

  /** Asks tagwire to do something; the promise fails with a sentence for the user. */
  do(what, wanted = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("there is no connection"));
    const id = this.next++;
    this.socket.send(JSON.stringify({ id, do: what, with: wanted }));
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }
}

/** See pack_heard in bridge/web/hub.py. */
function readHeard(buffer) {
  const view = new DataView(buffer);
  const updates = [];
  if (view.getUint8(0) !== HEARD) return updates;
  const count = view.getUint16(2, true);
  let at = 4;
  while (at < buffer.byteLength) {
    const columns = view.getUint16(at, true);
    const silent = view.getUint8(at + 2) === 1;
    const values = new Uint8Array(buffer, at + 4, count);
    const mel = new Uint8Array(buffer, at + 4 + count, columns * 96);
    updates.push({ columns, silent, values, mel });
    at += 4 + count + columns * 96;
  }
  return updates;
}
