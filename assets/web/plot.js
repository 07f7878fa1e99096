// @ts-check
// A small plot of the last minutes. A gap in the data is a gap in the line.

import { surface } from "./horizon.js";
import { GAP_MS } from "./history.js";
import { fixed } from "./text.js";

const LONGEST_MS = 600_000;
const SHORTEST_MS = 60_000;

/**
 * @param {HTMLCanvasElement} canvas @param {import("./history.js").Samples | undefined} samples
 * @param {number} which place of the value in a sample @param {number} nowMs
 * @param {{color: string, floor?: number, ceiling?: number, digits: number}} look
 * @returns {number} how much time the plot shows, ms
 */
export function drawPlot(canvas, samples, which, nowMs, look) {
  /** @type {[number, number][]} */
  const points = [];
  samples?.each((t, values) => {
    if (t >= nowMs - LONGEST_MS) points.push([t, values[which]]);
  });
  const span = Math.max(SHORTEST_MS, points.length > 0 ? nowMs - points[0][0] : 0);
  const painter = surface(canvas);
  if (!painter) return span;
  const known = points.map(([, value]) => value).filter((value) => !Number.isNaN(value));
  const { context, width, height, color, font } = painter;
  const low = Math.min(look.floor ?? Infinity, ...known);
  const high = Math.max(look.ceiling ?? -Infinity, low + 1, ...known);
  font(0.75);
  const right = width - 34;
  frame(context, color, right, height);
  if (known.length === 0) return span;
  const y = (/** @type {number} */ value) => height - 4 - ((value - low) / (high - low)) * (height - 8);
  const x = (/** @type {number} */ t) => right - ((nowMs - t) / span) * right;
  context.beginPath();
  let last = -Infinity;
  for (const [t, value] of points) {
    if (Number.isNaN(value)) last = -Infinity;
    else if (t - last > GAP_MS) context.moveTo(x(t), y(value));
    else context.lineTo(x(t), y(value));
    if (!Number.isNaN(value)) last = t;
  }
  context.strokeStyle = color(look.color);
  context.lineWidth = 1.75;
  context.lineJoin = "round";
  context.stroke();
  context.fillStyle = color("dim");
  context.fillText(fixed(high, look.digits), right + 5, 10);
  context.fillText(fixed(low, look.digits), right + 5, height - 2);
  return span;
}

/** @param {any} context @param {(name: string) => string} color @param {number} right @param {number} height */
function frame(context, color, right, height) {
  context.strokeStyle = color("line");
  context.lineWidth = 1;
  context.beginPath();
  for (const y of [0.5, Math.round(height / 2) + 0.5, height - 0.5]) {
    context.moveTo(0, y);
    context.lineTo(right, y);
  }
  context.stroke();
}
