// @ts-check
// The page: vehicles with the worst first, one in detail, events, links and the state of the connection.
// Whatever comes from a vehicle is put in as text, never as markup.

import { Mirror } from "./mirror.js";
import { FleetMap } from "./map.js";

const mirror = new Mirror();
/** @type {string | null} a vehicle id, never a row number */
let selected = null;
let drawn = false;
let lastEvent = -1;

/** @param {string} id @returns {HTMLElement} */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

const map = new FleetMap(/** @type {HTMLCanvasElement} */ (at("map")), (id) => select(id));

/** @param {string} tag @param {string} text @param {string} [kind] */
function element(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

/** @param {number | undefined} tMs */
function age(tMs) {
  if (typeof tMs !== "number") return "--";
  const seconds = Math.max(0, (mirror.now() - tMs) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.floor(seconds)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

/** @param {any} value @param {number} digits @param {string} unit */
const number = (value, digits, unit) =>
  typeof value === "number" ? `${value.toFixed(digits)} ${unit}` : "--";

/** How badly a vehicle wants to be looked at; larger is worse. @param {any} vehicle */
function concern(vehicle) {
  const raised = Object.values(vehicle.alerts ?? {}).filter((alert) => !alert.acknowledged);
  const has = (/** @type {string} */ severity) => raised.some((alert) => alert.severity === severity);
  let score = 0;
  if (vehicle.conflict) score += 4000;
  if (vehicle.state === "lost") score += vehicle.armed === false ? 1000 : 3000;
  if (has("critical")) score += 2000;
  if (vehicle.state === "late") score += 600;
  if (has("warning")) score += 500;
  if (["critical", "emergency"].includes(vehicle.system_status)) score += 1500;
  const percent = vehicle.battery?.remaining_percent;
  if (typeof percent === "number" && percent < 30) score += 300 - percent * 5;
  if (vehicle.armed) score += 50;
  if (vehicle.state === "expected") score -= 100;
  return score;
}

function worstFirst() {
  return Object.values(mirror.state.vehicles)
    .map((vehicle) => ({ vehicle, score: concern(vehicle) }))
    .sort((a, b) => b.score - a.score || a.vehicle.id.localeCompare(b.vehicle.id, "en", { numeric: true }))
    .map((entry) => entry.vehicle);
}

/** @param {any} vehicle */
function row(vehicle) {
  const made = document.createElement("tr");
  made.className = `state-${vehicle.state}${vehicle.id === selected ? " selected" : ""}`;
  const button = element("button", vehicle.name ?? vehicle.id);
  button.title = vehicle.id;
  button.dataset.id = vehicle.id;
  button.setAttribute("aria-pressed", String(vehicle.id === selected));
  const name = document.createElement("td");
  name.append(button);
  const words = [vehicle.state];
  if (vehicle.conflict) words.push("CONFLICT");
  words.push(...Object.keys(vehicle.alerts ?? {}));
  const mode = `${vehicle.mode ?? "--"}${vehicle.armed ? " · armed" : ""}`;
  made.append(
    name,
    element("td", words.join(" · "), words.length > 1 ? "bad" : ""),
    element("td", mode),
    element("td", number(vehicle.battery?.remaining_percent, 0, "%"), "n"),
    element("td", number(vehicle.position?.alt_rel_m, 1, "m"), "n"),
    element("td", number(vehicle.velocity?.groundspeed_m_s, 1, "m/s"), "n"),
    element("td", age(vehicle.heard_ms), "n"),
  );
  made.addEventListener("click", () => select(vehicle.id));
  return made;
}

/** @param {string} id */
function select(id) {
  selected = id;
  schedule();
}

/** Shows rows; the focused one keeps the focus. @param {any[]} vehicles */
function drawRows(vehicles) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.id;
  at("rows").replaceChildren(...vehicles.map(row));
  at("empty").hidden = vehicles.length > 0;
  if (focused === undefined) return;
  for (const button of at("rows").querySelectorAll("button")) {
    if (button.dataset.id === focused) button.focus({ preventScroll: true });
  }
}

/** @param {any} value @returns {string} */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain).join(", ");
  if (value !== null && typeof value === "object") {
    return Object.entries(value).map(([key, inner]) => `${key} ${plain(inner)}`).join(" · ");
  }
  return String(value);
}

