// @ts-check
// The map's arithmetic: Web Mercator with both axes from 0 to 1, distances, and steps that read well. Pure.

export const EARTH_M = 40_075_016.686;
const RADIUS_M = 6_371_000;
const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;

/** @typedef {{x: number, y: number}} Point world units, x to the east, y to the south */

/** @param {number} lat @param {number} lon @returns {Point} */
export function project(lat, lon) {
  const sine = Math.sin(rad(Math.max(-85, Math.min(85, lat))));
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

/** @param {Point} point */
export const unproject = ({ x, y }) => ({
  lat: (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI,
  lon: x * 360 - 180,
});

/** Metres in one world unit, at a place. @param {number} y */
export const metresPerUnit = (y) => EARTH_M * Math.cos(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))));

/** @typedef {{lat: number, lon: number}} Place degrees */

/** Great circle, metres. @param {Place} a @param {Place} b */
export function distanceM(a, b) {
  const [dLat, dLon] = [rad(b.lat - a.lat) / 2, rad(b.lon - a.lon) / 2];
  const h = Math.sin(dLat) ** 2 + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.sin(dLon) ** 2;
  return 2 * RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** Direction from a to b, degrees clockwise from north. @param {Place} a @param {Place} b */
export function bearingDeg(a, b) {
  const dLon = rad(b.lon - a.lon);
  const y = Math.sin(dLon) * Math.cos(rad(b.lat));
  const x = Math.cos(rad(a.lat)) * Math.sin(rad(b.lat)) - Math.sin(rad(a.lat)) * Math.cos(rad(b.lat)) * Math.cos(dLon);
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

/** The largest of 1, 2, 5 × 10ⁿ that is at most `most`. @param {number} most */
export function niceLength(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((n) => n * power <= most * (1 + 1e-9)) ?? 1) * power;
}

/** Steps of whole degrees, minutes' tenths and so on, for lines on the map. */
const STEPS = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001, 0.00005, 0.00002, 0.00001];

/** The smallest step of at least `least` degrees. @param {number} least */
export const graticuleStep = (least) => [...STEPS].reverse().find((step) => step >= least) ?? 30;

/** Decimals a step needs. @param {number} step */
export const decimals = (step) => Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));

/** Multiples of `step` within the range; never more than 200. @param {number} from @param {number} to @param {number} step */
export function multiples(from, to, step) {
  const first = Math.ceil(from / step);
  const count = Math.min(200, Math.max(0, Math.floor(to / step) - first + 1));
  return Array.from({ length: count }, (_, n) => (first + n) * step);
}
