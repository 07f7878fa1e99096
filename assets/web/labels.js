// @ts-check
// Where names stand on the map so that none covers another or a marker. Pure: boxes in, boxes out.

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box pixels */
/** @typedef {{id: string, x: number, y: number, width: number, height: number}} Wish who wants a label beside which point */

/** @param {Box} a @param {Box} b */
export const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Right, left, below, above, then the corners. */
const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, -1], [1, 1], [-1, -1], [-1, 1]];

/** @param {Wish} wish @param {number} gap @param {number[]} side @returns {Box} */
function box({ x, y, width, height }, gap, [sx, sy]) {
  const left = x + (sx === 0 ? -width / 2 : sx > 0 ? gap : -gap - width);
  const top = y + (sy === 0 ? -height / 2 : sy > 0 ? gap : -gap - height);
  return { left, top, right: left + width, bottom: top + height };
}

/**
 * Places as many labels as fit; who comes first in `wishes` goes first. Whoever finds no room has none.
 * @param {Wish[]} wishes @param {number} gap from the point to its label @param {Box} area @param {Box[]} [taken]
 * @returns {Map<string, Box>}
 */
export function placeLabels(wishes, gap, area, taken = []) {
  const around = gap * 0.7;
  const markers = wishes.map(({ id, x, y }) => ({ id, box: { left: x - around, top: y - around, right: x + around, bottom: y + around } }));
  /** @type {Map<string, Box>} */
  const placed = new Map();
  for (const wish of wishes) {
    const free = SIDES.map((side) => box(wish, gap, side)).find((candidate) =>
      candidate.left >= area.left && candidate.right <= area.right && candidate.top >= area.top && candidate.bottom <= area.bottom
      && ![...placed.values(), ...taken].some((other) => overlap(candidate, other))
      && !markers.some((marker) => marker.id !== wish.id && overlap(candidate, marker.box)));
    if (free) placed.set(wish.id, free);
  }
  return placed;
}