/** @param {string} title @param {any} group */
function groupBox(title, group) {
  const box = element("section", "", "group");
  const head = element("h3", title);
  if (typeof group.t_ms === "number") {
    const old = mirror.now() - group.t_ms > 3_500;
    head.append(element("small", ` ${age(group.t_ms)} ago`, old ? "old" : ""));
  }
  const list = document.createElement("dl");
  for (const [key, value] of Object.entries(group)) {
    if (key === "t_ms") continue;
    const shown = key.endsWith("_ms") && typeof value === "number" && value > 1e11
      ? `${age(value)} ago` : plain(value);
    list.append(element("dt", key), element("dd", shown));
  }
  box.append(head, list);
  return box;
}

function drawDetail() {
  const vehicle = selected === null ? undefined : mirror.state.vehicles[selected];
  if (!vehicle) {
    at("who").textContent = selected === null ? "No vehicle selected" : `${selected} is no longer known`;
    at("groups").replaceChildren();
    return;
  }
  at("who").textContent = vehicle.name === vehicle.id ? vehicle.id : `${vehicle.name} (${vehicle.id})`;
  const single = {};
  const boxes = [];
  for (const [key, value] of Object.entries(vehicle)) {
    if (value !== null && typeof value === "object" && !Array.isArray(value)) boxes.push(groupBox(key, value));
    else single[key] = value;
  }
  at("groups").replaceChildren(groupBox("vehicle", single), ...boxes);
}

function drawLinks() {
  const links = Object.entries(mirror.state.links).map(([name, link]) => {
    const rate = number(link.frames_per_s, 0, "frames/s");
    const why = link.reason ? ` · ${link.reason}` : "";
    return element("li", `${name} · ${link.state} · ${rate}${why}`, link.state === "open" ? "" : "bad");
  });
  at("links").replaceChildren(...links);
}

function drawEvents() {
  const newest = mirror.log.at(-1)?.id ?? 0;
  if (newest === lastEvent) return;
  lastEvent = newest;
  const shown = mirror.log.slice(-100).reverse().map((event) => {
    const time = new Date(event.t_ms).toLocaleTimeString();
    const item = element("li", "", `severity-${event.severity}`);
    item.append(
      element("time", time), " ", element("b", event.vehicle ?? "station"), " ",
      element("span", event.text),
    );
    return item;
  });
  at("events").replaceChildren(...shown);
}

function drawHeader(vehicles) {
  const chip = at("chip");
  chip.className = `chip ${mirror.phase}`;
  const since = mirror.heardMs ? new Date(mirror.heardMs).toLocaleTimeString() : "the start";
  const words = { live: "live", resyncing: "resyncing", stale: `stale since ${since}` };
  const text = words[mirror.phase] + (mirror.notice ? ` · ${mirror.notice}` : "");
  if (chip.textContent !== text) chip.textContent = text;
  document.body.classList.toggle("stale", mirror.phase !== "live");
  const name = mirror.hello?.name || "volery";
  at("name").textContent = name;
  document.title = mirror.phase === "live" ? name : `(${mirror.phase}) ${name}`;
  at("role").textContent = mirror.hello?.role ?? "viewer";
  const lost = vehicles.filter((vehicle) => vehicle.state === "lost").length;
  const armed = vehicles.filter((vehicle) => vehicle.armed).length;
  at("counts").textContent = `${vehicles.length} vehicles · ${armed} armed · ${lost} lost`;
}

function draw() {
  drawn = true;
  const vehicles = worstFirst();
  drawHeader(vehicles);
  drawRows(vehicles);
  drawDetail();
  drawLinks();
  drawEvents();
  at("legend").textContent = map.draw(mirror.state.vehicles, selected);
}

let lastDrawn = 0;
/** At most ten times a second, and only when something changed. */
function schedule() {
  if (!drawn) return;
  drawn = false;
  const wait = Math.max(0, 100 - (performance.now() - lastDrawn));
  setTimeout(() => requestAnimationFrame(() => {
    lastDrawn = performance.now();
    draw();
  }), wait);
}

mirror.changed = () => {
  map.remember(mirror.state.vehicles);
  schedule();
};
map.changed = schedule;
draw();
mirror.start();
// Ages grow while nothing comes.
setInterval(schedule, 1_000);
addEventListener("resize", schedule);
