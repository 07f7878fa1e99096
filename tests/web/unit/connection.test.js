import assert from "node:assert/strict";
import test from "node:test";
import { Socket } from "../../../assets/web/socket.js";
import { Station } from "../../../assets/web/station.js";

/** A socket and clocks in the hands of the test; every timer but its own stands still. @param {import("node:test").TestContext} context */
function world(context) {
  const world = { page: 1_000, wall: 1_000_000, sockets: [], said: [] };
  class FakeSocket {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSING = 2;
    constructor() {
      this.readyState = 0;
      world.sockets.push(this);
    }
    send(text) {
      world.said.push(JSON.parse(text));
    }
    close() {
      this.readyState = 2;
    }
    opens() {
      this.readyState = 1;
      this.onopen?.();
    }
    says(message) {
      this.onmessage?.({ data: JSON.stringify(message) });
    }
    ends(reason = "") {
      this.readyState = 3;
      this.onclose?.({ reason });
    }
  }
  const before = globalThis.WebSocket;
  globalThis.WebSocket = FakeSocket;
  context.mock.timers.enable({ apis: ["setInterval"] });
  context.mock.method(performance, "now", () => world.page);
  context.mock.method(Date, "now", () => world.wall);
  context.after(() => (globalThis.WebSocket = before));
  world.pass = (ms) => {
    for (let passed = 0; passed < ms; passed += 500) {
      world.page += 500;
      world.wall += 500;
      context.mock.timers.tick(500);
    }
  };
  world.usable = () => world.sockets.filter((socket) => socket.readyState < 2).length;
  return world;
}

const silent = { message() {}, opened() {}, closed() {}, slept() {}, beat() {}, ping() {} };

test("a new socket is made only after the end of the old one", (context) => {
  const { sockets, pass, usable } = world(context);
  const socket = new Socket("ws://x/ws", [], silent);
  socket.start();
  socket.start();
  assert.equal(sockets.length, 1, "started twice, opened once");
  sockets[0].opens();
  socket.stop();
  socket.start();
  assert.deepEqual([sockets.length, usable()], [1, 0], "the old one is still closing");
  sockets[0].ends();
  pass(1_000);
  assert.deepEqual([sockets.length, usable()], [2, 1]);
  for (let round = 0; round < 20; round += 1) {
    sockets.at(-1).ends();
    socket.hurry();
    pass(500);
    assert.ok(usable() <= 1);
  }
});

test("a socket that does not answer is given up, and a dead one that never ends is left behind", (context) => {
  const { sockets, pass, usable } = world(context);
  const socket = new Socket("ws://x/ws", [], silent);
  socket.start();
  sockets[0].opens();
  pass(11_000);
  assert.equal(sockets[0].readyState, 1);
  pass(2_000);
  assert.equal(sockets[0].readyState, 2, "closed after twelve silent seconds");
  pass(4_000);
  assert.deepEqual([sockets.length, usable()], [2, 1]);
  sockets[0].ends("late");
  pass(1_000);
  assert.deepEqual([sockets.length, usable()], [2, 1], "its late end changes nothing");
});

test("a page that was frozen gives the station its time to answer before it gives up", (context) => {
  const all = world(context);
  const slept = [];
  const socket = new Socket("ws://x/ws", [], { ...silent, slept: (ms) => slept.push(ms) });
  socket.start();
  all.sockets[0].opens();
  all.page += 600_000;
  all.wall += 600_000;
  all.pass(2_000);
  assert.equal(all.sockets[0].readyState, 1);
  assert.deepEqual(slept, [], "its clock went on");
  all.wall += 3_600_000;
  all.pass(500);
  assert.deepEqual(slept, [3_600_000], "its clock stood still for an hour");
});

