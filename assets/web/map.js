// @ts-check
// The map as it is painted: graticule, tracks, homes, ghosts of lost vehicles, markers and their names.
// Draws when it is told to, never by itself.

import { bearingDeg, decimals, distanceM, graticuleStep, metresPerUnit, multiples, niceLength, project, unproject } from "./geo.js";
import { placeLabels } from "./labels.js";
import { SIGNS, CRITICAL, WARNING } from "./severity.js";
import { age, clean, degrees, distance, heading, isNumber, place } from "./text.js";
import { View } from "./view.js";

/** @typedef {import("./digest.js").Row} Row */
/** @typedef {{row: Row, world: import("./geo.js").Point, x: number, y: number, isGhost: boolean}} Marker */

const REACH = 13;
/** A ring larger than this says nothing any more, metres. */
const MOST_GHOST_M = 20_000;

export class FleetMap {
  /** @param {HTMLCanvasElement} canvas @param {HTMLElement} tools that lie over it @param {import("./history.js").History} history @param {(id: string) => void} picked @param {() => void} changed */
  constructor(canvas, tools, history, picked, changed) {
    this.canvas = canvas;
    this.tools = tools;
    this.history = history;
    this.view = new View(canvas, changed, (x, y) => this.pick(x, y, picked));
    /** @type {Marker[]} */
    this.markers = [];
    /** @type {Record<string, string>} */
    this.colors = {};
    this.font = "sans-serif";
    this.size = 13;
    this.ratio = 1;
    this.hadPlaces = false;
  }

  /** Colours come from the style sheet; read again when the theme changes. */
  readColors() {
    const style = getComputedStyle(this.canvas);
    for (const name of ["back", "panel", "line", "faint", "dim", "text", "accent", "ok", "warning", "critical", "conflict", "track"]) {
      this.colors[name] = style.getPropertyValue(`--${name}`).trim();
    }
    this.font = style.fontFamily;
    this.size = parseFloat(style.fontSize);
  }

  /** @param {Row[]} rows worst first @param {string | null} selected @param {number} nowMs */
  draw(rows, selected, nowMs) {
    const context = this.prepare();
    if (!context) return;
    const markers = rows.map((row) => this.marker(row)).filter((marker) => marker !== null);
    this.aim(markers, selected);
    for (const marker of markers) Object.assign(marker, this.view.pixel(marker.world));
    this.markers = markers;
    this.graticule(context);
    // Who is selected is painted last, who is worst late.
    const order = [...markers].reverse().sort((a, b) => Number(a.row.id === selected) - Number(b.row.id === selected));
    for (const marker of order) this.track(context, marker, marker.row.id === selected);
    const homes = this.homes(context, rows, selected);
    for (const marker of order) if (marker.isGhost) this.ghost(context, marker, nowMs);
    for (const marker of order) this.symbol(context, marker, marker.row.id === selected);
    this.labels(context, markers, homes, selected, nowMs);
    this.furniture(context, markers.find((marker) => marker.row.id === selected));
    if (markers.length === 0) this.nothing(context);
    this.tell();
  }

  /** @param {CanvasRenderingContext2D} context */
  nothing(context) {
    this.write(context, 1, this.colors.dim);
    context.textAlign = "center";
    this.halo(context, "no vehicle has a position yet", this.view.width / 2, this.view.height / 2, this.colors.dim);
  }

