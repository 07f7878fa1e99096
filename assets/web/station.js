// @ts-check
// What this page knows of the station: its state, its clock, its log, and how good the connection is.

import { StationClock } from "./clock.js";
import { Fold } from "./fold.js";
import { Socket } from "./socket.js";
import { clock as timeOfDay, duration } from "./text.js";

const EVENTS_KEPT = 600;
/** More often is not seen, and costs a slow link. */
const RATE_HZ = 10;
/** No word for this long, not even to a ping: what is shown is stale. */
export const STALE_MS = 3_500;

/** @typedef {"connecting" | "resyncing" | "live" | "stale" | "disconnected"} Phase */

export class Station {
  /**
   * @param {string} url @param {() => void} changed something may look different
   * @param {(vehicles: Record<string, any>, timeMs: number) => void} folded there is a new state
   */
  constructor(url, changed, folded) {
    this.changed = changed;
    this.folded = folded;
    this.fold = new Fold();
    this.clock = new StationClock();
    /** @type {any[]} newest last; each with a key of its own */
    this.events = [];
    /** Rises with every change of `events`. */
    this.eventsVersion = 0;
    /** @type {any} */
    this.hello = null;
    this.lastEvent = 0;
    this.notes = 0;
    /** @type {"closed" | "open" | "synced"} */
    this.step = "closed";
    /** Page clock of the last word; null: never heard one. */
    this.heardAt = /** @type {number | null} */ (null);
    this.notice = "";
    /** @type {number[]} when pings left that were not answered yet */
    this.pings = [];
    this.lostAtMs = 0;
    /** Connections so far. */
    this.visits = 0;
    this.socket = new Socket(url, ["volery.v1.json"], {
      opened: () => this.opened(),
      closed: (reason) => this.closed(reason),
      message: (text) => this.message(text),
      slept: (ms) => this.slept(ms),
      beat: () => this.changed(),
      ping: () => this.ping(),
    });
  }

  /** Station time now, Unix ms. */
  now() {
    return this.clock.now(performance.now());
  }

  /** How long nothing was heard from the station, ms. */
  silentMs() {
    return this.heardAt === null ? Infinity : performance.now() - this.heardAt;
  }

  /** @returns {Phase} */
  phase() {
    if (this.step === "closed") return this.hello === null ? "connecting" : "disconnected";
    if (this.silentMs() > STALE_MS) return "stale";
    return this.step === "synced" ? "live" : "resyncing";
  }

  opened() {
    this.visits += 1;
    this.step = "open";
    this.pings = [];
    this.heardAt = performance.now();
    this.changed();
  }

  /** @param {string} reason */
  closed(reason) {
    if (this.step === "synced") this.lostAtMs = this.now() - Math.min(this.silentMs(), 1e9);
    this.step = "closed";
    this.fold.distrust();
    this.notice = reason;
    this.changed();
  }

  /** @param {number} ms */
  slept(ms) {
    this.clock.slept(ms);
    if (this.heardAt !== null) this.heardAt -= ms;
  }

  ping() {
    if (this.pings.length < 20) this.pings.push(performance.now());
    this.socket.say({ type: "ping" });
  }

  resync() {
    this.step = "open";
    this.fold.distrust();
    this.socket.say({ type: "resync" });
  }

  /** @param {string} text */
  message(text) {
    this.heardAt = performance.now();
    try {
      this.take(JSON.parse(text));
    } catch (error) {
      console.warn("a message could not be read", error);
      this.resync();
    }
    this.changed();
  }

  /** @param {any} message */
  take(message) {
    if (typeof message.time_ms === "number" && message.type !== "pong" && message.type !== "hello") {
      this.clock.heard(message.time_ms, performance.now());
    }
    switch (message.type) {
      case "hello": return this.greet(message);
      case "pong": return this.pong(message);
      case "snapshot": return this.snapshot(message);
      case "update":
        // What still comes while we wait for a snapshot is of no use.
        if (this.step !== "synced") return;
        if (!this.fold.update(message)) return this.resync();
        return this.folded(this.fold.vehicles, this.fold.timeMs);
      case "events": return this.append(message.events ?? []);
      case "error": this.notice = String(message.text ?? message.code);
    }
  }

  /** @param {any} message */
  greet(message) {
    const before = this.hello;
    this.hello = message;
    const isSame = before?.session === message.session;
    if (!isSame) {
      this.clock.forget();
      this.lastEvent = 0;
    }
    this.clock.heard(message.time_ms, performance.now());
    const resume = isSame && this.fold.timeMs > 0
      ? { session: message.session, event: this.lastEvent } : undefined;
    this.socket.say({ type: "subscribe", vehicles: "*", fields: "*", rate_hz: RATE_HZ, resume });
    if (before !== null) this.sayBack(isSame);
  }

  /** A gap in what this page saw belongs into its log. @param {boolean} isSame */
  sayBack(isSame) {
    const gap = this.lostAtMs > 0 && isSame ? ` after ${duration(this.now() - this.lostAtMs)}` : "";
    const since = this.lostAtMs > 0 && isSame ? `; nothing was heard since ${timeOfDay(this.lostAtMs)}Z` : "";
    const text = isSame ? `this page is connected again${gap}${since}` : "the station was started anew; lines below this one are of its run before";
    this.lostAtMs = 0;
    this.notes += 1;
    this.keep([{ key: `page:${this.notes}`, t_ms: this.now(), kind: "page", severity: "notice", text }]);
  }

  /** @param {any} message */
  pong(message) {
    const sentAt = this.pings.shift();
    if (sentAt !== undefined) this.clock.pong(message.time_ms, sentAt, performance.now());
  }

  /** @param {any} message */
  snapshot(message) {
    this.fold.snapshot(message);
    this.step = "synced";
    this.notice = "";
    this.socket.settled();
    this.folded(this.fold.vehicles, this.fold.timeMs);
  }

  /** After a resume the newest come first and the missed ones after them. @param {any[]} events */
  append(events) {
    const session = this.hello?.session;
    const known = new Set(this.events.map((event) => event.key));
    const news = events.map((event) => ({ ...event, key: `${session}:${event.id}` })).filter((event) => !known.has(event.key));
    if (news.length === 0) return;
    const late = news[0].id < this.lastEvent;
    this.lastEvent = Math.max(this.lastEvent, news[news.length - 1].id);
    this.keep(news);
    if (late) this.events.sort((a, b) => a.t_ms - b.t_ms);
  }

  /** @param {any[]} events */
  keep(events) {
    this.events.push(...events);
    if (this.events.length > EVENTS_KEPT) this.events.splice(0, this.events.length - EVENTS_KEPT);
    this.eventsVersion += 1;
  }
}
