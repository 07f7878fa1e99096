// @ts-check
// The map: one canvas, Web Mercator, tracks as the page saw them, markers turned by heading.

const TRACK_POINTS = 2_000;
const SMALLEST_SPAN = 1e-7;
const COLORS = { live: "--live", late: "--late", lost: "--lost", expected: "--dim" };

/** Mercator, both axes 0 to 1. @param {number} lat @param {number} lon */
function project(lat, lon) {
  const bounded = Math.max(-85, Math.min(85, lat));
  const sine = Math.sin((bounded * Math.PI) / 180);
  return { x: (lon + 180) / 360, y: 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) };
}

/** @param {number} y @returns {number} latitude, radians */
const latitude = (y) => Math.atan(Math.sinh(Math.PI * (1 - 2 * y)));

export class FleetMap {
  /** @param {HTMLCanvasElement} canvas @param {(id: string) => void} picked */
  constructor(canvas, picked) {
    this.canvas = canvas;
    this.picked = picked;
    this.changed = () => {};
    /** @type {Map<string, {x: number, y: number, t: number}[]>} */
    this.tracks = new Map();
    /** Centre and width of the view in world units; null until something has a place. */
    this.view = /** @type {{x: number, y: number, span: number} | null} */ (null);
    /** @type {{id: string, x: number, y: number}[]} */
    this.markers = [];
    this.listen();
  }

  /** Adds where vehicles are now to their tracks. @param {Record<string, any>} vehicles */
  remember(vehicles) {
    for (const id of this.tracks.keys()) if (!Object.hasOwn(vehicles, id)) this.tracks.delete(id);
    for (const [id, vehicle] of Object.entries(vehicles)) {
      const { lat_deg: lat, lon_deg: lon, t_ms: t } = vehicle.position ?? {};
      if (typeof lat !== "number" || typeof lon !== "number") continue;
      const track = this.tracks.get(id) ?? [];
      this.tracks.set(id, track);
      const last = track.at(-1);
      if (last && last.t === t) continue;
      track.push({ ...project(lat, lon), t });
      if (track.length > TRACK_POINTS) track.splice(0, track.length - TRACK_POINTS);
    }
  }

  fit() {
    const points = [...this.tracks.values()].map((track) => /** @type {any} */ (track.at(-1)));
    if (points.length === 0) return;
    const xs = points.map((point) => point.x);
    const ys = points.map((point) => point.y);
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const tall = (bottom - top) * (this.canvas.clientWidth / Math.max(1, this.canvas.clientHeight));
    const span = Math.max(right - left, tall, 1e-5) * 1.5;
    this.view = { x: (left + right) / 2, y: (top + bottom) / 2, span };
  }

  /** Draws, and returns the legend. @param {Record<string, any>} vehicles @param {string | null} selected */
  draw(vehicles, selected) {
    if (!this.view) this.fit();
    const context = this.prepare();
    this.markers = [];
    if (!context || !this.view) return "no vehicle has a position yet";
    for (const [id, track] of this.tracks) this.drawTrack(context, track, id === selected);
    for (const [id, track] of this.tracks) {
      const place = track.at(-1);
      if (place && vehicles[id]) this.drawVehicle(context, vehicles[id], place, id === selected);
    }
    return this.drawScale(context);
  }

