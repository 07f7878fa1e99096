// @ts-check
// The selected vehicle: what it does, how it flies, what feeds it, how it is heard, what it said.

import { at, bar, element, reconcile, setBar, setClass, setHidden, setText } from "./dom.js";
import { drawHorizon } from "./horizon.js";
import { drawPlot } from "./plot.js";
import { LEVELS, SIGNS, VARIANCES, loudness, batteryLevel, CALM } from "./severity.js";
import { sign, status, told, tone } from "./table.js";
import { age, clean, clock, distance, duration, fixed, heading, isNumber, place, unit, words, UNKNOWN } from "./text.js";

/** @typedef {import("./digest.js").Row} Row */
/** A section's own painter; false: there is nothing to show. @typedef {(row: Row, nowMs: number) => boolean} Paint */

const turn = (/** @type {any} */ degrees) => (isNumber(degrees) ? `${fixed(degrees, 1)}°` : UNKNOWN);

/** Label, group whose age counts (null: that of the heartbeat), text. @type {[string, string | null, (vehicle: any, nowMs: number) => string][]} */
const NUMBERS = [
  ["height", "position", (v) => unit(v.position?.alt_rel_m, 1, "m")],
  ["above sea", "position", (v) => unit(v.position?.alt_msl_m, 1, "m")],
  ["speed", "velocity", (v) => unit(v.velocity?.groundspeed_m_s, 1, "m/s")],
  ["airspeed", "velocity", (v) => unit(v.velocity?.airspeed_m_s, 1, "m/s")],
  ["climb", "velocity", (v) => unit(v.velocity?.climb_m_s, 1, "m/s")],
  ["throttle", "throttle", (v) => unit(v.throttle?.percent, 0, "%")],
  ["roll", "attitude", (v) => turn(v.attitude?.roll_deg)],
  ["pitch", "attitude", (v) => turn(v.attitude?.pitch_deg)],
  ["from home", "position", (v) => distance(v.home?.distance_m)],
  ["way home", "position", (v) => heading(v.home?.bearing_deg)],
  ["wind from", "wind", (v) => heading(v.wind?.from_deg)],
  ["wind", "wind", (v) => unit(v.wind?.speed_m_s, 1, "m/s")],
  ["radio control", "rc", (v) => unit(v.rc?.rssi_percent, 0, "%")],
  ["flight time", null, (v, nowMs) => (isNumber(v.airborne_since_ms)
    ? duration((v.state === "lost" ? v.heard_ms : nowMs) - v.airborne_since_ms) : UNKNOWN)],
  ["armed for", null, (v, nowMs) => (isNumber(v.armed_since_ms) && v.armed
    ? duration((v.state === "lost" ? v.heard_ms : nowMs) - v.armed_since_ms) : UNKNOWN)],
];

/** Whose last value helps to find a vehicle that is not heard any more: it stays, in brackets. */
const HELPS = new Set(["height", "above sea", "from home", "way home"]);

/** Which value of a sample, its name, its look. */
const PLOTS = [[0, "height m", { color: "accent", digits: 0, floor: 0 }], [1, "speed m/s", { color: "ok", digits: 1, floor: 0 }],
  [2, "battery %", { color: "text", digits: 0, floor: 0, ceiling: 100 }]];

/** A label and its value. @param {string} label */
function field(label) {
  const value = element("dd", null);
  return { node: element("div", "field", element("dt", null, label), value), value };
}

/** @param {any} node @param {string} text @param {string} freshness @param {boolean} [helps] though it is old */
function show(node, text, freshness, helps = false) {
  const isGone = freshness === "gone" || text === UNKNOWN;
  setText(node, !isGone ? text : helps && text !== UNKNOWN ? `(${text})` : UNKNOWN);
  setClass(node, isGone ? "gone" : freshness);
}

/** How far what the heartbeat says may be trusted: mode, arming, the times that follow from them. @param {any} vehicle @param {number} nowMs */
const alive = (vehicle, nowMs) => (vehicle.state === "lost" || nowMs - (vehicle.heard_ms ?? 0) > 3_500 ? "old" : "fresh");

