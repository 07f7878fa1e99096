// @ts-check
// The fleet as the list needs it: one judged row per vehicle, their order, and the counts above them. Pure.
// A row is judged again only when its vehicle changed.

import { keeps, parse, searchable } from "./filter.js";
import { Habit } from "./freshness.js";
import { batteryLevel, headline, level, lossPercent, loudestButLiveness, severity, CALM, CRITICAL, WARNING } from "./severity.js";

/**
 * @typedef {{id: string, vehicle: any, habit: Habit, number: number, reasons: import("./severity.js").Reason[],
 *   level: number, headline: import("./severity.js").Reason | undefined}} Row
 */

/** Smaller is worse. Calm rows stand still. @param {Row} row */
const worst = (row) => {
  const weak = batteryLevel(row.reasons);
  const percent = row.vehicle.battery?.remaining_percent ?? 100;
  return [row.headline ? row.reasons[0].rank : 99, -weak, weak > CALM ? percent : 0];
};

/** What each sort compares, the smaller first; unknown comes last. @type {Record<string, (row: Row) => any[]>} */
const KEYS = {
  worst,
  number: (row) => [row.number],
  name: (row) => [row.vehicle.name ?? row.id],
  mode: (row) => [row.vehicle.mode],
  battery: (row) => [row.vehicle.battery?.remaining_percent, row.vehicle.battery?.voltage_v],
  alt: (row) => [negative(row.vehicle.position?.alt_rel_m)],
  speed: (row) => [negative(row.vehicle.velocity?.groundspeed_m_s)],
  link: (row) => [negative(lossPercent(row.vehicle))],
  age: (row) => [row.vehicle.heard_ms],
};
export const SORTS = Object.keys(KEYS);

/** @param {number | undefined} value */
const negative = (value) => (value === undefined ? undefined : -value);

/** @param {any[]} a @param {any[]} b */
function compare(a, b) {
  for (let place = 0; place < a.length; place += 1) {
    if (a[place] === b[place]) continue;
    if (a[place] === undefined) return 1;
    if (b[place] === undefined) return -1;
    return a[place] < b[place] ? -1 : 1;
  }
  return 0;
}

export class Digest {
  constructor() {
    /** @type {Map<string, Row>} */
    this.rows = new Map();
    /** @type {Row[]} rows in the list, filtered and sorted */
    this.shown = [];
    this.sort = "worst";
    this.text = "";
    /** @type {string | null} only this group */
    this.group = null;
    /** @type {Map<string, number>} numbers once given stay with their vehicle */
    this.numbers = new Map();
  }

  /** @param {Record<string, any>} vehicles @param {number} nowMs */
  take(vehicles, nowMs) {
    for (const id of this.rows.keys()) if (!Object.hasOwn(vehicles, id)) this.rows.delete(id);
    for (const id of Object.keys(vehicles)) {
      const known = this.rows.get(id);
      if (known?.vehicle === vehicles[id]) continue;
      this.rows.set(id, this.judge(id, vehicles[id], known?.habit ?? new Habit(), nowMs));
    }
  }

  /** @param {string} id @param {any} vehicle @param {Habit} habit @param {number} nowMs @returns {Row} */
  judge(id, vehicle, habit, nowMs) {
    habit.observe(vehicle);
    const reasons = severity(vehicle, habit.highestPackV, habit.silentForMs(vehicle, nowMs) !== undefined);
    return { id, vehicle, habit, reasons, number: this.number(id, vehicle.sysid ?? 0), level: level(reasons), headline: headline(reasons) };
  }

  /** The system id where it is free, else the next thousand; as the terminal counts. @param {string} id @param {number} sysid */
  number(id, sysid) {
    const given = this.numbers.get(id);
    if (given !== undefined) return given;
    const taken = new Set(this.numbers.values());
    let number = sysid;
    while (taken.has(number)) number += 1_000;
    this.numbers.set(id, number);
    return number;
  }

  /** Filters and sorts. */
  arrange() {
    const words = parse(this.text);
    const key = KEYS[this.sort] ?? worst;
    this.shown = [...this.rows.values()]
      .filter((row) => this.group === null || row.vehicle.group === this.group)
      .filter((row) => keeps(words, searchable(row.vehicle, row.headline?.word ?? "ok")))
      .map((row) => ({ row, key: key(row) }))
      .sort((a, b) => compare(a.key, b.key) || a.row.number - b.row.number)
      .map((entry) => entry.row);
  }

  /** Every group with how many are in it and how loud its loudest is. */
  groups() {
    /** @type {Map<string, {count: number, level: number}>} */
    const groups = new Map();
    for (const { vehicle, level } of this.rows.values()) {
      if (typeof vehicle.group !== "string") continue;
      const known = groups.get(vehicle.group) ?? { count: 0, level: CALM };
      groups.set(vehicle.group, { count: known.count + 1, level: Math.max(known.level, level) });
    }
    return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  counts() {
    /** @type {Record<string, number>} */
    const counts = { live: 0, late: 0, lost: 0, expected: 0, armed: 0, critical: 0, warnings: 0 };
    for (const { vehicle, reasons } of this.rows.values()) {
      if (Object.hasOwn(counts, vehicle.state)) counts[vehicle.state] += 1;
      if (vehicle.armed === true) counts.armed += 1;
      const loudest = loudestButLiveness(reasons);
      if (loudest === CRITICAL) counts.critical += 1;
      if (loudest === WARNING) counts.warnings += 1;
    }
    return counts;
  }
}
