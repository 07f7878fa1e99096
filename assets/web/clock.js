// @ts-check
// What time it is at the station, from what it says and from how long its answers take. Pure.
//
// A message proves that the station's clock has reached its time; a pong also proves that it had not
// reached it before the ping was sent. In between the estimate stays where it is, so that telemetry
// delivered late by a slow network keeps its age instead of looking new.

export class StationClock {
  constructor() {
    /** Station time minus this page's clock, ms; unknown before the first message. */
    this.offsetMs = /** @type {number | null} */ (null);
  }

  /** @param {number} timeMs what a message said @param {number} at when it came, page clock */
  heard(timeMs, at) {
    this.offsetMs = Math.max(this.offsetMs ?? -Infinity, timeMs - at);
  }

  /** @param {number} timeMs @param {number} sentAt when the ping left @param {number} at when the pong came */
  pong(timeMs, sentAt, at) {
    this.offsetMs = Math.min(Math.max(this.offsetMs ?? -Infinity, timeMs - at), timeMs - sentAt);
  }

  /** This computer slept and its page clock did not count it. @param {number} ms */
  slept(ms) {
    if (this.offsetMs !== null) this.offsetMs += ms;
  }

  /** Another run of the station has another clock. */
  forget() {
    this.offsetMs = null;
  }

  /** Station time, Unix ms. @param {number} at page clock */
  now(at) {
    return at + (this.offsetMs ?? 0);
  }
}
