// @ts-check
// How numbers, ages and foreign text are written. Same rules as the terminal's table.

/** What stands where nothing is known, or where it is too old to be believed. */
export const UNKNOWN = "--";

// Controls, zero-width and direction marks, joiners, variation selectors, flags, tags, private use:
// whatever could reorder, hide or join what an operator reads.
const UNSAFE = new RegExp(
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f" +
    "\\ufe00-\\ufe0f\\ufeff\\ufff9-\\ufffb\\ue000-\\uf8ff\\u{1f1e6}-\\u{1f1ff}\\u{1f3fb}-\\u{1f3ff}" +
    "\\u{e0000}-\\u{10ffff}]", "gu");

/** Foreign text made safe to read. It still goes into the page as text only. @param {unknown} text */
export function clean(text) {
  return String(text ?? "")
    .replace(UNSAFE, "")
    .replace(/^\p{M}+/u, "")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/\s/gu, " ");
}

/** An enumeration's name as words. @param {unknown} word */
export const words = (word) => clean(word).replaceAll("_", " ");

/** @param {unknown} value @returns {value is number} */
export const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/** A number with so many places and never "-0"; unknown as `--`. @param {unknown} value @param {number} [digits] */
export function fixed(value, digits = 0) {
  if (!isNumber(value)) return UNKNOWN;
  const text = value.toFixed(digits);
  return /^-[0.]*$/.test(text) ? text.slice(1) : text;
}

/** A number with its unit; unknown as `--`. @param {unknown} value @param {number} digits @param {string} unit */
export const unit = (value, digits, unit) => (isNumber(value) ? `${fixed(value, digits)} ${unit}` : UNKNOWN);

/** An age, short: `2.1s`, `47s`, `12m`, `5h`, `9d`. @param {number} ms */
export function age(ms) {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)}s`;
  if (seconds < 120) return `${Math.floor(seconds)}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** A duration: `08:41`, from an hour on `1:08:41`. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:` : ""}${two(minutes)}:${two(seconds % 60)}`;
}

/** The time of day in UTC, as every line of the log has it: `14:03:22`. @param {number} ms */
export function clock(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? UNKNOWN : date.toISOString().slice(11, 19);
}

/** @param {unknown} metres */
export function distance(metres) {
  if (!isNumber(metres)) return UNKNOWN;
  if (metres < 9_999.5) return `${fixed(metres)} m`;
  return `${fixed(metres / 1000, metres < 99_950 ? 1 : 0)} km`;
}

const ARROWS = ["↑", "↗", "→", "↘", "↓", "↙", "←", "↖"];

/** A direction: `↗ 047°`. @param {unknown} degrees */
export function heading(degrees) {
  if (!isNumber(degrees)) return UNKNOWN;
  const turned = ((degrees % 360) + 360) % 360;
  return `${ARROWS[Math.round(turned / 45) % 8]} ${String(Math.round(turned) % 360).padStart(3, "0")}°`;
}

/** A place: `35.36326° S  149.16524° E`. @param {unknown} lat @param {unknown} lon @param {number} [digits] */
export function place(lat, lon, digits = 5) {
  if (!isNumber(lat) || !isNumber(lon)) return UNKNOWN;
  return `${degrees(lat, digits, "N", "S")}  ${degrees(lon, digits, "E", "W")}`;
}

/** @param {number} value @param {number} digits @param {string} plus @param {string} minus */
export const degrees = (value, digits, plus, minus) =>
  (Number(value.toFixed(digits)) === 0 ? `${(0).toFixed(digits)}°` : `${Math.abs(value).toFixed(digits)}° ${value < 0 ? minus : plus}`);
