// @ts-check
// The log book, the newest line first; of all, of the selected vehicle, or only what is bad.

import { at, element, reconcile, setHidden, setText } from "./dom.js";
import { LEVELS, SIGNS, WARNING, loudness } from "./severity.js";
import { clean, clock } from "./text.js";

/** Lines shown; older ones are in the flight log. */
const SHOWN = 150;

export class Events {
  /** @param {(id: string) => void} picked @param {() => void} changed */
  constructor(picked, changed) {
    this.picked = picked;
    this.drawn = "";
    this.ofSelected = at("events-one");
    this.onlyBad = at("events-bad");
    for (const box of [this.ofSelected, this.onlyBad]) box.addEventListener("change", changed);
  }

  /** @param {import("./station.js").Station} station @param {string | null} selected */
  draw(station, selected) {
    const only = this.ofSelected.checked ? selected : null;
    const state = `${station.eventsVersion} ${only} ${this.onlyBad.checked}`;
    if (state === this.drawn) return;
    this.drawn = state;
    const shown = station.events
      .filter((event) => only === null || event.vehicle === only)
      .filter((event) => !this.onlyBad.checked || loudness(event.severity) >= WARNING)
      .slice(-SHOWN).reverse();
    reconcile(at("events"), fold(shown), (entry) => entry.event.key, (entry) => this.make(entry.event, station), (node, entry) => {
      setText(node.parts.times, entry.times > 1 ? ` × ${entry.times}` : "");
    });
    setHidden(at("no-events"), shown.length > 0);
  }

  /** @param {any} event @param {import("./station.js").Station} station */
  make(event, station) {
    const level = loudness(event.severity);
    const node = element("li", LEVELS[level]);
    const vehicles = station.fold.vehicles;
    const known = event.vehicle !== undefined && Object.hasOwn(vehicles, event.vehicle) ? vehicles[event.vehicle] : undefined;
    const who = clean(known?.name ?? event.vehicle ?? (event.kind === "page" ? "this page" : "station"));
    const name = element(event.vehicle === undefined ? "span" : "button", "plain who", who);
    if (event.vehicle !== undefined) {
      name.type = "button";
      name.addEventListener("click", () => this.picked(event.vehicle));
    }
    node.parts = { times: element("b", null) };
    const severity = element("span", "severity", `${SIGNS[level]} ${clean(event.severity)}`.trim());
    node.append(element("time", null, clock(event.t_ms)), severity, name,
      element("span", "text", clean(event.text), node.parts.times));
    return node;
  }
}

/** The same line again right after itself is one line with a count. @param {any[]} events newest first */
function fold(events) {
  /** @type {{event: any, times: number}[]} */
  const folded = [];
  for (const event of events) {
    const last = folded.at(-1);
    if (last && last.event.vehicle === event.vehicle && last.event.text === event.text && last.event.severity === event.severity) {
      // Its oldest line keeps the place: a key that does not change while it repeats.
      last.times += 1;
      last.event = event;
    } else {
      folded.push({ event, times: 1 });
    }
  }
  return folded;
}
