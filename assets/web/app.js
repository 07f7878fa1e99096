// @ts-check
// The page: ties what is known of the station to what is shown of it. It watches; it has no way to command.
// Whatever comes from a vehicle is put in as text, never as markup.

import { Detail } from "./detail.js";
import { Digest } from "./digest.js";
import { at, element, reconcile, setAttribute, setClass, setHidden, setText } from "./dom.js";
import { Events } from "./events.js";
import { drawHeader, drawLinks } from "./header.js";
import { History } from "./history.js";
import { Keys } from "./keys.js";
import { FleetMap } from "./map.js";
import { Past } from "./past.js";
import { LEVELS, NOTICE, SIGNS, WARNING } from "./severity.js";
import { Station } from "./station.js";
import { Table } from "./table.js";
import { clean } from "./text.js";

const scheme = location.protocol === "https:" ? "wss" : "ws";
const digest = new Digest();
const flown = new History();
/** Read by tests through `import("/app.js")`: the state this page has folded. */
export const station = new Station(`${scheme}://${location.host}/ws`, () => schedule(dataMs()), (vehicles, timeMs) => {
  // Also while the page is hidden and paints nothing: tracks, plots and usual intervals have no holes.
  digest.take(vehicles, timeMs);
  flown.take(vehicles, timeMs);
});
/** @type {string | null} a vehicle's id, never a place in the list */
let selected = null;
let wasChosen = false;

/** Data is painted at most ten times a second, a large fleet less often; what hands do with the next frame. */
const dataMs = () => Math.min(500, Math.max(100, digest.rows.size * 1.5));
let isDue = false;
let paintedAt = 0;

/** @param {number} [pause] least time since the last painting, ms */
function schedule(pause = 0) {
  if (isDue) return;
  isDue = true;
  const wait = paintedAt + pause - performance.now();
  if (wait > 0) setTimeout(() => requestAnimationFrame(paint), wait);
  else requestAnimationFrame(paint);
}
const now = () => schedule();

const table = new Table(select, (sort) => {
  digest.sort = sort;
  schedule();
});
const map = new FleetMap(at("map"), at("tools"), flown, (id) => select(id, false), now);
const detail = new Detail(flown, station);
const events = new Events((id) => select(id, true), now);

const past = new Past(flown, now);

function paint() {
  isDue = false;
  paintedAt = performance.now();
  digest.arrange();
  choose();
  const nowMs = station.now();
  const phase = station.phase();
  const isTrusted = phase === "live" || phase === "resyncing";
  setClass(document.body, `phase-${phase}`);
  if (phase === "live") past.want(station.visits, selected, [...digest.rows.keys()], nowMs);
  const row = selected === null ? undefined : digest.rows.get(selected);
  guarded("header", () => drawHeader(station, digest));
  guarded("groups", drawGroups);
  guarded("table", () => table.draw(digest, selected, nowMs, isTrusted));
  guarded("links", () => drawLinks(station.fold.links, isTrusted));
  guarded("detail", () => detail.draw(row, selected, nowMs, isTrusted));
  guarded("events", () => events.draw(station, selected));
  guarded("map", () => map.draw(digest.shown, selected, nowMs));
}

/** @type {Set<string>} */
const failed = new Set();

/** A pane that cannot be painted must not blind the others. @param {string} pane @param {() => void} draw */
function guarded(pane, draw) {
  try {
    draw();
  } catch (error) {
    if (!failed.has(pane)) console.error(`${pane} could not be painted`, error);
    failed.add(pane);
    document.documentElement.dataset.failed = [...failed].join(" ");
  }
}

/** Until somebody chooses, the worst one is shown: nobody clicks on a wall. */
function choose() {
  const worst = digest.shown[0];
  if (wasChosen || worst === undefined) return;
  const shown = selected === null ? undefined : digest.rows.get(selected);
  if (shown === undefined || worst.level > Math.max(shown.level, NOTICE)) selected = worst.id;
}

/** @param {string} id @param {boolean} opened with the intention to see its details */
function select(id, opened) {
  selected = id;
  wasChosen = true;
  if (opened && isNarrow()) enter("one");
  schedule();
}

/** @param {number} by rows down */
function step(by) {
  const { shown } = digest;
  if (shown.length === 0) return;
  const place = shown.findIndex((row) => row.id === selected);
  const next = place < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.max(0, Math.min(shown.length - 1, place + by));
  select(shown[next].id, false);
  table.reveal(shown[next].id)?.focus({ preventScroll: true });
}

