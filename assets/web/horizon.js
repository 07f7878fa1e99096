// @ts-check
// The attitude of one vehicle as a pilot reads it: horizon, roll, speed and height beside it, heading below.

import { fixed, isNumber, UNKNOWN } from "./text.js";

const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
/** Pixels per degree of pitch. */
const PITCH = 2.6;

/**
 * Fits a canvas to its box and gives a cleared context in page pixels; null when it is not shown.
 * @param {HTMLCanvasElement} canvas
 */
export function surface(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return null;
  const ratio = Math.min(3, devicePixelRatio || 1);
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== tall) [canvas.width, canvas.height] = [wide, tall];
  const context = canvas.getContext("2d");
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  const color = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  const font = (/** @type {number} */ size, weight = "") => {
    context.font = `${weight} ${Math.round(parseFloat(style.fontSize) * size)}px ${style.fontFamily}`;
  };
  return { context, width, height, color, font };
}

/**
 * What is `undefined` is not painted as zero but as missing.
 * @typedef {{roll?: number, pitch?: number, heading?: number, speed?: number, alt?: number, climb?: number, isOld: boolean}} Flight
 */

/** @param {HTMLCanvasElement} canvas @param {Flight} flight */
export function drawHorizon(canvas, flight) {
  const painter = surface(canvas);
  if (!painter) return;
  const { context, width, height } = painter;
  context.globalAlpha = flight.isOld ? 0.55 : 1;
  const tape = Math.round(Math.min(64, width * 0.2));
  const bottom = height - 24;
  context.save();
  context.beginPath();
  context.rect(0, 0, width, bottom);
  context.clip();
  if (isNumber(flight.roll) && isNumber(flight.pitch)) ball(painter, flight, width / 2, bottom / 2);
  else nothing(painter, bottom);
  context.restore();
  strip(painter, { left: 0, width: tape, height: bottom, value: flight.speed, step: 5, digits: 1, side: 1, title: "m/s", least: 0 });
  strip(painter, { left: width - tape, width: tape, height: bottom, value: flight.alt, step: 10, digits: 1, side: -1, title: "m", least: -Infinity });
  compass(painter, bottom, flight.heading);
  context.globalAlpha = 1;
}

/** @param {any} painter @param {number} bottom */
function nothing({ context, width, color, font }, bottom) {
  context.fillStyle = color("raise");
  context.fillRect(0, 0, width, bottom);
  font(0.9);
  context.fillStyle = color("dim");
  context.textAlign = "center";
  context.fillText("no attitude", width / 2, bottom / 2);
}

/** @param {any} painter @param {Flight} flight @param {number} x @param {number} y */
function ball({ context, width, height, color, font }, flight, x, y) {
  const [roll, pitch] = [flight.roll ?? 0, flight.pitch ?? 0];
  const far = width + height;
  context.save();
  context.translate(x, y);
  context.rotate(-rad(roll));
  context.translate(0, pitch * PITCH);
  context.fillStyle = color("sky");
  context.fillRect(-far, -far * 3, 2 * far, far * 3);
  context.fillStyle = color("ground");
  context.fillRect(-far, 0, 2 * far, far * 3);
  context.strokeStyle = context.fillStyle = color("ladder");
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(-far, 0);
  context.lineTo(far, 0);
  font(0.7);
  context.textAlign = "left";
  for (const step of [-60, -50, -40, -30, -20, -10, 10, 20, 30, 40, 50, 60]) {
    if (Math.abs(step - pitch) > 24) continue;
    context.moveTo(-20, -step * PITCH);
    context.lineTo(20, -step * PITCH);
    context.fillText(String(Math.abs(step)), 24, -step * PITCH + 3);
  }
  context.stroke();
  context.restore();
  arc(context, color, x, y, roll);
}

