// @ts-check
// The list: one row per vehicle, the worst first, each number dim when overdue and `--` when too old.

import { at, bar, element, reconcile, setAttribute, setBar, setClass, setHidden, setText } from "./dom.js";
import { heardMs } from "./freshness.js";
import { SIGNS, LEVELS, batteryLevel, lossPercent, CALM, NOTICE } from "./severity.js";
import { age, clean, fixed, isNumber, words, UNKNOWN } from "./text.js";

/** @typedef {import("./digest.js").Row} Row */

/** Heading, class and key of the order; the cells of a row stand in the same order. */
const COLUMNS = [["", "sign", "worst"], ["#", "number n", "number"], ["vehicle", "name", "name"], ["status", "status", "worst"],
  ["mode", "mode", "mode"], ["arm", "arm", "armed"], ["battery", "battery", "battery"], ["alt m", "alt n", "alt"],
  ["m/s", "speed n", "speed"], ["link", "link n", "link"], ["age", "age n", "age"]];

/** What stands beside a vehicle, with its meaning, for eyes that do not see colours. @param {Row} row */
export function sign({ vehicle, headline, level }) {
  if (vehicle.state === "expected") return ["·", "expected, never heard"];
  if (vehicle.state === "lost") return ["×", "lost"];
  if (headline?.sort === "conflict") return ["‡", "conflict"];
  if (vehicle.state === "late" && headline?.sort === "late") return ["◐", "late"];
  return [SIGNS[level], LEVELS[level]];
}

/** What is wrong in a word, or what it does when nothing is. @param {Row} row @param {number} nowMs */
export function status({ vehicle, headline, habit }, nowMs) {
  const heard = isNumber(vehicle.heard_ms) ? ` ${age(nowMs - vehicle.heard_ms)}` : "";
  if (headline) return told(headline, vehicle, habit, nowMs) + (headline.sort === "lost" || headline.sort === "late" ? heard : "");
  if (vehicle.state === "expected") return "expected";
  const drives = ["ground_rover", "surface_boat", "submarine", "ground_quadruped"].includes(vehicle.mav_type);
  if (vehicle.landed === "in_air") return drives ? "under way" : "in air";
  return vehicle.landed ? words(vehicle.landed) : "ok";
}

/** A reason in its word, in brackets with its age where what it rests on is gone: it may still be true.
 * @param {import("./severity.js").Reason} reason @param {any} vehicle @param {import("./freshness.js").Habit} habit @param {number} nowMs */
export function told(reason, vehicle, habit, nowMs) {
  const word = clean(reason.word);
  if (reason.sort === "silent") return `${word} ${age(habit.silentForMs(vehicle, nowMs) ?? 0)}`;
  const heard = reason.group === undefined ? undefined : heardMs(vehicle, reason.group);
  if (reason.group === undefined || heard === undefined || habit.freshness(vehicle, reason.group, nowMs) !== "gone") return word;
  return `(${word}) ${age(nowMs - heard)}`;
}

/** The class that colours a row's words; only noticed where all that is wrong is old. @param {Row} row @param {number} nowMs */
export function tone(row, nowMs) {
  const { headline, habit, vehicle } = row;
  if (headline?.sort === "conflict") return "conflict";
  if (headline?.sort === "silent") return LEVELS[headline.level];
  const isOld = headline?.group !== undefined && heardMs(vehicle, headline.group) !== undefined
    && habit.freshness(vehicle, headline.group, nowMs) !== "fresh";
  return isOld ? LEVELS[NOTICE] : LEVELS[row.level];
}

export class Table {
  /** @param {(id: string, opened: boolean) => void} picked @param {(sort: string) => void} sorted */
  constructor(picked, sorted) {
    this.picked = picked;
    /** @type {any[]} */
    this.heads = [];
    const head = element("tr", null);
    for (const [title, kind, sort] of COLUMNS) {
      const cell = element("th", kind);
      cell.scope = "col";
      if (title && sort !== "armed") {
        const button = element("button", "plain", title);
        button.type = "button";
        button.addEventListener("click", () => sorted(sort));
        cell.append(button);
        this.heads.push([cell, kind === "status" ? "worst" : sort, title]);
      } else {
        cell.append(title);
      }
      head.append(cell);
    }
    at("heads").replaceChildren(head);
  }

  /** @param {import("./digest.js").Digest} digest @param {string | null} selected @param {number} nowMs @param {boolean} isTrusted */
  draw(digest, selected, nowMs, isTrusted) {
    const body = at("rows");
    const focused = /** @type {any} */ (document.activeElement)?.closest?.("#rows tr")?.dataset.id;
    const reachable = digest.shown.some((row) => row.id === selected) ? selected : digest.shown[0]?.id;
    reconcile(body, digest.shown, (row) => row.id, (row) => this.make(row), (node, row) => {
      setAttribute(node, "aria-selected", String(row.id === selected));
      setAttribute(node, "tabindex", row.id === reachable ? "0" : "-1");
      paint(node, row, nowMs, isTrusted);
    });
    // A row that moved to another place lost the focus on its way.
    const kept = focused === undefined ? undefined : body.byKey.get(focused);
    if (kept && kept !== document.activeElement) kept.focus({ preventScroll: true });
    for (const [cell, sort, title] of this.heads) {
      setAttribute(cell, "aria-sort", sort === digest.sort ? "ascending" : null);
      cell.firstChild.title = sort === digest.sort ? `${title}: the order of the list` : `order by ${title}`;
    }
    setHidden(at("empty"), digest.shown.length > 0);
    setText(at("empty"), digest.rows.size === 0
      ? "No vehicle yet. It appears by itself with its first heartbeat." : "No vehicle fits the filter. Esc clears it.");
  }

