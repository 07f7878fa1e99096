// @ts-check
// What was flown before this page was opened, or while it was away: asked of the flight log, one vehicle at a time,
// once per connection. A station without a log is not asked.

const SPAN_MS = 600_000;
/** Shorter than what counts as a gap; longer would be coarse, shorter much to carry. */
const STEP_MS = 2_000;
/** More vehicles than this are asked for only when somebody looks at them. */
const MOST = 12;

export class Past {
  /**
   * @param {import("./history.js").History} history @param {() => void} changed
   * @param {(path: string) => Promise<any>} [get] a path as JSON
   */
  constructor(history, changed, get = async (path) => (await fetch(path)).json()) {
    this.history = history;
    this.changed = changed;
    this.get = get;
    this.visit = -1;
    /** @type {Set<string>} */
    this.asked = new Set();
    /** @type {string[]} */
    this.queue = [];
    this.isAsking = false;
  }

  /** @param {number} visit number of the connection @param {string | null} selected @param {string[]} ids @param {number} nowMs */
  want(visit, selected, ids, nowMs) {
    if (visit !== this.visit) {
      this.visit = visit;
      this.asked.clear();
      this.queue = [];
    }
    const wanted = ids.length <= MOST ? ids : [];
    for (const id of selected === null ? wanted : [selected, ...wanted]) {
      if (this.asked.has(id)) continue;
      this.asked.add(id);
      this.queue.push(id);
    }
    if (!this.isAsking && this.queue.length > 0) this.ask(visit, nowMs);
  }

  /** @param {number} visit @param {number} nowMs */
  async ask(visit, nowMs) {
    this.isAsking = true;
    try {
      const { log } = await this.get("/readyz");
      while (log === "open" && this.queue.length > 0 && visit === this.visit) {
        const id = /** @type {string} */ (this.queue.shift());
        const rows = await this.get(`/api/v1/history?vehicle=${encodeURIComponent(id)}&from_ms=${Math.round(nowMs - SPAN_MS)}&step_ms=${STEP_MS}`);
        if (!Array.isArray(rows)) break;
        this.history.recall(id, rows);
        this.changed();
      }
    } catch {
      // The past is a convenience: without an answer the page begins with the present.
    }
    if (visit === this.visit) this.queue = [];
    this.isAsking = false;
  }
}