/** What is chosen of the fleet and of the map: groups as buttons, when there are any. */
function drawGroups() {
  setText(at("shown"), digest.shown.length === digest.rows.size ? `${digest.rows.size}` : `${digest.shown.length} of ${digest.rows.size}`);
  for (const mode of ["fit", "follow"]) setAttribute(at(mode), "aria-pressed", String(map.view.mode === mode));
  const groups = digest.groups();
  setHidden(at("groups"), groups.length === 0);
  const all = /** @type {[string | null, {count: number, level: number}][]} */ ([[null, { count: digest.rows.size, level: 0 }], ...groups]);
  reconcile(at("groups"), groups.length === 0 ? [] : all, ([name]) => String(name), ([name]) => {
    const button = element("button", "chip group");
    button.type = "button";
    button.addEventListener("click", () => {
      digest.group = name;
      schedule();
    });
    return button;
  }, (button, [name, { count, level }]) => {
    setText(button, `${level >= WARNING ? `${SIGNS[level]} ` : ""}${name === null ? "all" : clean(name)} ${count}`);
    setClass(button, `chip group ${LEVELS[level]}`);
    setAttribute(button, "aria-pressed", String(digest.group === name));
  });
}

const isNarrow = () => matchMedia("(max-width: 760px)").matches;

/** Which pane a narrow page shows. @param {string} pane */
function enter(pane) {
  document.body.dataset.pane = pane;
  for (const tab of at("tabs").children) setAttribute(tab, "aria-pressed", String(tab.dataset.pane === pane));
  schedule();
}
for (const tab of at("tabs").children) tab.addEventListener("click", () => enter(tab.dataset.pane));
enter("fleet");

/** Esc: out of the filter, then off the filter and the group, then back from following. */
function back() {
  const filter = at("filter");
  filter.blur();
  if (digest.text !== "" || digest.group !== null) {
    filter.value = digest.text = "";
    digest.group = null;
    return schedule();
  }
  if (isNarrow() && document.body.dataset.pane !== "fleet") return enter("fleet");
  if (map.view.mode === "follow") map.view.enter("free");
}

/** @param {"fit" | "follow"} mode */
function aim(mode) {
  map.view.enter(map.view.mode === mode ? "free" : mode);
  if (map.view.mode === "fit") map.hadPlaces = false;
}

function open() {
  if (selected === null) return step(1);
  if (isNarrow()) enter("one");
  map.view.enter("follow");
  at("one-pane").focus({ preventScroll: true });
}

function turnTheme() {
  const root = document.documentElement;
  const isDark = (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  root.dataset.theme = isDark ? "light" : "dark";
  try {
    localStorage.setItem("volery-theme", root.dataset.theme);
  } catch {
    // It holds until the page is left.
  }
  recolor();
}

function recolor() {
  map.readColors();
  schedule();
}

const zoom = (/** @type {number} */ factor) => () => map.view.zoom(factor);
new Keys([
  { keys: ["ArrowDown", "j"], shown: "↓ j", text: "next vehicle", act: () => step(1) },
  { keys: ["ArrowUp", "k"], shown: "↑ k", text: "previous vehicle", act: () => step(-1) },
  { keys: ["Home", "g"], shown: "Home g", text: "first, the worst one", act: () => step(-Infinity) },
  { keys: ["End", "G"], shown: "End G", text: "last", act: () => step(Infinity) },
  { keys: ["Enter"], shown: "Enter", text: "its details; the map follows it", act: open },
  { keys: ["/"], shown: "/", text: "filter by words: name, mode, status, group, type; !word excludes", act: () => at("filter").focus() },
  { keys: ["f"], shown: "f", text: "the map follows the selected vehicle", act: () => aim("follow") },
  { keys: ["0"], shown: "0", text: "the map keeps all vehicles in sight", act: () => aim("fit") },
  { keys: ["+", "="], shown: "+", text: "closer", act: zoom(1.5) },
  { keys: ["-"], shown: "-", text: "farther", act: zoom(1 / 1.5) },
  { keys: ["ArrowLeft"], shown: "←", text: "move the map", act: () => map.view.move(60, 0) },
  { keys: ["ArrowRight"], shown: "→", text: "move the map", act: () => map.view.move(-60, 0) },
  { keys: ["e"], shown: "e", text: "events of the selected vehicle only, or of all", act: () => at("events-one").click() },
  { keys: ["t"], shown: "t", text: "dark or light", act: turnTheme },
  { keys: ["?"], shown: "?", text: "this help", act: () => at("help").showModal() },
  { keys: [], shown: "Esc", text: "back: out of the filter, the filter off, stop following", act: () => {} },
], back);

at("filter").addEventListener("input", () => {
  digest.text = at("filter").value;
  schedule();
});
at("theme").addEventListener("click", turnTheme);
at("help-open").addEventListener("click", () => at("help").showModal());
at("zoom-in").addEventListener("click", zoom(1.5));
at("zoom-out").addEventListener("click", zoom(1 / 1.5));
at("fit").addEventListener("click", () => aim("fit"));
at("follow").addEventListener("click", () => aim("follow"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);
new ResizeObserver(now).observe(at("map"));

// A page that goes into the back-forward cache lets its socket go, and makes a new one when it comes back.
addEventListener("pagehide", () => station.socket.stop());
addEventListener("pageshow", () => station.socket.start());
document.addEventListener("visibilitychange", () => document.hidden || station.socket.hurry());
addEventListener("online", () => station.socket.hurry());
station.socket.start();
schedule();
