// @ts-check
// The socket and the fold: keeps `state` equal to the station's own by RFC 7396 merge patches.
// Knows nothing of the page; tells it through `changed`, `events` and `connection`.

/** Applies a merge patch and returns the result; parts that did not change keep their identity.
 * @param {any} target @param {any} patch @returns {any} */
export function merge(target, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const whole = target !== null && typeof target === "object" && !Array.isArray(target);
  const result = whole ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    if (patch[key] === null) delete result[key];
    else {
      const old = Object.hasOwn(result, key) ? result[key] : undefined;
      Object.defineProperty(result, key, {
        value: merge(old, patch[key]), enumerable: true, writable: true, configurable: true,
      });
    }
  }
  return result;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
const PING_MS = 4_000;
const SILENT_MS = 11_000;
const EVENTS_KEPT = 500;

export class Mirror {
  constructor() {
    /** @type {{vehicles: Record<string, any>, links: Record<string, any>}} */
    this.state = { vehicles: {}, links: {} };
    /** @type {any[]} newest last */
    this.log = [];
    /** @type {any} */
    this.hello = null;
    this.have = -1;
    /** "live", "resyncing" or "stale" */
    this.phase = "resyncing";
    /** Station time of the last sign of life, ms; 0 before the first. */
    this.heardMs = 0;
    this.notice = "";
    this.changed = () => {};
    this.offsetMs = 0;
    this.heardAt = 0;
    this.retryMs = FIRST_RETRY_MS;
    /** @type {WebSocket | null} */
    this.socket = null;
  }

  /** Station time now, Unix ms; does not follow steps of this computer's clock. */
  now() {
    return performance.now() + this.offsetMs;
  }

  start() {
    this.connect();
    setInterval(() => this.watch(), 1_000);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws`, ["volery.v1.json"]);
    this.socket = socket;
    this.pingedAt = this.heardAt = performance.now();
    socket.onmessage = (message) => {
      if (socket !== this.socket) return;
      this.heardAt = performance.now();
      try {
        this.take(JSON.parse(message.data));
      } catch (error) {
        console.error("a message could not be read", error);
        this.resync();
      }
    };
    socket.onclose = (close) => {
      if (socket === this.socket) this.lost(close.reason);
    };
  }

  /** @param {string} reason */
  lost(reason) {
    this.socket = null;
    this.notice = reason;
    this.enter("stale");
    const jitter = 0.75 + Math.random() / 2;
    setTimeout(() => this.connect(), this.retryMs * jitter);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  /** Silence is not life: asks, and gives up on a socket that does not answer. */
  watch() {
    const socket = this.socket;
    if (!socket) return;
    const now = performance.now();
    if (now - this.heardAt > SILENT_MS) {
      socket.onclose = null;
      socket.close();
      this.lost("the station does not answer");
    } else if (socket.readyState === WebSocket.OPEN && now - (this.pingedAt ?? 0) > PING_MS) {
      this.pingedAt = now;
      this.say({ type: "ping" });
    }
  }

  resync() {
    this.enter("resyncing");
    this.say({ type: "resync" });
  }

  /** @param {object} message */
  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** @param {string} phase */
  enter(phase) {
    this.phase = phase;
    this.changed();
  }

  /** @param {number} timeMs station time now */
  anchor(timeMs) {
    this.offsetMs = timeMs - performance.now();
  }

  /** @param {any} message */
  take(message) {
    switch (message.type) {
      case "hello":
        this.anchor(message.time_ms);
        if (this.hello && this.hello.session !== message.session) this.log = [];
        this.hello = message;
        this.enter("resyncing");
        break;
      case "pong":
        if (typeof message.time_ms === "number") this.anchor(message.time_ms);
        break;
      case "snapshot":
        this.state = { vehicles: message.vehicles, links: message.links };
        this.have = message.seq;
        this.retryMs = FIRST_RETRY_MS;
        this.notice = "";
        this.enter("live");
        break;
      case "update":
        this.update(message);
        break;
      case "events":
        this.append(message.events);
        break;
      case "error":
        this.notice = message.text;
        break;
    }
    this.heardMs = this.now();
    this.changed();
  }

  /** @param {any} message */
  update(message) {
    if (this.phase !== "live") return;
    if (!(message.since <= this.have && this.have < message.seq)) return this.resync();
    this.state = {
      vehicles: merge(this.state.vehicles, message.vehicles ?? {}),
      links: merge(this.state.links, message.links ?? {}),
    };
    this.have = message.seq;
  }

  /** @param {any[]} events */
  append(events) {
    const last = this.log.at(-1)?.id ?? 0;
    this.log.push(...events.filter((event) => event.id > last));
    if (this.log.length > EVENTS_KEPT) this.log.splice(0, this.log.length - EVENTS_KEPT);
  }
}