/** A station that has been greeted and has a snapshot. @param {any} all */
function synced(all, session = "a", seq = 10) {
  all.sockets.at(-1).opens();
  all.sockets.at(-1).says({ type: "hello", session, time_ms: 5_000_000, role: "viewer" });
  all.sockets.at(-1).says({ type: "snapshot", seq, time_ms: 5_000_000, vehicles: { alpha: {} }, links: {} });
}
const event = (id) => ({ id, t_ms: 5_000_000 + id, kind: "text", severity: "info", text: `${id}` });

test("after a break the page asks to go on, and every event stands once and in order", (context) => {
  const all = world(context);
  const station = new Station("ws://x/ws", () => {}, () => {});
  station.socket.start();
  synced(all);
  const say = (...ids) => all.sockets.at(-1).says({ type: "events", events: ids.map(event) });
  say(1, 2, 3);
  say(2, 3, 4);
  all.sockets[0].ends();
  assert.equal(station.phase(), "disconnected");
  all.pass(1_000);
  synced(all);
  assert.deepEqual(all.said.at(-1).resume, { session: "a", event: 4 });
  say(8, 9);
  say(5, 6, 7, 8, 9);
  assert.deepEqual(station.events.filter((e) => e.kind === "text").map((e) => e.id), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(station.events.filter((e) => e.kind === "page").length, 1, "the break itself is in the log");
});

test("another run of the station starts its numbers anew", (context) => {
  const all = world(context);
  const station = new Station("ws://x/ws", () => {}, () => {});
  station.socket.start();
  synced(all, "a", 900);
  all.sockets[0].says({ type: "events", events: [event(1), event(2)] });
  all.sockets[0].ends();
  all.pass(1_000);
  synced(all, "b", 3);
  assert.equal(all.said.at(-1).resume, undefined);
  all.sockets[1].says({ type: "events", events: [event(1)] });
  assert.equal(station.events.filter((e) => e.kind === "text").length, 3);
  assert.deepEqual([station.fold.have, station.phase()], [3, "live"]);
});

test("a gap in the updates is answered by a resync, and what comes before the snapshot is not applied", (context) => {
  const all = world(context);
  const station = new Station("ws://x/ws", () => {}, () => {});
  station.socket.start();
  synced(all);
  const update = (since, seq) => all.sockets[0].says({ type: "update", since, seq, time_ms: 5_000_000, vehicles: { alpha: { seq } }, links: {} });
  update(10, 11);
  update(12, 13);
  assert.deepEqual([station.phase(), all.said.at(-1)], ["resyncing", { type: "resync" }]);
  update(13, 14);
  assert.equal(all.said.filter((message) => message.type === "resync").length, 1, "asked once");
  assert.deepEqual(station.fold.vehicles, { alpha: { seq: 11 } });
  all.sockets[0].says({ type: "snapshot", seq: 14, time_ms: 5_000_000, vehicles: { alpha: { seq: 14 } }, links: {} });
  assert.deepEqual([station.phase(), station.fold.vehicles.alpha.seq], ["live", 14]);
});

test("what cannot be read is survived, and silence is called stale", (context) => {
  const all = world(context);
  context.mock.method(console, "warn", () => {});
  const station = new Station("ws://x/ws", () => {}, () => {});
  station.socket.start();
  synced(all);
  all.sockets[0].onmessage({ data: "{" });
  assert.deepEqual([station.phase(), all.said.at(-1)], ["resyncing", { type: "resync" }]);
  all.sockets[0].says({ type: "something new" });
  all.sockets[0].says({ type: "snapshot", seq: 14, time_ms: 5_000_000, vehicles: {}, links: {} });
  assert.equal(station.phase(), "live");
  all.pass(3_000);
  assert.equal(station.phase(), "live");
  all.pass(1_000);
  assert.equal(station.phase(), "stale");
  assert.ok(all.said.filter((message) => message.type === "ping").length >= 2, "it asked");
  all.sockets[0].says({ type: "pong", time_ms: 5_004_000 });
  assert.equal(station.phase(), "live", "a quiet fleet with a station that answers is live");
});