export class Detail {
  /** @param {import("./history.js").History} history @param {import("./station.js").Station} station */
  constructor(history, station) {
    this.history = history;
    this.station = station;
    const numbers = NUMBERS.map(([label]) => field(label));
    at("numbers").append(...numbers.map((one) => one.node));
    this.numbers = numbers.map((one) => one.value);
    this.plots = PLOTS.map(([, label]) => {
      const [canvas, now] = [element("canvas", "plot"), element("b", null)];
      at("plots").append(element("figure", null, element("figcaption", null, String(label), now), canvas));
      canvas.setAttribute("aria-hidden", "true");
      return { canvas, now };
    });
    /** @type {Record<string, Paint>} section by the id of its element */
    this.sections = {
      batteries, mission, gps, estimator, vibration, sensors, links, conflict, identity,
      texts: (row) => this.texts(row),
    };
  }

  /** @param {Row | undefined} row @param {string | null} selected @param {number} nowMs @param {boolean} isTrusted */
  draw(row, selected, nowMs, isTrusted) {
    setHidden(at("one"), row === undefined);
    setHidden(at("none"), row !== undefined);
    if (!row) {
      setText(at("none"), selected === null ? "No vehicle is selected: click a row or a marker, or use the arrow keys." : `${clean(selected)} is no longer known here.`);
      return;
    }
    this.head(row, nowMs, isTrusted);
    NUMBERS.forEach(([label, group, text], n) => {
      const freshness = group === null ? alive(row.vehicle, nowMs) : row.habit.freshness(row.vehicle, group, nowMs);
      show(this.numbers[n], text(row.vehicle, nowMs), freshness, HELPS.has(label));
    });
    this.drawFlight(row, nowMs);
    for (const [id, paint] of Object.entries(this.sections)) setHidden(at(`part-${id}`), !paint(row, nowMs));
  }

  /** @param {Row} row @param {number} nowMs @param {boolean} isTrusted */
  head(row, nowMs, isTrusted) {
    const { vehicle } = row;
    const [mark, meaning] = sign(row);
    setText(at("who-sign"), mark);
    at("who-sign").title = meaning;
    setText(at("who"), `${row.number} ${clean(vehicle.name ?? row.id)}`);
    setClass(at("who-line"), `who ${tone(row, nowMs)}`);
    const heard = isNumber(vehicle.heard_ms) ? `heard ${age(nowMs - vehicle.heard_ms)} ago` : "never heard";
    setText(at("who-status"), `${isTrusted ? "" : "? "}${status(row, nowMs)} · ${heard}`);
    setClass(at("doing"), `doing ${alive(vehicle, nowMs)}`);
    setText(at("who-mode"), vehicle.mode === undefined ? UNKNOWN : clean(vehicle.mode));
    setText(at("who-armed"), vehicle.armed === undefined ? "arming unknown" : vehicle.armed ? "● armed" : "○ disarmed");
    setText(at("who-label"), vehicle.mode_label && vehicle.mode_label !== vehicle.mode ? clean(vehicle.mode_label) : "");
    const others = row.reasons.filter((reason) => reason !== row.headline);
    reconcile(at("who-reasons"), others, (reason) => reason.word, () => element("li", null), (node, reason) => {
      setClass(node, LEVELS[reason.level]);
      setText(node, `${SIGNS[reason.level]} ${told(reason, vehicle, row.habit, nowMs)}`);
    });
  }

  /** @param {Row} row @param {number} nowMs */
  drawFlight(row, nowMs) {
    const { vehicle, habit } = row;
    const fresh = (/** @type {string} */ group) => habit.freshness(vehicle, group, nowMs);
    const known = (/** @type {string} */ group, /** @type {any} */ value) => (fresh(group) === "gone" ? undefined : value);
    drawHorizon(at("horizon"), {
      roll: known("attitude", vehicle.attitude?.roll_deg), pitch: known("attitude", vehicle.attitude?.pitch_deg),
      heading: known("heading", vehicle.heading?.deg), speed: known("velocity", vehicle.velocity?.groundspeed_m_s),
      alt: known("position", vehicle.position?.alt_rel_m), isOld: fresh("attitude") === "old",
    });
    const now = [known("position", vehicle.position?.alt_rel_m), known("velocity", vehicle.velocity?.groundspeed_m_s),
      known("battery", vehicle.battery?.remaining_percent)];
    let span = 0;
    PLOTS.forEach(([which, , look], n) => {
      const { canvas, now: value } = this.plots[n];
      span = drawPlot(canvas, this.history.samples.get(row.id), /** @type {any} */ (which), nowMs, /** @type {any} */ (look));
      setText(value, fixed(now[n], n === 2 ? 0 : 1));
    });
    setText(at("plots-span"), `last ${Math.round(span / 60_000)} min`);
  }

