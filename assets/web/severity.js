// @ts-check
// What is wrong with a vehicle, worst first: the one judgement behind colour, symbol, word and order.
// Pure, the moment is passed in; the same limits and the same order as the terminal's table.

import { isNumber } from "./text.js";

/** `group`: whose age is that of the reason, where it rests on telemetry. */
/** @typedef {{rank: number, level: 0 | 1 | 2 | 3, word: string, sort?: string, group?: string}} Reason */

export const [CALM, NOTICE, WARNING, CRITICAL] = /** @type {const} */ ([0, 1, 2, 3]);
export const LEVELS = ["calm", "notice", "warning", "critical"];
export const SIGNS = ["", "", "▲", "■"];

/** @param {number} rank @param {0 | 1 | 2 | 3} level @param {string} word @param {string} [sort] @param {string} [group] @returns {Reason} */
const reason = (rank, level, word, sort, group) => ({ rank, level, word, sort, group });

/** Everything that is wrong, worst first. @param {any} vehicle @param {number} highestPackV @param {boolean} [isSilent] only heartbeats come @returns {Reason[]} */
export function severity(vehicle, highestPackV, isSilent = false) {
  if (vehicle.state === "expected") return [];
  const found = [liveness(vehicle), isSilent && silence(vehicle), vehicle.conflict && reason(7, WARNING, "CONFLICT", "conflict"),
    battery(vehicle, highestPackV), ...autopilot(vehicle), ...surroundings(vehicle), ...alerts(vehicle)];
  return found.filter(Boolean).sort((a, b) => a.rank - b.rank);
}

/** What stands in the row: a loss before everything, since no other number is current then; of a vehicle
 * without telemetry nothing that rests on it. @param {Reason[]} reasons */
export function headline(reasons) {
  const isSilent = reasons.some((r) => r.sort === "silent" && r.level === WARNING);
  return reasons.find((r) => r.sort === "lost") ?? (isSilent ? reasons.find((r) => r.group === undefined) : undefined) ?? reasons[0];
}

/** @param {Reason[]} reasons @returns {0 | 1 | 2 | 3} */
export const level = (reasons) => reasons[0]?.level ?? CALM;

/** How loud the battery alone is. @param {Reason[]} reasons */
export const batteryLevel = (reasons) =>
  Math.max(CALM, ...reasons.filter((r) => r.sort === "battery").map((r) => r.level));

/** Loudest of what is not counted as late or lost. @param {Reason[]} reasons */
export const loudestButLiveness = (reasons) =>
  Math.max(CALM, ...reasons.filter((r) => r.sort !== "lost" && r.sort !== "late").map((r) => r.level));

/** @param {any} vehicle */
function isInAction(vehicle) {
  const flies = ["in_air", "takeoff", "landing"].includes(vehicle.landed);
  return vehicle.armed !== false || flies || vehicle.airborne_since_ms !== undefined;
}

/** Heartbeats come and nothing else does any more; a late or lost one says so itself. @param {any} vehicle */
function silence(vehicle) {
  if (vehicle.state !== "live") return null;
  return isInAction(vehicle) ? reason(6, WARNING, "no telemetry", "silent") : reason(16, NOTICE, "no telemetry", "silent");
}

/** @param {any} vehicle */
function liveness(vehicle) {
  if (vehicle.state === "late") return reason(5, WARNING, "late", "late");
  if (vehicle.state !== "lost") return null;
  return isInAction(vehicle) ? reason(3, CRITICAL, "LOST", "lost") : reason(4, WARNING, "LOST", "lost");
}

/** Lowest measured cell, else the mean of a guessed number of cells. @param {any} vehicle @param {number} highestPackV */
export function cell(vehicle, highestPackV) {
  const measured = Object.values(vehicle.batteries ?? {})
    .flatMap((one) => one.cells_v ?? [])
    .filter((volts) => isNumber(volts) && volts > 0.5);
  if (measured.length > 0) return { volts: Math.min(...measured), measured: true };
  const pack = vehicle.battery?.voltage_v;
  if (!isNumber(pack)) return null;
  // A full cell has at most 4.4 V, and nothing below two cells flies: 5 V is a bench supply.
  const cells = Math.ceil(Math.max(highestPackV, pack) / 4.4);
  return pack > 6 && cells >= 2 ? { volts: pack / cells, measured: false } : null;
}

