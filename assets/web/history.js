// @ts-check
// Where vehicles have been and how their numbers went: as this page saw it, and what the flight log adds.
// Bounded in bytes, pure.

import { project, metresPerUnit } from "./geo.js";

/** Points of all tracks together; each vehicle gets its share. */
const POINTS = 120_000;
/** A pause this long is a gap, in a track as in a plot. */
export const GAP_MS = 8_000;
/** Samples of a plot: ten minutes at one per second. */
export const SAMPLES = 600;
const SAMPLE_MS = 1_000;
const STEP_M = 0.7;

/** Points as x, y, t; NaN is a gap. The older half is thinned when there are too many. */
export class Track {
  constructor() {
    this.data = new Float64Array(3 * 64);
    this.length = 0;
    this.lastMs = -Infinity;
  }

  /** @param {number} x @param {number} y @param {number} t @param {number} most */
  push(x, y, t, most) {
    if (t <= this.lastMs) {
      // Time went back: another recording, or another run of the station.
      if (t < this.lastMs - 60_000) this.length = 0;
      else return;
    }
    const last = 3 * (this.length - 1);
    const moved = last < 0 ? Infinity : Math.hypot(x - this.data[last], y - this.data[last + 1]) * metresPerUnit(y);
    if (last >= 0 && t - this.lastMs > GAP_MS) this.add(NaN, NaN, t);
    this.lastMs = t;
    if (!(moved < STEP_M)) this.add(x, y, t);
    if (this.length > most) this.thin();
  }

  /** @param {number} x @param {number} y @param {number} t */
  add(x, y, t) {
    if (3 * this.length === this.data.length) {
      const larger = new Float64Array(2 * this.data.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data.set([x, y, t], 3 * this.length);
    this.length += 1;
  }

  /** Every second point of the older half goes; gaps stay. */
  thin() {
    const half = this.length >> 1;
    let kept = 0;
    for (let point = 0; point < this.length; point += 1) {
      if (point < half && point % 2 === 1 && !Number.isNaN(this.data[3 * point])) continue;
      this.data.copyWithin(3 * kept, 3 * point, 3 * point + 3);
      kept += 1;
    }
    // A track of nothing but gaps would not shrink: its oldest go.
    if (kept === this.length) {
      this.data.copyWithin(0, 3 * half, 3 * kept);
      kept -= half;
    }
    this.length = kept;
  }
}

/** A ring of samples: time, height, speed, charge. */
export class Samples {
  constructor() {
    this.data = new Float64Array(4 * SAMPLES);
    this.count = 0;
    this.lastMs = -Infinity;
  }

  /** @param {number} t @param {(number | undefined)[]} values height, speed, charge */
  push(t, values) {
    if (t < this.lastMs - 60_000) this.count = 0;
    else if (t - this.lastMs < SAMPLE_MS) return;
    this.lastMs = t;
    this.data.set([t, ...values.map((value) => value ?? NaN)], 4 * (this.count % SAMPLES));
    this.count += 1;
  }

  /** Oldest first. @param {(t: number, values: Float64Array) => void} visit */
  each(visit) {
    for (let n = Math.max(0, this.count - SAMPLES); n < this.count; n += 1) {
      const from = 4 * (n % SAMPLES);
      visit(this.data[from], this.data.subarray(from + 1, from + 4));
    }
  }
}

export class History {
  constructor() {
    /** @type {Map<string, Track>} */
    this.tracks = new Map();
    /** @type {Map<string, Samples>} */
    this.samples = new Map();
    /** @type {Map<string, any>} */
    this.seen = new Map();
  }

  /** @param {Record<string, any>} vehicles @param {number} timeMs station time of this state */
  take(vehicles, timeMs) {
    for (const id of this.seen.keys()) if (!Object.hasOwn(vehicles, id)) this.forget(id);
    const ids = Object.keys(vehicles);
    for (const id of ids) {
      const vehicle = vehicles[id];
      if (this.seen.get(id) === vehicle) continue;
      this.seen.set(id, vehicle);
      this.takeOne(id, vehicle, timeMs);
    }
  }

  /** @param {string} id @param {any} vehicle @param {number} timeMs */
  takeOne(id, vehicle, timeMs) {
    const { lat_deg: lat, lon_deg: lon, t_ms: t } = vehicle.position ?? {};
    if (typeof lat === "number" && typeof lon === "number" && typeof t === "number") {
      const track = this.tracks.get(id) ?? new Track();
      this.tracks.set(id, track);
      const { x, y } = project(lat, lon);
      track.push(x, y, t, this.most());
    }
    if (vehicle.state !== "live" && vehicle.state !== "late") return;
    const samples = this.samples.get(id) ?? new Samples();
    this.samples.set(id, samples);
    samples.push(timeMs, [vehicle.position?.alt_rel_m, vehicle.velocity?.groundspeed_m_s, vehicle.battery?.remaining_percent]);
  }

  /**
   * Takes in rows of the flight log, beside what was seen here.
   * @param {string} id @param {any[]} rows
   */
  recall(id, rows) {
    if (!this.seen.has(id)) return;
    const known = rows.filter((row) => typeof row.t_ms === "number");
    /** @type {[number, number, number][]} t, x, y */
    const points = known.filter((row) => typeof row.lat_deg === "number" && typeof row.lon_deg === "number")
      .map((row) => [row.t_ms, project(row.lat_deg, row.lon_deg).x, project(row.lat_deg, row.lon_deg).y]);
    const { data, length } = this.tracks.get(id) ?? new Track();
    for (let n = 0; n < 3 * length; n += 3) if (!Number.isNaN(data[n])) points.push([data[n + 2], data[n], data[n + 1]]);
    const track = new Track();
    for (const [t, x, y] of points.sort((a, b) => a[0] - b[0])) track.push(x, y, t, this.most());
    if (track.length > 0) this.tracks.set(id, track);
    /** @type {[number, (number | undefined)[]][]} */
    const values = known.filter((row) => row.state !== "lost").map((row) => [row.t_ms, [row.alt_rel_m, row.groundspeed_m_s, row.battery_percent]]);
    this.samples.get(id)?.each((t, seen) => values.push([t, [...seen]]));
    const samples = new Samples();
    for (const [t, sample] of values.sort((a, b) => a[0] - b[0])) samples.push(t, sample);
    if (samples.count > 0) this.samples.set(id, samples);
  }

  /** Points a track may have: each vehicle gets its share. */
  most() {
    return Math.max(100, Math.min(3_000, Math.floor(POINTS / Math.max(1, this.seen.size))));
  }

  /** @param {string} id */
  forget(id) {
    this.seen.delete(id);
    this.tracks.delete(id);
    this.samples.delete(id);
  }
}
