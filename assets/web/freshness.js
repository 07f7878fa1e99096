// @ts-check
// How old is too old: every group is judged by its own usual interval, learned while it comes. Pure.
// Fresh until max(2 × usual, 1.5 s), then dim, then `--` after max(5 × usual, 3.5 s).

/** @typedef {"fresh" | "old" | "gone"} Freshness */

/** The groups that age. Home and version are said once and never do. */
export const GROUPS = ["position", "velocity", "attitude", "heading", "throttle", "battery", "gps", "mission",
  "ekf", "vibration", "wind", "rc", "processor", "fence"];

/** Taken as usual before two values came. */
const UNLEARNED_MS = 2_000;
/** A longer pause was an outage and teaches nothing. */
const OUTAGE_MS = 30_000;
/** Shorter than this nobody calls telemetry gone: one lost message must not flap. */
const SILENCE_MS = 5_000;

/** @param {number} ageMs @param {number} [usualMs] @returns {Freshness} */
export function judge(ageMs, usualMs = UNLEARNED_MS) {
  if (ageMs > Math.max(5 * usualMs, 3_500)) return "gone";
  return ageMs > Math.max(2 * usualMs, 1_500) ? "old" : "fresh";
}

/** When a group was last heard. @param {any} vehicle @param {string} group @returns {number | undefined} */
export function heardMs(vehicle, group) {
  if (group !== "gps") return vehicle[group]?.t_ms;
  const times = Object.values(vehicle.gps ?? {}).map((gps) => gps.t_ms).filter((t) => typeof t === "number");
  return times.length > 0 ? Math.max(...times) : undefined;
}

/** What is usual for one vehicle. */
export class Habit {
  constructor() {
    /** @type {Map<string, {lastMs: number, usualMs?: number}>} */
    this.groups = new Map();
    /** Tells how many cells a pack has. */
    this.highestPackV = 0;
  }

  /** @param {any} vehicle */
  observe(vehicle) {
    for (const group of GROUPS) {
      const now = heardMs(vehicle, group);
      if (typeof now !== "number") continue;
      const known = this.groups.get(group);
      if (!known) {
        this.groups.set(group, { lastMs: now });
        continue;
      }
      const passed = now - known.lastMs;
      known.lastMs = now;
      if (passed < 1 || passed >= OUTAGE_MS) continue;
      const usual = known.usualMs;
      known.usualMs = usual === undefined ? passed : (usual * 3 + Math.min(passed, usual * 8 + 500)) / 4;
    }
    this.highestPackV = Math.max(this.highestPackV, vehicle.battery?.voltage_v ?? 0);
  }

  /**
   * How far a group may be trusted. Nothing of a lost vehicle is fresh.
   * @param {any} vehicle @param {string} group @param {number} nowMs @param {number} [tMs] its own moment
   * @returns {Freshness}
   */
  freshness(vehicle, group, nowMs, tMs = heardMs(vehicle, group)) {
    if (typeof tMs !== "number") return "gone";
    const judged = judge(nowMs - tMs, this.groups.get(group)?.usualMs);
    return judged === "fresh" && vehicle.state === "lost" ? "old" : judged;
  }

  /**
   * How long telemetry is gone though heartbeats come, ms; undefined while any of it is to be believed or was never heard.
   * @param {any} vehicle @param {number} nowMs @returns {number | undefined}
   */
  silentForMs(vehicle, nowMs) {
    const ages = ["position", "attitude", "battery"]
      .map((group) => ({ ageMs: nowMs - (heardMs(vehicle, group) ?? NaN), usualMs: this.groups.get(group)?.usualMs }))
      .filter(({ ageMs }) => !Number.isNaN(ageMs));
    const isGone = ages.length > 0 && ages.every(({ ageMs, usualMs }) => ageMs >= SILENCE_MS && judge(ageMs, usualMs) === "gone");
    return isGone ? Math.min(...ages.map(({ ageMs }) => ageMs)) : undefined;
  }
}
