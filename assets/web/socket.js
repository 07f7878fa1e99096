// @ts-check
// One WebSocket at a time, for as long as the page is shown: knows when to open, when to give up and when to try
// again, and nothing of what is said. A new one is made only after the end of the old one: when the browser reports
// it, or, on a dead network where that takes minutes, a moment after it was closed and can deliver nothing any more.

const FIRST_RETRY_MS = 400;
const LAST_RETRY_MS = 10_000;
/** Asked this often whether the station is there. */
const PING_MS = 1_500;
/** Without an answer for this long the socket is given up. */
const GIVE_UP_MS = 12_000;
/** The browser gets this long to report the end of a socket that was closed. */
const CLOSING_MS = 2_000;
/** How often that is looked at. */
const BEAT_MS = 500;

/** Waiting time before a try, ms. @param {number} tries failed so far @param {number} random 0 to 1 */
export const backoffMs = (tries, random) =>
  Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);

/**
 * @typedef {{message: (text: string) => void, opened: () => void, closed: (reason: string) => void,
 *   slept: (ms: number) => void, beat: () => void, ping: () => void}} Listener
 */

export class Socket {
  /** @param {string} url @param {string[]} protocols @param {Listener} listener */
  constructor(url, protocols, listener) {
    this.url = url;
    this.protocols = protocols;
    this.listener = listener;
    /** @type {WebSocket | null} */
    this.socket = null;
    this.isWanted = false;
    this.tries = 0;
    /** Page clock of the next try; null: none is planned. */
    this.retryAt = /** @type {number | null} */ (null);
    this.heardAt = 0;
    this.pingedAt = 0;
    this.beatAt = performance.now();
    this.wallMs = Date.now();
    this.timer = 0;
  }

  start() {
    this.isWanted = true;
    this.beatAt = performance.now();
    this.wallMs = Date.now();
    if (this.timer === 0) this.timer = setInterval(() => this.beat(), BEAT_MS);
    if (this.socket === null) this.open();
  }

  /** Leaves; `start` comes back. */
  stop() {
    this.isWanted = false;
    this.retryAt = null;
    clearInterval(this.timer);
    this.timer = 0;
    this.socket?.close(1000);
  }

  open() {
    this.retryAt = null;
    const socket = new WebSocket(this.url, this.protocols);
    this.socket = socket;
    this.heardAt = this.pingedAt = performance.now();
    socket.onopen = () => {
      this.heardAt = performance.now();
      this.listener.opened();
    };
    socket.onmessage = (message) => {
      this.heardAt = performance.now();
      this.listener.message(message.data);
    };
    socket.onclose = (close) => this.closed(socket, close.reason);
  }

  /** @param {WebSocket} socket @param {string} reason */
  closed(socket, reason) {
    socket.onopen = socket.onmessage = socket.onclose = null;
    if (socket !== this.socket) return;
    this.socket = null;
    if (this.isWanted) this.retryAt = performance.now() + backoffMs(this.tries, Math.random());
    this.tries += 1;
    this.listener.closed(reason);
  }

  /** What is said makes sense: the next failure starts with short waits again. */
  settled() {
    this.tries = 0;
  }

  /** Tries now what would be tried later: the network is back, or somebody looks again. */
  hurry() {
    if (this.retryAt !== null) this.retryAt = Math.min(this.retryAt, performance.now());
    this.beat();
  }

  /** @param {object} message */
  say(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** Silence is not life: asks, and gives up on a socket that does not answer. */
  beat() {
    if (!this.isWanted) return;
    const now = performance.now();
    const wall = Date.now();
    // A page clock that stood still while the computer slept: the wall clock went on.
    const slept = wall - this.wallMs - (now - this.beatAt);
    if (slept > 2_000) this.listener.slept(slept);
    // A frozen page heard nothing, but that was not the station's silence: it gets its time to answer.
    if (now - this.beatAt > 4 * BEAT_MS + PING_MS) this.heardAt = this.pingedAt = now - PING_MS;
    this.beatAt = now;
    this.wallMs = wall;
    if (this.retryAt !== null && now >= this.retryAt) this.open();
    else if (this.socket !== null) this.check(now);
    this.listener.beat();
  }

  /** @param {number} now */
  check(now) {
    const socket = /** @type {WebSocket} */ (this.socket);
    const silent = now - this.heardAt;
    if (socket.readyState >= WebSocket.CLOSING) {
      if (silent > GIVE_UP_MS + CLOSING_MS) this.closed(socket, "the station does not answer");
    } else if (silent > GIVE_UP_MS) {
      socket.close(4000, "the station does not answer");
    } else if (socket.readyState === WebSocket.OPEN && now - this.pingedAt >= PING_MS) {
      this.pingedAt = now;
      this.listener.ping();
    }
  }
}
