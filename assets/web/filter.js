// @ts-check
// Which rows stay: words that must all be found, `!word` for what must not. Pure; as in the terminal.

/** @typedef {{wanted: boolean, text: string, exact: boolean}} Word */

/** Capitals count only where some are typed. @param {string} text @returns {Word[]} */
export const parse = (text) => text.slice(0, 200).split(/\s+/u)
  .map((word) => (word.startsWith("!") ? { wanted: false, text: word.slice(1) } : { wanted: true, text: word }))
  .filter((word) => word.text !== "")
  .map((word) => ({ ...word, exact: /\p{Lu}/u.test(word.text) }));

/** @param {Word[]} words @param {(string | undefined)[]} texts what a row can be found by */
export const keeps = (words, texts) => words.every((word) => {
  const found = texts.some((text) => text !== undefined
    && (word.exact ? text : text.toLowerCase()).includes(word.text));
  return found === word.wanted;
});

/** What a vehicle can be found by. @param {any} vehicle @param {string} status */
export const searchable = (vehicle, status) => [vehicle.name, vehicle.id, vehicle.network, vehicle.state, vehicle.mode,
  vehicle.type, vehicle.mav_type, vehicle.category, vehicle.group, vehicle.autopilot, status,
  vehicle.armed === undefined ? undefined : vehicle.armed ? "armed" : "disarmed", vehicle.link?.via];