  prepare() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = Math.min(3, devicePixelRatio || 1);
    if (width === 0 || height === 0) return null;
    if (this.view.width !== width || this.view.height !== height || this.ratio !== ratio) {
      [this.canvas.width, this.canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      [this.view.width, this.view.height, this.ratio] = [width, height, ratio];
    }
    if (this.colors.back === undefined) this.readColors();
    const context = this.canvas.getContext("2d");
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, width, height);
    return context;
  }

  /** @param {Row} row @returns {Marker | null} */
  marker(row) {
    const { lat_deg: lat, lon_deg: lon } = row.vehicle.position ?? {};
    if (!isNumber(lat) || !isNumber(lon)) return null;
    return { row, world: project(lat, lon), x: 0, y: 0, isGhost: row.vehicle.state === "lost" };
  }

  /** @param {Marker[]} markers @param {string | null} selected */
  aim(markers, selected) {
    const view = this.view;
    const followed = markers.find((marker) => marker.row.id === selected);
    if (view.mode === "follow" && followed) view.centre = { ...followed.world };
    if (view.mode !== "fit" && this.hadPlaces) return;
    view.fit(markers.map((marker) => marker.world), !this.hadPlaces);
    this.hadPlaces ||= markers.length > 0;
  }

  /** @param {CanvasRenderingContext2D} context */
  graticule(context) {
    const { view, colors } = this;
    const [from, to] = [unproject(view.world(0, view.height)), unproject(view.world(view.width, 0))];
    const step = graticuleStep(((to.lon - from.lon) / view.width) * 130);
    const digits = decimals(step);
    this.write(context, 0.72, colors.faint);
    context.strokeStyle = colors.line;
    context.lineWidth = 1;
    context.beginPath();
    for (const lon of multiples(from.lon, to.lon, step)) {
      const x = Math.round(view.pixel(project(0, lon)).x) + 0.5;
      context.moveTo(x, 0);
      context.lineTo(x, view.height);
      // The corner is taken by north and the buttons.
      if (x < view.width - 160) context.fillText(degrees(lon, digits, "E", "W"), x + 4, 12);
    }
    for (const lat of multiples(from.lat, to.lat, step)) {
      const y = Math.round(view.pixel(project(lat, 0)).y) + 0.5;
      context.moveTo(0, y);
      context.lineTo(view.width, y);
      // Above stand the meridians' labels, below the scale.
      if (y > 30 && y < view.height - 40) context.fillText(degrees(lat, digits, "N", "S"), 4, y - 4);
    }
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} size of the page's text @param {string} color @param {string} [weight] */
  write(context, size, color, weight = "") {
    context.font = `${weight} ${Math.round(this.size * size)}px ${this.font}`;
    context.fillStyle = color;
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
  }

  /** @param {CanvasRenderingContext2D} context @param {Marker} marker @param {boolean} strong */
  track(context, marker, strong) {
    const track = this.history.tracks.get(marker.row.id);
    if (!track) return;
    const { centre, scale, width, height } = this.view;
    const { data, length } = track;
    let [lastX, lastY, isOpen] = [NaN, NaN, false];
    context.beginPath();
    for (let n = 0; n < 3 * length; n += 3) {
      const x = (data[n] - centre.x) * scale + width / 2;
      const y = (data[n + 1] - centre.y) * scale + height / 2;
      // Steps smaller than a pixel are not seen.
      if (isOpen && Math.abs(x - lastX) + Math.abs(y - lastY) < 1.5) continue;
      if (Number.isNaN(x)) isOpen = false;
      else if (isOpen) context.lineTo(x, y);
      else context.moveTo(x, y);
      isOpen = !Number.isNaN(x);
      [lastX, lastY] = [x, y];
    }
    if (isOpen) context.lineTo(marker.x, marker.y);
    context.strokeStyle = strong ? this.colors.accent : this.colors.track;
    context.lineWidth = strong ? 2 : 1.25;
    context.lineJoin = "round";
    context.stroke();
  }

  /** One sign for all who share a home. @param {CanvasRenderingContext2D} context @param {Row[]} rows @param {string | null} selected */
  homes(context, rows, selected) {
    const seen = new Set();
    const boxes = [];
    const own = rows.find((row) => row.id === selected);
    for (const row of own ? [own, ...rows] : rows) {
      const { lat_deg: lat, lon_deg: lon } = row.vehicle.home ?? {};
      if (!isNumber(lat) || !isNumber(lon)) continue;
      const { x, y } = this.view.pixel(project(lat, lon));
      const key = `${Math.round(x / 8)} ${Math.round(y / 8)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      boxes.push({ left: x - 8, top: y - 8, right: x + 8, bottom: y + 8 });
      context.beginPath();
      for (const [dx, dy] of [[-7, 0], [0, -7], [7, 0], [5, 0], [5, 7], [-5, 7], [-5, 0]]) context.lineTo(x + dx, y + dy);
      context.closePath();
      context.fillStyle = this.colors.panel;
      context.strokeStyle = row.id === selected ? this.colors.accent : this.colors.dim;
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    }
    return boxes;
  }

  /** Inside this ring it is, if it kept its speed. @param {CanvasRenderingContext2D} context @param {Marker} marker @param {number} nowMs */
  ghost(context, marker, nowMs) {
    const { vehicle } = marker.row;
    const seconds = Math.max(0, nowMs - (vehicle.position?.t_ms ?? nowMs)) / 1000;
    const metres = Math.min(MOST_GHOST_M, Math.max(5, (vehicle.velocity?.groundspeed_m_s ?? 0) * seconds));
    const radius = Math.max(REACH + 5, (metres / metresPerUnit(marker.world.y)) * this.view.scale);
    context.beginPath();
    context.arc(marker.x, marker.y, Math.min(radius, 20_000), 0, 2 * Math.PI);
    context.setLineDash([5, 5]);
    context.strokeStyle = this.color(marker.row);
    context.lineWidth = 1.25;
    context.stroke();
    context.setLineDash([]);
  }

  /** @param {Row} row */
  color(row) {
    if (row.headline?.sort === "conflict") return this.colors.conflict;
    if (row.level === CRITICAL) return this.colors.critical;
    if (row.level === WARNING) return this.colors.warning;
    return row.vehicle.armed === false ? this.colors.dim : this.colors.ok;
  }

  /** @param {CanvasRenderingContext2D} context @param {Marker} marker @param {boolean} strong */
  symbol(context, { row, x, y, isGhost }, strong) {
    const deg = row.vehicle.heading?.deg ?? row.vehicle.attitude?.yaw_deg;
    if (x < -30 || y < -30 || x > this.view.width + 30 || y > this.view.height + 30) return;
    context.save();
    context.translate(x, y);
    if (strong) {
      context.beginPath();
      context.arc(0, 0, REACH + 3, 0, 2 * Math.PI);
      context.strokeStyle = this.colors.accent;
      context.lineWidth = 1.5;
      context.stroke();
    }
    context.beginPath();
    if (isNumber(deg)) {
      context.rotate((deg * Math.PI) / 180);
      for (const [dx, dy] of [[0, -12], [8, 9], [0, 4.5], [-8, 9]]) context.lineTo(dx, dy);
    } else {
      context.arc(0, 0, 7, 0, 2 * Math.PI);
    }
    context.closePath();
    // A ghost is hollow: nobody knows that it is there.
    context.fillStyle = isGhost ? this.colors.back : this.color(row);
    context.strokeStyle = isGhost ? this.color(row) : this.colors.back;
    context.lineWidth = isGhost ? 1.75 : 1.25;
    context.lineJoin = "round";
    context.fill();
    context.stroke();
    context.restore();
  }

  /** @param {Marker} marker @param {number} nowMs */
  label({ row, isGhost }, nowMs) {
    const sign = isGhost ? "×" : row.vehicle.state === "late" ? "◐" : row.headline?.sort === "conflict" ? "‡" : SIGNS[row.level];
    const lost = isGhost && isNumber(row.vehicle.heard_ms) ? ` lost ${age(nowMs - row.vehicle.heard_ms)}` : "";
    const short = `${sign}${sign && " "}${row.number}`;
    return { short, long: `${short} ${clean(row.vehicle.name ?? row.id).slice(0, 24)}${lost}` };
  }

  /** Names where there is room, else the number alone. @param {CanvasRenderingContext2D} context @param {Marker[]} markers @param {import("./labels.js").Box[]} homes @param {string | null} selected @param {number} nowMs */
  labels(context, markers, homes, selected, nowMs) {
    const { width, height } = this.view;
    const { offsetLeft: left, offsetTop: top, offsetHeight } = this.tools;
    const taken = [...homes, { left, top, right: width, bottom: top + offsetHeight }];
    const area = { left: 0, top: 0, right: width, bottom: height };
    const seen = markers.filter(({ x, y }) => x > -5 && y > -5 && x < width + 5 && y < height + 5);
    seen.sort((a, b) => Number(b.row.id === selected) - Number(a.row.id === selected));
    const line = Math.round(this.size * 1.15);
    this.write(context, 0.9, this.colors.text, "600");
    const all = seen.map((marker) => ({ marker, ...this.label(marker, nowMs) }));
    const wish = (/** @type {Marker} */ { row, x, y }, /** @type {string} */ text) =>
      ({ id: row.id, x, y, height: line, width: context.measureText(text).width + 6 });
    const long = placeLabels(all.map((one) => wish(one.marker, one.long)), REACH + 2, area, taken);
    const rest = all.filter((one) => !long.has(one.marker.row.id));
    const short = placeLabels(rest.map((one) => wish(one.marker, one.short)), REACH + 2, area, [...taken, ...long.values()]);
    for (const one of all) {
      const { row } = one.marker;
      const box = long.get(row.id) ?? short.get(row.id);
      if (!box) continue;
      const color = row.level >= WARNING ? this.color(row) : row.id === selected ? this.colors.accent : this.colors.text;
      this.halo(context, long.has(row.id) ? one.long : one.short, box.left + 3, box.bottom - line * 0.25, color);
    }
  }

  /** Text that can be read over lines. @param {CanvasRenderingContext2D} context @param {string} text @param {number} x @param {number} y @param {string} color */
  halo(context, text, x, y, color) {
    context.strokeStyle = this.colors.back;
    context.lineWidth = 4;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
    context.fillStyle = color;
    context.fillText(text, x, y);
  }

  /** Scale and, under the mouse, where that is. @param {CanvasRenderingContext2D} context @param {Marker} [from] */
  furniture(context, from) {
    const { view, colors } = this;
    const perPixel = view.metresPerPixel();
    const metres = niceLength(perPixel * Math.min(150, view.width / 3));
    const [left, base, length] = [14, view.height - 14, metres / perPixel];
    context.beginPath();
    for (const [x, y] of [[left, base - 5], [left, base], [left + length, base], [left + length, base - 5]]) context.lineTo(x, y);
    context.strokeStyle = colors.text;
    context.lineWidth = 1.5;
    context.stroke();
    this.write(context, 0.85, colors.text);
    const text = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    context.fillText(text, left + 6, base - 6);
    if (!view.cursor) return;
    const here = unproject(view.cursor);
    let where = place(here.lat, here.lon);
    if (from) {
      const there = unproject(from.world);
      where += `   ${distance(distanceM(there, here))} ${heading(bearingDeg(there, here))} from ${from.row.number}`;
    }
    context.textAlign = "right";
    this.halo(context, where, view.width - 12, base, colors.text);
  }

  /** What is painted, for tests and other readers of the page: attributes of the canvas. */
  tell() {
    const { view, canvas } = this;
    const { lat, lon } = unproject(view.centre);
    canvas.dataset.mode = view.mode;
    canvas.dataset.centre = `${lat.toFixed(6)} ${lon.toFixed(6)}`;
    canvas.dataset.metresPerPixel = view.metresPerPixel().toPrecision(4);
    canvas.dataset.markers = String(this.markers.length);
  }

  /** @param {number} x @param {number} y @param {(id: string) => void} picked */
  pick(x, y, picked) {
    const near = this.markers
      .map((marker) => ({ id: marker.row.id, away: Math.hypot(marker.x - x, marker.y - y) }))
      .filter((marker) => marker.away < 24)
      .sort((a, b) => a.away - b.away)[0];
    if (near) picked(near.id);
  }
}
