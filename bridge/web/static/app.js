// The page: views in tabs, fed by one connection.

import { h, say, toast } from "./dom.js";
import { Link } from "./link.js";
import { Past } from "./past.js";
import { BeginView } from "./begin.js";
import { ListenView } from "./listen.js";
import { LearnView } from "./learn.js";
import { MapView } from "./map.js";
import { MonitorView } from "./monitor.js";
import { hear } from "./source.js";

const past = new Past();
let about = null;
const views = [];
let open = null;
let chosen = location.hash !== "";

const link = new Link({
  about(part) {
    for (const name of [...part.names, ...part.sources]) name.label = readable(name);
    const width = part.names.length;
    const names = part.names.map((name) => name.name).join(" ");
    if (!about || names !== about.key) past.clear(width);
    about = { ...part, key: names };
    say(document.getElementById("title"), part.title);
    document.title = `${part.title} · tagwire`;
    for (const view of views) view.about?.(about);
    if (part.fresh && !chosen) show(views.find((view) => view.id === "begin"));
    chosen = true;
    onlyLook(part.readonly);
    trouble(part.trouble);
  },
  status(part) {
    for (const view of views) view.status?.(part);
    trouble(part.trouble || about?.trouble || "");
  },
  moment(part) {
    if (about) hear(about.names, past.values);
    for (const view of views) view.moment?.(part);
  },
  messages(part) {
    for (const view of views) view.messages?.(part.messages);
  },
  heard(updates) {
    past.push(updates);
  },
  up() {
    past.clear(past.width);
    document.body.classList.remove("down");
    say(document.getElementById("link"), "connected");
    open?.opened?.();
  },
  down() {
    document.body.classList.add("down");
    say(document.getElementById("link"), "connection lost, trying again…");
  },
});

/** "what-drives" reads as "What drives"; names that a model gave keep their dashes. */
function readable({ label, family }) {
  const words = ["own", "learned", "signal"].includes(family) ? label.replaceAll("-", " ") : label;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function trouble(text) {
  const box = document.getElementById("trouble");
  box.hidden = !text;
  say(box, text);
}

/** On a stage screen there is nothing to press: views that only act are left out. */
function onlyLook(readonly) {
  document.body.classList.toggle("readonly", readonly);
  for (const view of views) view.tab.hidden = readonly && Boolean(view.acts);
  if (open.tab.hidden) show(views.find((view) => view.id === "listen"));
}

function show(view) {
  if (open === view) return;
  for (const other of views) {
    const on = other === view;
    other.panel.hidden = !on;
    other.tab.setAttribute("aria-selected", on);
    other.tab.tabIndex = on ? 0 : -1;
  }
  open = view;
  location.replace(`#${view.id}`);
  link.look(view.id);
  view.opened?.();
}

function add(view) {
  view.tab = h("button", {
    role: "tab", id: `tab-${view.id}`, "aria-controls": `view-${view.id}`,
    onclick: () => show(view), onkeydown: (event) => step(event, view),
  }, view.name);
  view.panel.id = `view-${view.id}`;
  view.panel.setAttribute("role", "tabpanel");
  view.panel.setAttribute("aria-labelledby", view.tab.id);
  document.getElementById("tabs").append(view.tab);
  document.getElementById("views").append(view.panel);
  views.push(view);
}

function step(event, view) {
  const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!move) return;
  const shown = views.filter((other) => !other.tab.hidden);
  const next = shown[(shown.indexOf(view) + move + shown.length) % shown.length];
  show(next);
  next.tab.focus();
  event.preventDefault();
}

/** A command from a view: a failure is told at the bottom, or to `failed`. */
async function ask(what, wanted, done = "", failed = (text) => toast(text, true)) {
  try {
    const result = await link.do(what, wanted);
    if (result.copied) toast(`Your changes go to a copy of your own: ${result.saved}`);
    else if (done) toast(done);
    return result;
  } catch (error) {
    failed(error.message);
    return null;
  }
}

add(new BeginView(ask));
add(new ListenView(past));
add(new MapView(ask));
add(new LearnView(ask));
add(new MonitorView());
show(views.find((view) => `#${view.id}` === location.hash) ?? views.find((view) => view.id === "listen"));

const still = matchMedia("(prefers-reduced-motion: reduce)");
let drawn = 0;
function draw(now) {
  requestAnimationFrame(draw);
  if (now - drawn < 30) return;
  drawn = now;
  const column = past.scroll(now, still.matches);
  open.draw?.(column);
}
requestAnimationFrame(draw);