/** @param {any} vehicle @param {number} highestPackV */
function battery(vehicle, highestPackV) {
  const percent = vehicle.battery?.remaining_percent;
  const lowest = cell(vehicle, highestPackV);
  /** @type {number} */
  let byCell = CALM;
  if (lowest && lowest.volts < 3.5) byCell = lowest.volts < (lowest.measured ? 3.3 : 3.2) ? CRITICAL : WARNING;
  /** @type {number} */
  let byPercent = CALM;
  if (isNumber(percent) && percent <= 25) byPercent = percent <= 15 ? CRITICAL : WARNING;
  const loudest = /** @type {0 | 2 | 3} */ (Math.max(byCell, byPercent));
  if (loudest === CALM) return null;
  const word = isNumber(percent) && byPercent >= byCell
    ? `battery ${percent}%` : `cell ${lowest?.measured ? "" : "~"}${lowest?.volts.toFixed(2)}V`;
  return reason(loudest === CRITICAL ? 0 : 9, loudest, word, "battery", "battery");
}

/** What the autopilot says of itself. */
/** @type {Record<string, string>} */
const STATUS = { critical: "failsafe", emergency: "EMERGENCY", flight_termination: "TERMINATED" };

/** @param {any} vehicle */
function autopilot(vehicle) {
  const status = Object.hasOwn(STATUS, vehicle.system_status ?? "") ? STATUS[vehicle.system_status] : null;
  const failed = Object.keys(vehicle.sensors ?? {}).filter((name) => vehicle.sensors[name] === "failed");
  const broken = failed.filter((name) => name !== "prearm");
  const more = broken.length > 1 ? ` +${broken.length - 1}` : "";
  return [
    status && reason(1, CRITICAL, status),
    broken.length > 0 && reason(10, WARNING, `${broken[0].replaceAll("_", " ")} bad${more}`, undefined, "processor"),
    vehicle.armed === false && failed.includes("prearm") && reason(17, NOTICE, "not ready", undefined, "processor"),
  ];
}

/** In the order of MAVLink, worse first. */
export const FIXES = ["no_gps", "no_fix", "2d_fix", "3d_fix", "dgps", "rtk_float", "rtk_fixed", "static", "ppp"];

/** @param {any} vehicle */
function surroundings(vehicle) {
  const fixes = Object.values(vehicle.gps ?? {}).filter((gps) => gps.fix !== undefined);
  const blind = fixes.length > 0 && fixes.every((gps) => gps.fix === "no_gps" || gps.fix === "no_fix");
  const shaken = ["x_m_s2", "y_m_s2", "z_m_s2"].some((axis) => vehicle.vibration?.[axis] >= 60);
  const loss = lossPercent(vehicle);
  return [
    vehicle.fence?.breached === true && reason(8, WARNING, "fence breach", undefined, "fence"),
    blind && (vehicle.armed === true ? reason(12, WARNING, "no fix", undefined, "gps") : reason(18, NOTICE, "no fix", undefined, "gps")),
    estimator(vehicle),
    shaken && reason(14, WARNING, "vibration", undefined, "vibration"),
    isNumber(loss) && loss >= 20 && vehicle.state !== "lost" && reason(15, WARNING, `loss ${Math.round(loss)}%`),
  ];
}

/** The estimator's variances that have a limit of 1.0: what is called how. */
export const VARIANCES = [["velocity", "velocity_variance"], ["position", "pos_horiz_variance"],
  ["height", "pos_vert_variance"], ["compass", "compass_variance"], ["airspeed", "airspeed_variance"]];

/** @param {any} vehicle */
function estimator(vehicle) {
  const bad = VARIANCES.find(([, key]) => vehicle.ekf?.[key] >= 1);
  return bad && reason(13, WARNING, `EKF ${bad[0]}`, undefined, "ekf");
}

/** @param {any} vehicle */
const alerts = (vehicle) => Object.entries(vehicle.alerts ?? {}).map(([name, alert]) => {
  if (alert.severity === "critical") return reason(2, CRITICAL, name);
  return alert.severity === "warning" ? reason(11, WARNING, name) : null;
});

/** Frames lost on the path in use, percent. @param {any} vehicle @returns {number | undefined} */
export function lossPercent(vehicle) {
  const { via, paths } = vehicle.link ?? {};
  return paths && Object.hasOwn(paths, via) ? paths[via].loss_percent : undefined;
}

/** Sign and loudness of one of the eight severities of a log entry. @param {string} word */
export function loudness(word) {
  if (["emergency", "alert", "critical"].includes(word)) return CRITICAL;
  if (["error", "warning"].includes(word)) return WARNING;
  return word === "debug" ? CALM : NOTICE;
}
