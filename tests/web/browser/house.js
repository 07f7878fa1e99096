// What every browser test needs: a station on ports of its own, a browser, and a page that is watched.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { Drone } from "./mavlink.js";

const ROOT = join(import.meta.dirname, "../../..");
const built = ["release", "debug"].map((kind) => join(ROOT, "target", kind, "volery")).find(existsSync);
const VOLERY = process.env.VOLERY ?? built;

/** A TCP or UDP port nobody holds. @param {"tcp" | "udp"} kind */
export async function freePort(kind) {
  const probe = kind === "tcp" ? net.createServer() : dgram.createSocket("udp4");
  if (kind === "tcp") probe.listen(0, "127.0.0.1");
  else probe.bind(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  await new Promise((done) => probe.close(done));
  return port;
}

/** The first true answer of `ask`; fails after `within` ms. @param {() => any} ask */
export async function until(ask, what, within = 15_000) {
  const end = Date.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < end, `never: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

export class Station {
  /** @param {string} [toml] */
  static async start(toml = "") {
    const station = new Station();
    station.http = await freePort("tcp");
    station.mavlink = await freePort("udp");
    station.folder = mkdtempSync(join(tmpdir(), "volery-web-"));
    writeFileSync(join(station.folder, "fleet.toml"), toml);
    await station.open();
    return station;
  }

  get url() {
    return `http://127.0.0.1:${this.http}`;
  }

  async open() {
    assert.ok(VOLERY, "build volery first: cargo build");
    const flags = ["serve", "--config", "fleet.toml", "--no-log", "--listen", `127.0.0.1:${this.http}`, "--link", `udpin:127.0.0.1:${this.mavlink}`];
    this.process = spawn(VOLERY, flags, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
    this.words = "";
    this.process.stderr.on("data", (data) => (this.words += data));
    await until(async () => {
      assert.equal(this.process.exitCode, null, this.words);
      return fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
    }, "the station answers");
  }

  async end() {
    if (this.process.exitCode !== null) return;
    this.process.kill("SIGCONT");
    this.process.kill("SIGTERM");
    await once(this.process, "exit");
  }

  async close() {
    await this.end();
    rmSync(this.folder, { recursive: true });
  }

  /** @param {string} path */
  async get(path) {
    return (await fetch(this.url + path)).json();
  }

  /** WebSocket clients the station has now. */
  async clients() {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    return Number(/^volery_clients (\d+)/m.exec(text)?.[1]);
  }
}

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--disable-quic", "--no-first-run"];

/** Everything of one test, closed with it. @param {import("node:test").TestContext} context @param {{toml?: string, drones?: number, page?: object, arguments?: object}} [wish] */
export async function house(context, wish = {}) {
  const station = await Station.start(wish.toml);
  context.after(() => station.close());
  const drones = Array.from({ length: wish.drones ?? 1 }, (_, n) => new Drone(n + 1, station.mavlink).start());
  context.after(() => drones.forEach((drone) => drone.close()));
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS, ...wish.arguments });
  context.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...wish.page });
  const seen = watch(page, station.url);
  return { station, drones, browser, page, seen };
}

/** Counts what a page does that it should not do. @param {import("playwright-core").Page} page @param {string} url */
function watch(page, url) {
  const seen = { errors: [], foreign: [], requests: [], sockets: 0, open: 0, mostOpen: 0, said: [] };
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("request", (request) => {
    seen.requests.push(request.url());
    if (!request.url().startsWith(`${url}/`)) seen.foreign.push(request.url());
  });
  page.on("websocket", (socket) => {
    seen.sockets += 1;
    seen.open += 1;
    seen.mostOpen = Math.max(seen.mostOpen, seen.open);
    if (socket.url() !== `${url.replace("http", "ws")}/ws`) seen.foreign.push(socket.url());
    socket.on("framesent", (frame) => seen.said.push(JSON.parse(String(frame.payload))));
    socket.on("close", () => (seen.open -= 1));
  });
  return seen;
}

/** @param {import("playwright-core").Page} page @param {string} phase */
export const phase = (page, phase, within = 15_000) => page.waitForSelector(`html[data-phase="${phase}"]`, { timeout: within });

/** Opens the page and waits until it shows so many vehicles. @param {any} house @param {number} [rows] */
export async function visit({ page, station }, rows = 1) {
  await page.goto(station.url);
  await phase(page, "live");
  await page.waitForFunction((rows) => document.querySelectorAll("#rows tr").length >= rows, rows);
}

/** The text of a cell. @param {import("playwright-core").Page} page @param {string} id @param {string} column */
export const cell = (page, id, column) => page.locator(`#rows tr[data-id="${id}"] td.${column}`);