  /** @param {Row} row */
  texts(row) {
    const texts = this.station.events.filter((event) => event.kind === "text" && event.vehicle === row.id).slice(-6).reverse();
    reconcile(at("texts"), texts, (event) => event.key, (event) => {
      const level = loudness(event.severity);
      return element("li", LEVELS[level], element("time", null, clock(event.t_ms)), ` ${SIGNS[level]} `, clean(event.text));
    });
    return texts.length > 0;
  }
}

/** @type {Paint} */
function batteries(row, nowMs) {
  const { vehicle, habit } = row;
  const all = Object.entries(vehicle.batteries ?? {});
  const loud = batteryLevel(row.reasons);
  reconcile(at("batteries"), all, ([id]) => id, () => {
    const node = element("li", "pack");
    node.parts = { line: element("span", "line"), bar: bar(), cells: element("span", "cells") };
    node.append(...Object.values(node.parts));
    return node;
  }, ({ parts: { line, bar: gauge, cells: cellsNode } }, [id, one]) => {
    const freshness = habit.freshness(vehicle, "battery", nowMs, one.t_ms);
    const isGone = freshness === "gone";
    const isWorst = String(vehicle.battery?.id ?? id) === id;
    const parts = [unit(one.remaining_percent, 0, "%"), unit(one.voltage_v, 2, "V"), unit(one.current_a, 1, "A"),
      unit(one.consumed_mah, 0, "mAh"), unit(one.temperature_c, 0, "°C")].filter((part) => part !== UNKNOWN);
    setText(line, `${all.length > 1 ? `${Number(id) + 1}: ` : ""}${isGone ? `${UNKNOWN} (was ${parts[0] ?? "?"})` : parts.join(" · ")}`);
    line.dataset.fresh = freshness;
    setBar(gauge, isGone ? undefined : one.remaining_percent, isWorst && loud > CALM ? LEVELS[loud] : "");
    const cells = (one.cells_v ?? []).filter(isNumber);
    const least = Math.min(...cells);
    setText(cellsNode, cells.length === 0 || isGone ? "" : `cells ${cells.map((/** @type {number} */ volts) => fixed(volts, 2)).join(" ")} · lowest ${fixed(least, 2)} V`);
  });
  return all.length > 0;
}

/** @type {Paint} */
function mission({ vehicle, habit }, nowMs) {
  const { current, count, state } = vehicle.mission ?? {};
  if (!isNumber(current)) return false;
  const freshness = habit.freshness(vehicle, "mission", nowMs);
  const share = isNumber(count) && count > 0 ? (current / count) * 100 : undefined;
  setBar(at("mission-bar"), share, freshness === "gone" ? "stale" : "");
  const total = isNumber(count) ? ` of ${count}` : "";
  show(at("mission-text"), `item ${current}${total}${state ? ` · ${words(state)}` : ""}`, freshness);
  return true;
}

/** A list of lines, each with its age. @param {string} id @param {[string, string, string][]} lines key, text, freshness */
function lines(id, lines) {
  reconcile(at(id), lines, ([key]) => key, () => element("li", null), (node, [, text, freshness]) => show(node, text, freshness));
  return lines.length > 0;
}

/** @type {Record<string, string>} */
const FIX = { no_gps: "no receiver", no_fix: "▲ no fix", "2d_fix": "2D", "3d_fix": "3D", dgps: "DGPS", rtk_float: "RTK float", rtk_fixed: "RTK fixed" };

/** @type {Paint} */
function gps({ vehicle, habit }, nowMs) {
  const receivers = Object.entries(vehicle.gps ?? {});
  const isLines = lines("gps", receivers.map(([id, one]) => {
    const fix = one.fix === undefined ? UNKNOWN : (Object.hasOwn(FIX, one.fix) ? FIX[one.fix] : words(one.fix));
    const text = `${receivers.length > 1 ? `${Number(id) + 1}: ` : ""}${fix} · ${fixed(one.satellites)} satellites · HDOP ${fixed(one.hdop, 2)} · VDOP ${fixed(one.vdop, 2)}`;
    return [id, text, habit.freshness(vehicle, "gps", nowMs, one.t_ms)];
  }));
  const { lat_deg: lat, lon_deg: lon } = vehicle.position ?? {};
  show(at("place"), place(lat, lon, 6), habit.freshness(vehicle, "position", nowMs), true);
  return isLines || isNumber(lat);
}

