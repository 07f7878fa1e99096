// @ts-check
// The fold: snapshots and merge patches in, the station's own state out. Pure. Contract, section 4.

/**
 * Applies a merge patch (RFC 7396) and returns the result. Parts that did not change keep their
 * identity, so a reader sees by `===` what is new.
 * @param {any} target @param {any} patch @returns {any}
 */
export function merge(target, patch) {
  if (!isObject(patch)) return patch;
  const result = isObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) {
      delete result[key];
      continue;
    }
    const old = Object.hasOwn(result, key) ? result[key] : undefined;
    // Not by assignment: a vehicle may be called `__proto__`.
    Object.defineProperty(result, key, {
      value: merge(old, patch[key]), enumerable: true, writable: true, configurable: true,
    });
  }
  return result;
}

/** @param {any} value */
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export class Fold {
  constructor() {
    /** @type {Record<string, any>} */
    this.vehicles = {};
    /** @type {Record<string, any>} */
    this.links = {};
    /** Number of the state we have; -1: none. */
    this.have = -1;
    /** Station time of that state, Unix ms. */
    this.timeMs = 0;
  }

  /** @param {any} message */
  snapshot(message) {
    this.vehicles = isObject(message.vehicles) ? message.vehicles : {};
    this.links = isObject(message.links) ? message.links : {};
    this.have = message.seq;
    this.timeMs = message.time_ms;
  }

  /** Whether the update could be applied; if not, only a snapshot helps. @param {any} message */
  update(message) {
    if (this.have < 0 || !(message.since <= this.have && this.have < message.seq)) return false;
    this.vehicles = merge(this.vehicles, message.vehicles ?? {});
    this.links = merge(this.links, message.links ?? {});
    this.have = message.seq;
    this.timeMs = message.time_ms;
    return true;
  }

  /** What we have is no base for updates any more; it stays to be looked at. */
  distrust() {
    this.have = -1;
  }
}
