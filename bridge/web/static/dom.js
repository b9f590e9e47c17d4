// Small helpers to make and change elements.

/** An element: h("button", {class: "x", onclick: f, "aria-label": "…"}, "text", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && name !== "list" && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets a text only when it changed, so that nothing is laid out anew for nothing. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A canvas as sharp as the screen, resized with its box. Gives [context, width, height]. */
export function fit(canvas) {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  const width = Math.max(1, Math.round(canvas.clientWidth * scale));
  const height = Math.max(1, Math.round(canvas.clientHeight * scale));
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return [canvas.getContext("2d"), width, height, scale];
}

/** A level in 0..1 as a bar with its name and number. */
export function meter(label, title = "") {
  const bar = h("div", { class: "fill" });
  const number = h("span", { class: "number" });
  const row = h(
    "div",
    { class: "meter", role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "1", title },
    h("span", { class: "label" }, label),
    h("div", { class: "bar" }, bar),
    number,
  );
  let shown = null;
  return {
    row,
    set(value) {
      const text = value.toFixed(2);
      if (text === shown) return;
      shown = text;
      bar.style.transform = `scaleX(${value})`;
      number.textContent = text;
      row.setAttribute("aria-valuenow", text);
    },
  };
}

let hiding = 0;

/** A sentence at the bottom, for a few seconds. */
export function toast(text, bad = false) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.className = bad ? "shown bad" : "shown";
  clearTimeout(hiding);
  hiding = setTimeout(() => (box.className = ""), bad ? 9000 : 4000);
}