  /** @param {Row} row */
  make(row) {
    const node = element("tr", "row");
    node.dataset.id = row.id;
    const cells = Object.fromEntries(COLUMNS.map(([, kind]) => [kind.split(" ")[0], element("td", kind)]));
    node.append(...Object.values(cells));
    const [gauge, percent, volts] = [bar(), element("span", "percent"), element("span", "volts")];
    cells.battery.append(element("span", "cell", gauge, percent, volts));
    node.parts = { ...cells, gauge, percent, volts };
    node.addEventListener("click", () => this.picked(row.id, true));
    return node;
  }

  /** @param {string} id */
  reveal(id) {
    const node = at("rows").byKey?.get(id);
    node?.scrollIntoView({ block: "nearest" });
    return node;
  }
}

/** @param {any} node @param {Row} row @param {number} nowMs @param {boolean} isTrusted */
function paint(node, row, nowMs, isTrusted) {
  const { vehicle, habit } = row;
  const cells = node.parts;
  const [mark, meaning] = sign(row);
  node.dataset.state = vehicle.state;
  setClass(node, `row ${tone(row, nowMs)} ${vehicle.state}`);
  setText(cells.sign, mark);
  cells.sign.title = meaning;
  setText(cells.number, String(row.number));
  setText(cells.name, clean(vehicle.name ?? row.id));
  setText(cells.status, isTrusted ? status(row, nowMs) : `? ${status(row, nowMs)}`);
  setText(cells.mode, vehicle.mode === undefined ? UNKNOWN : clean(vehicle.mode));
  setText(cells.arm, vehicle.armed === undefined ? UNKNOWN : vehicle.armed ? "●" : "○");
  cells.arm.title = vehicle.armed === undefined ? "unknown" : vehicle.armed ? "armed" : "disarmed";
  const heard = isNumber(vehicle.heard_ms) ? nowMs - vehicle.heard_ms : Infinity;
  const alive = heard > 3_500 ? "gone" : heard > 1_500 || vehicle.state === "lost" ? "old" : "fresh";
  for (const cell of [cells.mode, cells.arm]) setFreshness(cell, alive === "gone" ? "old" : alive);
  value(cells.alt, vehicle.position?.alt_rel_m, 1, habit.freshness(vehicle, "position", nowMs), true);
  value(cells.speed, vehicle.velocity?.groundspeed_m_s, 1, habit.freshness(vehicle, "velocity", nowMs), false);
  paintBattery(node, row, habit.freshness(vehicle, "battery", nowMs));
  const loss = lossPercent(vehicle);
  if (habit.silentForMs(vehicle, nowMs) !== undefined && vehicle.state === "live") setText(cells.link, "hb");
  else setText(cells.link, isNumber(loss) && alive !== "gone" ? `${Math.floor(100 - Math.max(0, Math.min(100, loss)))}%` : UNKNOWN);
  setFreshness(cells.link, isNumber(loss) ? alive : "gone");
  setText(cells.age, heard === Infinity ? UNKNOWN : age(heard));
  setFreshness(cells.age, heard === Infinity ? "gone" : "fresh");
}

/** @param {any} cell @param {string} freshness */
function setFreshness(cell, freshness) {
  if (cell.freshness === freshness) return;
  cell.freshness = freshness;
  cell.dataset.fresh = freshness;
}

/** A number; the last one in brackets where it helps though it is too old. @param {any} cell @param {any} number @param {number} digits @param {string} freshness @param {boolean} helps */
function value(cell, number, digits, freshness, helps) {
  const isGone = freshness === "gone" || !isNumber(number);
  const last = helps && isNumber(number) ? `(${fixed(number)})` : UNKNOWN;
  setText(cell, isGone ? last : fixed(number, digits));
  setFreshness(cell, isGone ? "gone" : freshness);
}

/** @param {any} node @param {Row} row @param {string} freshness */
function paintBattery(node, row, freshness) {
  const { remaining_percent: percent, voltage_v: volts } = row.vehicle.battery ?? {};
  const isGone = freshness === "gone";
  const loud = batteryLevel(row.reasons);
  const { gauge, percent: percentNode, volts: voltsNode, battery } = node.parts;
  setBar(gauge, isGone ? undefined : percent, isGone || loud === CALM ? "" : LEVELS[loud]);
  setText(percentNode, !isNumber(percent) ? UNKNOWN : isGone ? `(${percent}%)` : `${percent}%`);
  setText(voltsNode, isNumber(volts) && !isGone ? `${fixed(volts, 1)}V` : UNKNOWN);
  setFreshness(battery, freshness);
  setClass(battery, `battery ${isGone ? "" : LEVELS[loud]}`);
}
