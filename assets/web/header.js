// @ts-check
// The line above everything: how many are how, what time it is there, and how good this connection is.

import { at, element, reconcile, setClass, setHidden, setText } from "./dom.js";
import { age, clean, clock, fixed, isNumber, unit, UNKNOWN } from "./text.js";

/** @type {Record<string, string>} */
const WORDS = { connecting: "◌ connecting", resyncing: "◌ resyncing", live: "● live", stale: "◐ stale", disconnected: "× disconnected" };

/** Count, sign, word, class; one of none is not shown. @param {any} counts */
const tallies = (counts) => [[counts.critical, "■", "critical", "critical"], [counts.warnings, "▲", counts.warnings === 1 ? "warning" : "warnings", "warning"],
  [counts.lost, "×", "lost", "critical"], [counts.late, "◐", "late", "warning"], [counts.live, "●", "live", "ok"],
  [counts.expected, "·", "expected", "dim"], [counts.armed, "", "armed", "dim"]];

/** @param {import("./station.js").Station} station @param {import("./digest.js").Digest} digest */
export function drawHeader(station, digest) {
  const phase = station.phase();
  const root = document.documentElement;
  root.dataset.phase = phase;
  root.dataset.seq = String(station.fold.have);
  root.dataset.session = station.hello?.session ?? "";
  const name = clean(station.hello?.name || "volery");
  setText(at("name"), name);
  const title = phase === "live" ? `${name} · volery` : `(${phase}) ${name}`;
  if (document.title !== title) document.title = title;
  const shown = tallies(digest.counts()).filter(([count]) => count > 0);
  reconcile(at("counts"), shown, ([, , word]) => word, ([, , , kind]) => element("li", kind),
    (node, [count, sign, word]) => setText(node, `${sign} ${count} ${word}`.trim()));
  const isRecording = Object.values(station.fold.links).some((link) => String(link.url).startsWith("file:"));
  setText(at("role"), isRecording ? "a recording · view only" : "view only");
  setText(at("clock"), station.hello ? `${clock(station.now())}Z` : "");
  drawChip(station, phase, digest);
}

/** @param {import("./station.js").Station} station @param {string} phase @param {import("./digest.js").Digest} digest */
function drawChip(station, phase, digest) {
  const silent = station.silentMs();
  const sinceMs = station.now() - silent;
  const isOld = phase === "stale" || phase === "disconnected";
  setClass(at("chip"), `chip ${phase}`);
  setText(at("phase"), isOld && Number.isFinite(sinceMs) ? `${WORDS[phase]} since ${clock(sinceMs)}Z` : WORDS[phase]);
  const newest = Math.max(...[...digest.rows.values()].map((row) => row.vehicle.heard_ms ?? 0), 0);
  const telemetry = newest > 0 ? age(station.now() - newest) : UNKNOWN;
  setText(at("data-age"), phase === "live" ? (newest > 0 ? ` · heard ${telemetry} ago` : "") : Number.isFinite(silent) && isOld ? ` · ${age(silent)}` : "");
  setHidden(at("banner"), !isOld && !station.notice);
  if (!isOld) return setText(at("banner"), station.notice ? `The station says: ${clean(station.notice)}` : "");
  const retry = station.socket.retryAt;
  const next = phase === "stale" ? "asking the station" : retry === null ? "trying to connect" : `trying again in ${Math.max(0, Math.ceil((retry - performance.now()) / 1000))} s`;
  const reason = station.notice ? ` (${clean(station.notice)})` : "";
  setText(at("banner"), `No word from the station for ${age(silent)}${reason}: everything here is old, ${next}.`);
}

/** The station's links, the broken ones first. @param {Record<string, any>} links @param {boolean} isTrusted */
export function drawLinks(links, isTrusted) {
  const all = Object.entries(links).sort(([a, one], [b, other]) => Number(one.state === "open") - Number(other.state === "open") || (a < b ? -1 : 1));
  reconcile(at("links"), all, ([name]) => name, () => element("li", null), (node, [name, link]) => {
    const isOpen = link.state === "open" || link.state === "ended";
    const parts = [clean(name), clean(link.state), unit(link.frames_per_s, 0, "frames/s"),
      isNumber(link.bytes_per_s) ? `${fixed(link.bytes_per_s / 1000, 1)} kB/s` : UNKNOWN,
      link.reason ? clean(link.reason) : UNKNOWN];
    setText(node, `${isOpen ? "⇄" : "▲"} ${parts.filter((part) => part !== UNKNOWN).join(" · ")}`);
    setClass(node, isOpen && isTrusted ? "" : isOpen ? "dim" : "warning");
  });
}