/** The roll scale and the wings, which do not turn. @param {any} context @param {(name: string) => string} color @param {number} x @param {number} y @param {number} roll */
function arc(context, color, x, y, roll) {
  const radius = Math.min(x, y) - 9;
  context.strokeStyle = color("ladder");
  context.lineWidth = 1.25;
  context.beginPath();
  for (const mark of [-60, -45, -30, -20, -10, 0, 10, 20, 30, 45, 60]) {
    const turn = rad(mark - 90);
    const long = mark % 30 === 0 ? 7 : 4;
    context.moveTo(x + radius * Math.cos(turn), y + radius * Math.sin(turn));
    context.lineTo(x + (radius + long) * Math.cos(turn), y + (radius + long) * Math.sin(turn));
  }
  context.stroke();
  context.save();
  context.translate(x, y);
  context.rotate(-rad(Math.max(-70, Math.min(70, roll))));
  context.fillStyle = color("plane");
  context.beginPath();
  for (const [dx, dy] of [[0, -radius], [5, -radius + 8], [-5, -radius + 8]]) context.lineTo(dx, dy);
  context.fill();
  context.restore();
  context.strokeStyle = color("plane");
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.beginPath();
  for (const side of [-1, 1]) {
    context.moveTo(x + side * 34, y);
    context.lineTo(x + side * 14, y);
    context.lineTo(x + side * 9, y + 6);
  }
  context.moveTo(x - 1, y);
  context.lineTo(x + 1, y);
  context.stroke();
}

/** A tape with its value in a box. @param {any} painter @param {any} tape */
function strip({ context, color, font }, { left, width, height, value, step, digits, side, title, least }) {
  const middle = height / 2;
  const perUnit = 34 / step;
  context.save();
  context.beginPath();
  context.rect(left, 0, width, height);
  context.clip();
  context.fillStyle = color("tape");
  context.fillRect(left, 0, width, height);
  context.fillStyle = context.strokeStyle = color("ladder");
  const edge = side > 0 ? left + width : left;
  context.textAlign = side > 0 ? "right" : "left";
  context.textBaseline = "middle";
  font(0.75);
  if (isNumber(value)) {
    context.beginPath();
    const reach = middle / perUnit;
    for (let mark = Math.ceil((value - reach) / step) * step; mark <= value + reach; mark += step) {
      if (mark < least) continue;
      const y = middle + (value - mark) * perUnit;
      context.moveTo(edge, y);
      context.lineTo(edge - side * 5, y);
      if (Math.abs(y - middle) > 18 && y > 20) context.fillText(fixed(mark), edge - side * 8, y);
    }
    context.stroke();
  }
  context.fillStyle = color("panel");
  context.fillRect(left, middle - 12, width, 24);
  context.fillStyle = color("text");
  font(1, "700");
  context.textAlign = "center";
  context.fillText(isNumber(value) ? fixed(value, Math.abs(value) >= 1000 ? 0 : digits) : UNKNOWN, left + width / 2, middle + 1);
  font(0.7);
  context.fillStyle = color("ladder");
  context.fillText(title, left + width / 2, 9);
  context.restore();
  context.textBaseline = "alphabetic";
}

/** @type {Record<number, string>} */
const POINTS = { 0: "N", 45: "NE", 90: "E", 135: "SE", 180: "S", 225: "SW", 270: "W", 315: "NW" };

/** @param {any} painter @param {number} top @param {number | undefined} value */
function compass({ context, width, height, color, font }, top, value) {
  context.save();
  context.beginPath();
  context.rect(0, top, width, height - top);
  context.clip();
  context.fillStyle = color("raise");
  context.fillRect(0, top, width, height - top);
  context.textAlign = "center";
  context.textBaseline = "middle";
  const [middle, y] = [width / 2, top + (height - top) / 2 + 1];
  if (isNumber(value)) {
    font(0.75);
    context.fillStyle = color("dim");
    for (let mark = Math.floor((value - 70) / 15) * 15; mark <= value + 70; mark += 15) {
      const x = middle + (mark - value) * (width / 140);
      const turned = ((mark % 360) + 360) % 360;
      if (Math.abs(x - middle) > 30) context.fillText(POINTS[turned] ?? (turned % 45 ? "·" : String(turned)), x, y);
    }
  }
  context.fillStyle = color("text");
  font(0.95, "700");
  const shown = isNumber(value) ? `${String(Math.round(value) % 360).padStart(3, "0")}°` : UNKNOWN;
  context.fillText(shown, middle, y);
  context.restore();
  context.textBaseline = "alphabetic";
}