  prepare() {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight];
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const context = this.canvas.getContext("2d");
    context?.scale(ratio, ratio);
    return context;
  }

  /** @param {string} name */
  color(name) {
    return getComputedStyle(this.canvas).getPropertyValue(name).trim() || "#888";
  }

  /** World to pixels. @param {{x: number, y: number}} point */
  pixel(point) {
    const view = this.view ?? { x: 0, y: 0, span: 1 };
    const scale = this.canvas.clientWidth / view.span;
    return {
      x: (point.x - view.x) * scale + this.canvas.clientWidth / 2,
      y: (point.y - view.y) * scale + this.canvas.clientHeight / 2,
    };
  }

  /** @param {CanvasRenderingContext2D} context @param {{x: number, y: number}[]} track @param {boolean} strong */
  drawTrack(context, track, strong) {
    context.beginPath();
    for (const point of track) {
      const { x, y } = this.pixel(point);
      context.lineTo(x, y);
    }
    context.strokeStyle = this.color(strong ? "--accent" : "--line");
    context.lineWidth = strong ? 2 : 1;
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {any} vehicle @param {{x: number, y: number}} place @param {boolean} strong */
  drawVehicle(context, vehicle, place, strong) {
    const { x, y } = this.pixel(place);
    this.markers.push({ id: vehicle.id, x, y });
    const degrees = vehicle.heading?.deg;
    context.save();
    context.translate(x, y);
    context.fillStyle = this.color(COLORS[vehicle.state] ?? "--dim");
    context.strokeStyle = this.color(strong ? "--accent" : "--back");
    context.lineWidth = strong ? 3 : 1;
    context.beginPath();
    if (typeof degrees === "number") {
      context.rotate((degrees * Math.PI) / 180);
      for (const [dx, dy] of [[0, -10], [7, 8], [0, 4], [-7, 8]]) context.lineTo(dx, dy);
      context.closePath();
    } else {
      context.arc(0, 0, 6, 0, 2 * Math.PI);
    }
    context.stroke();
    context.fill();
    context.restore();
    context.fillStyle = this.color("--text");
    context.font = "12px system-ui, sans-serif";
    context.fillText(vehicle.name ?? vehicle.id, x + 11, y + 4);
  }

  /** @param {CanvasRenderingContext2D} context */
  drawScale(context) {
    const view = this.view ?? { x: 0.5, y: 0.5, span: 1 };
    const metresPerPixel = (40_075_016 * Math.cos(latitude(view.y)) * view.span) / this.canvas.clientWidth;
    const wanted = metresPerPixel * 120;
    const power = 10 ** Math.floor(Math.log10(wanted));
    const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= wanted) ?? power;
    const [left, base] = [12, this.canvas.clientHeight - 12];
    context.fillStyle = this.color("--text");
    context.fillRect(left, base, metres / metresPerPixel, 2);
    const text = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    context.font = "11px system-ui, sans-serif";
    context.fillText(text, left, base - 5);
    return "north is up · drag, wheel, 0 fits · tracks as this page saw them";
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  zoom(factor, x = this.canvas.clientWidth / 2, y = this.canvas.clientHeight / 2) {
    const view = this.view;
    if (!view) return;
    const span = Math.min(1, Math.max(SMALLEST_SPAN, view.span * factor));
    const unit = (view.span - span) / this.canvas.clientWidth;
    const [dx, dy] = [x - this.canvas.clientWidth / 2, y - this.canvas.clientHeight / 2];
    this.view = { x: view.x + dx * unit, y: view.y + dy * unit, span };
    this.changed();
  }

  /** @param {number} dx @param {number} dy pixels */
  move(dx, dy) {
    if (!this.view) return;
    const unit = this.view.span / this.canvas.clientWidth;
    this.view = { ...this.view, x: this.view.x - dx * unit, y: this.view.y - dy * unit };
    this.changed();
  }

  listen() {
    const canvas = this.canvas;
    let dragged = 0;
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      dragged = 0;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons !== 1) return;
      dragged += Math.abs(event.movementX) + Math.abs(event.movementY);
      this.move(event.movementX, event.movementY);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (dragged < 5) this.pick(event.offsetX, event.offsetY);
    });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const acts = {
      "+": () => this.zoom(1 / 1.4), "-": () => this.zoom(1.4),
      ArrowLeft: () => this.move(40, 0), ArrowRight: () => this.move(-40, 0),
      ArrowUp: () => this.move(0, 40), ArrowDown: () => this.move(0, -40),
      0: () => { this.fit(); this.changed(); },
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @param {number} x @param {number} y */
  pick(x, y) {
    const near = this.markers
      .map((marker) => ({ id: marker.id, away: Math.hypot(marker.x - x, marker.y - y) }))
      .filter((marker) => marker.away < 24)
      .sort((a, b) => a.away - b.away)[0];
    if (near) this.picked(near.id);
  }
}