/** Bars against a limit. @param {string} id @param {[string, number | undefined, number][]} values name, value, limit @param {string} freshness @param {number} digits */
function meters(id, values, freshness, digits) {
  const known = values.filter(([, value]) => isNumber(value));
  reconcile(at(id), known, ([name]) => name, ([name]) => {
    const node = element("li", "meter", element("span", null, name));
    node.parts = { bar: bar(), value: element("b", null) };
    node.append(node.parts.bar, node.parts.value);
    return node;
  }, (node, [, value, limit]) => {
    const isBad = /** @type {number} */ (value) >= limit;
    setBar(node.parts.bar, freshness === "gone" ? undefined : ((value ?? 0) / limit) * 100, isBad ? "warning" : "");
    show(node.parts.value, `${isBad ? "▲ " : ""}${fixed(value, digits)}`, freshness);
  });
  return known.length > 0;
}

/** @type {Paint} */
function estimator({ vehicle, habit }, nowMs) {
  const values = VARIANCES.map(([name, key]) => /** @type {[string, any, number]} */ ([name, vehicle.ekf?.[key], 1]));
  return meters("estimator", values, habit.freshness(vehicle, "ekf", nowMs), 2);
}

/** @type {Paint} */
function vibration({ vehicle, habit }, nowMs) {
  const values = ["x", "y", "z"].map((axis) => /** @type {[string, any, number]} */ ([axis, vehicle.vibration?.[`${axis}_m_s2`], 60]));
  const clipping = vehicle.vibration?.clipping;
  setText(at("clipping"), isNumber(clipping) && clipping > 0 ? `clipped ${clipping} times` : "");
  return meters("vibration", values, habit.freshness(vehicle, "vibration", nowMs), 1);
}

/** @type {Paint} */
function sensors({ vehicle }) {
  const all = Object.entries(vehicle.sensors ?? {});
  const failed = all.filter(([, health]) => health === "failed").map(([name]) => words(name));
  const ok = all.filter(([, health]) => health === "ok").length;
  setText(at("sensors"), failed.length > 0 ? `▲ not healthy: ${failed.join(", ")} · ${ok} ok` : `all ${ok} that are on are healthy`);
  setClass(at("sensors"), failed.length > 0 ? "warning" : "");
  return all.length > 0;
}

/** @type {Paint} */
function links({ vehicle }, nowMs) {
  const { via, paths } = vehicle.link ?? {};
  return lines("links-of", Object.entries(paths ?? {}).map(([name, path]) => {
    const heard = isNumber(path.heard_ms) ? nowMs - path.heard_ms : Infinity;
    const parts = [`${name === via ? "● " : "○ "}${clean(name)}`, unit(path.frames_per_s, 0, "frames/s"),
      isNumber(path.loss_percent) ? `${fixed(path.loss_percent, 1)}% lost` : UNKNOWN, unit(path.rtt_ms, 0, "ms"),
      isNumber(path.rssi) ? `rssi ${path.rssi}` : UNKNOWN, heard === Infinity ? UNKNOWN : `heard ${age(heard)} ago`,
      path.peer ? clean(path.peer) : UNKNOWN];
    return [name, parts.filter((part) => part !== UNKNOWN).join(" · "), heard > 3_500 ? "old" : "fresh"];
  }));
}

/** @type {Paint} */
function conflict({ vehicle }) {
  if (!vehicle.conflict) return false;
  const peers = (vehicle.conflict.peers ?? []).map(clean).join(", ");
  setText(at("conflict"), `‡ Another sender claims system id ${vehicle.sysid} (${words(vehicle.conflict.why)}), since ${clock(vehicle.conflict.since_ms)}Z. Nothing of ${peers || "it"} is shown.`);
  return true;
}

/** @type {Paint} */
function identity({ vehicle }) {
  const parts = [[vehicle.type ?? vehicle.mav_type, vehicle.autopilot, vehicle.firmware].filter(Boolean).map(words).join(" "),
    `${vehicle.id} · system ${vehicle.sysid} on ${vehicle.network}`, [vehicle.category, vehicle.group].filter(Boolean).join(" · "),
    vehicle.uid ? `hardware ${vehicle.uid}` : "", isNumber(vehicle.booted_ms) ? `booted ${clock(vehicle.booted_ms)}Z` : ""];
  setText(at("identity"), parts.filter(Boolean).map(clean).join(" · "));
  return true;
}
