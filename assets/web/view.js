// @ts-check
// Which part of the world the map shows, and how hands move it: drag, wheel, two fingers, keys.

import { metresPerUnit } from "./geo.js";

/** @typedef {import("./geo.js").Point} Point */

/** Pixels per world unit: the whole earth in 256 pixels, and 200 pixels per metre. */
const [LEAST_SCALE, MOST_SCALE] = [256, 8e9];
/** What a fit shows at least, metres. */
const FIT_LEAST_M = 160;

export class View {
  /** @param {HTMLElement} surface @param {() => void} changed @param {(x: number, y: number) => void} tapped */
  constructor(surface, changed, tapped) {
    this.surface = surface;
    this.changed = changed;
    this.tapped = tapped;
    /** @type {Point} */
    this.centre = { x: 0.5, y: 0.5 };
    this.scale = 1_000;
    this.width = 1;
    this.height = 1;
    /** "fit" keeps all in sight, "follow" the selected one, "free" is where hands left it. @type {"fit" | "follow" | "free"} */
    this.mode = "fit";
    /** Where the mouse is; null when it is not here. @type {Point | null} */
    this.cursor = null;
    /** @type {Map<number, {x: number, y: number}>} */
    this.fingers = new Map();
    this.dragged = 0;
    this.listen();
  }

  /** World to pixels. @param {Point} point @returns {Point} */
  pixel(point) {
    return {
      x: (point.x - this.centre.x) * this.scale + this.width / 2,
      y: (point.y - this.centre.y) * this.scale + this.height / 2,
    };
  }

  /** Pixels to world. @param {number} x @param {number} y @returns {Point} */
  world(x, y) {
    return {
      x: this.centre.x + (x - this.width / 2) / this.scale,
      y: this.centre.y + (y - this.height / 2) / this.scale,
    };
  }

  metresPerPixel() {
    return metresPerUnit(this.centre.y) / this.scale;
  }

  /** Shows all points. A view that still shows them well stays, so that the map does not breathe. @param {Point[]} points @param {boolean} force */
  fit(points, force) {
    if (points.length === 0) return;
    const [xs, ys] = [points.map((p) => p.x), points.map((p) => p.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const margin = Math.min(70, this.width / 5, this.height / 5);
    const [wide, tall] = [this.width - 2 * margin, this.height - 2 * margin];
    const least = FIT_LEAST_M / metresPerUnit((top + bottom) / 2);
    const best = Math.min(wide / Math.max(right - left, least), tall / Math.max(bottom - top, least * (tall / wide)));
    const inside = points.every((point) => {
      const { x, y } = this.pixel(point);
      return x > margin / 2 && y > margin / 2 && x < this.width - margin / 2 && y < this.height - margin / 2;
    });
    if (!force && inside && this.scale > best * 0.45 && this.scale < best * 1.6) return;
    this.centre = { x: (left + right) / 2, y: (top + bottom) / 2 };
    this.scale = Math.max(LEAST_SCALE, Math.min(MOST_SCALE, best * 0.9));
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] the pixel that stays where it is */
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    if (this.mode === "follow") [x, y] = [this.width / 2, this.height / 2];
    else this.mode = "free";
    const fixed = this.world(x, y);
    this.scale = Math.max(LEAST_SCALE, Math.min(MOST_SCALE, this.scale * factor));
    this.centre = { x: fixed.x - (x - this.width / 2) / this.scale, y: fixed.y - (y - this.height / 2) / this.scale };
    this.changed();
  }

  /** @param {number} dx @param {number} dy pixels */
  move(dx, dy) {
    this.mode = "free";
    const within = (/** @type {number} */ value) => Math.max(0, Math.min(1, value));
    this.centre = { x: within(this.centre.x - dx / this.scale), y: within(this.centre.y - dy / this.scale) };
    this.changed();
  }

  /** @param {"fit" | "follow" | "free"} mode */
  enter(mode) {
    this.mode = mode;
    this.changed();
  }

  listen() {
    const surface = this.surface;
    surface.addEventListener("wheel", (event) => {
      event.preventDefault();
      const pixels = event.deltaY * [1, 30, 300][event.deltaMode];
      // Two fingers on a touch pad come as a wheel with Ctrl and small steps.
      this.zoom(Math.exp(-Math.max(-250, Math.min(250, pixels)) * (event.ctrlKey ? 0.01 : 0.0022)), event.offsetX, event.offsetY);
    }, { passive: false });
    surface.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      if (this.fingers.size === 0) this.dragged = 0;
      this.fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    });
    surface.addEventListener("pointermove", (event) => this.moved(event));
    for (const end of ["pointerup", "pointercancel"]) {
      surface.addEventListener(end, (event) => this.lifted(/** @type {PointerEvent} */ (event)));
    }
    surface.addEventListener("pointerleave", () => {
      this.cursor = null;
      this.changed();
    });
  }

  /** @param {PointerEvent} event */
  moved(event) {
    const now = { x: event.offsetX, y: event.offsetY };
    const before = this.fingers.get(event.pointerId);
    if (event.pointerType === "mouse") this.cursor = this.world(now.x, now.y);
    if (!before) return this.changed();
    const other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
    this.fingers.set(event.pointerId, now);
    this.dragged += Math.hypot(now.x - before.x, now.y - before.y);
    // A hand that trembles is a tap, not a drag.
    if (!other && this.dragged < 4) return;
    if (!other) return this.move(now.x - before.x, now.y - before.y);
    const apart = (/** @type {Point} */ a) => Math.max(10, Math.hypot(a.x - other.x, a.y - other.y));
    this.move((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.zoom(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
  }

  /** @param {PointerEvent} event */
  lifted(event) {
    const known = this.fingers.delete(event.pointerId);
    if (known && event.type === "pointerup" && this.dragged < 4) this.tapped(event.offsetX, event.offsetY);
  }
}
