import assert from "node:assert/strict";
import test from "node:test";
import * as geo from "../../../assets/web/geo.js";
import { History, Samples, SAMPLES, Track } from "../../../assets/web/history.js";
import { Past } from "../../../assets/web/past.js";
import { overlap, placeLabels } from "../../../assets/web/labels.js";
import { backoffMs } from "../../../assets/web/socket.js";
import { age, clean, clock, distance, duration, fixed, heading, place } from "../../../assets/web/text.js";

const close = (a, b, within) => assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("a place goes to the map and back", () => {
  for (const [lat, lon] of [[0, 0], [-35.363262, 149.165237], [60.1, -179.9], [-84, 12]]) {
    const back = geo.unproject(geo.project(lat, lon));
    close(back.lat, lat, 1e-9);
    close(back.lon, lon, 1e-9);
  }
  assert.ok(geo.project(90, 0).y > -1e-3, "the pole has a place at the edge");
});

test("distances and directions are those of the earth", () => {
  close(geo.distanceM({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }), 111_195, 1);
  close(geo.bearingDeg({ lat: 0, lon: 0 }, { lat: 0, lon: 1 }), 90, 1e-9);
  close(geo.bearingDeg({ lat: 0, lon: 0 }, { lat: -1, lon: 0 }), 180, 1e-9);
  close(geo.metresPerUnit(0.5), geo.EARTH_M, 1e-3);
});

test("lengths and lines read well", () => {
  assert.deepEqual([0.7, 1, 19, 50, 499, 999_999].map(geo.niceLength), [0.5, 1, 10, 50, 200, 500_000]);
  assert.deepEqual([0.0013, 0.5, 0.51, 100].map(geo.graticuleStep), [0.002, 0.5, 1, 30]);
  assert.deepEqual([0.002, 0.5, 1, 30].map(geo.decimals), [3, 1, 0, 0]);
  assert.deepEqual(geo.multiples(-1, 3, 2), [0, 2]);
  assert.equal(geo.multiples(0, 1e9, 1).length, 200, "never without end");
});

test("no label covers another or a marker, and the first wish is granted", () => {
  const area = { left: 0, top: 0, right: 400, bottom: 300 };
  const wishes = Array.from({ length: 60 }, (_, n) => ({ id: `v${n}`, x: 150 + 13 * (n % 8), y: 120 + 11 * (n >> 3), width: 60, height: 14 }));
  const placed = placeLabels(wishes, 12, area);
  assert.ok(placed.size >= 8 && placed.size < 60, `${placed.size}`);
  const boxes = [...placed.values()];
  for (const [n, box] of boxes.entries()) {
    assert.ok(box.left >= 0 && box.right <= 400 && box.top >= 0 && box.bottom <= 300);
    for (const other of boxes.slice(n + 1)) assert.ok(!overlap(box, other));
  }
  const alone = placeLabels([wishes[9]], 12, area);
  assert.ok(alone.has("v9"));
});

test("a track is thinned in its older half and never longer than allowed", () => {
  const track = new Track();
  for (let n = 0; n < 20_000; n += 1) track.push(n * 1e-6, 0.5, n * 200, 500);
  assert.ok(track.length <= 500 && track.length > 200, `${track.length}`);
  assert.equal(track.data[3 * (track.length - 1) + 2], 19_999 * 200, "the newest point is there");
  assert.ok(track.data.byteLength <= 3 * 8 * 1024);
});

test("a track has a gap where nothing was heard and starts anew when time goes back", () => {
  const track = new Track();
  track.push(0.1, 0.5, 1_000, 100);
  track.push(0.2, 0.5, 30_000, 100);
  assert.ok(Number.isNaN(track.data[3]), "a gap");
  assert.equal(track.length, 3);
  track.push(0.3, 0.5, 29_000, 100);
  assert.equal(track.length, 3, "late news");
  track.push(0.4, 0.5, -600_000, 100);
  assert.equal(track.length, 1, "another recording");
});

test("a track of nothing but gaps is bounded too", () => {
  const track = new Track();
  for (let n = 0; n < 3_000; n += 1) track.push(NaN, NaN, n * 60_000, 300);
  assert.ok(track.length <= 301, `${track.length}`);
});

test("plots keep ten minutes at one sample per second", () => {
  const samples = new Samples();
  for (let n = 0; n < 100_000; n += 1) samples.push(n * 100, [n, undefined, 50]);
  const times = [];
  samples.each((t) => times.push(t));
  assert.equal(times.length, SAMPLES);
  assert.equal(times.at(-1) - times[0], (SAMPLES - 1) * 1_000);
});

test("who leaves is forgotten, and many vehicles share the room", () => {
  const history = new History();
  const fleet = (t) => Object.fromEntries(Array.from({ length: 300 }, (_, n) =>
    [`v${n}`, { state: "live", position: { lat_deg: 1 + t / 1e6, lon_deg: n / 100, t_ms: t } }]));
  for (let t = 0; t < 600_000; t += 1_000) history.take(fleet(t), t);
  const points = [...history.tracks.values()].reduce((sum, track) => sum + track.length, 0);
  assert.ok(points <= 130_000, `${points}`);
  history.take({}, 600_000);
  assert.deepEqual([history.tracks.size, history.samples.size, history.seen.size], [0, 0, 0]);
});

test("what the flight log adds stands before what was seen, once and in order", () => {
  const history = new History();
  const at = (t) => ({ alpha: { state: "live", position: { lat_deg: 1, lon_deg: t / 1e6, alt_rel_m: 7, t_ms: t } } });
  for (let t = 100_000; t <= 110_000; t += 1_000) history.take(at(t), t);
  const rows = Array.from({ length: 26 }, (_, n) => ({ t_ms: 4_000 * n + 4_000, lat_deg: 1, lon_deg: (4_000 * n + 4_000) / 1e6, alt_rel_m: 5, state: "live" }));
  history.recall("alpha", rows);
  history.recall("alpha", rows);
  const times = [];
  history.samples.get("alpha").each((t) => times.push(t));
  assert.deepEqual([times[0], times.at(-1)], [4_000, 110_000]);
  assert.deepEqual(times, [...new Set(times)].sort((a, b) => a - b));
  const { data, length } = history.tracks.get("alpha");
  assert.deepEqual([data[2], data[3 * length - 1]], [4_000, 110_000]);
  assert.ok(!data.subarray(0, 3 * length).some(Number.isNaN), "no gap between the log and the present");
  history.recall("bravo", rows);
  assert.ok(!history.tracks.has("bravo"), "who is not known is not remembered");
});

test("the flight log is asked once per connection and vehicle, and only where there is one", async () => {
  const asked = [];
  const history = new History();
  const answers = (log) => async (path) => {
    asked.push(path.split("&")[0]);
    return path === "/readyz" ? { log } : [];
  };
  const past = new Past(history, () => {}, answers("open"));
  past.want(1, "b", ["a", "b"], 1_000_000);
  past.want(1, "b", ["a", "b"], 1_000_000);
  await new Promise(setImmediate);
  past.want(1, "b", ["a", "b"], 1_000_000);
  assert.deepEqual(asked, ["/readyz", "/api/v1/history?vehicle=b", "/api/v1/history?vehicle=a"]);
  past.want(2, null, Array.from({ length: 13 }, (_, n) => `v${n}`), 1_000_000);
  past.want(2, "v&7", Array.from({ length: 13 }, (_, n) => `v${n}`), 1_000_000);
  await new Promise(setImmediate);
  assert.deepEqual(asked.slice(3), ["/readyz", "/api/v1/history?vehicle=v%267"]);
  asked.length = 0;
  const without = new Past(history, () => {}, answers("off"));
  without.want(1, "a", ["a"], 1_000_000);
  await new Promise(setImmediate);
  assert.deepEqual([asked, without.isAsking], [["/readyz"], false]);
  const broken = new Past(history, () => {}, async () => Promise.reject(new Error("gone")));
  broken.want(1, "a", ["a"], 1_000_000);
  await new Promise(setImmediate);
  assert.equal(broken.isAsking, false);
});

test("foreign text cannot hide, reorder or join what is read", () => {
  assert.equal(clean("a\u001b]0;owned\u0007b\u009b2Jc"), "a]0;ownedb2Jc");
  assert.equal(clean("abc\u202etxt.exe\u200d\u2066"), "abctxt.exe");
  assert.equal(clean("z\u0300\u0301\u0302\u0303"), "z\u0300\u0301");
  assert.equal(clean("\u0300x"), "x");
  assert.equal(clean("<b>&amp;</b>"), "<b>&amp;</b>", "markup is text");
  assert.equal(clean("\u{e0041}\u{1f1e6}\u{10ffff}ok"), "ok");
  assert.equal(clean(undefined), "");
});

test("numbers and ages are written as in the terminal", () => {
  assert.deepEqual([2_140, 12_000, 119_999, 120_000, 7_200_000, 172_800_000].map(age), ["2.1s", "12s", "119s", "2m", "2h", "2d"]);
  assert.deepEqual([duration(521_000), duration(4_121_000)], ["08:41", "1:08:41"]);
  assert.deepEqual([clock(1_763_906_602_000), clock(NaN)], ["14:03:22", "--"]);
  assert.deepEqual([fixed(-0.04, 1), fixed(-0.06, 1), fixed(NaN), fixed(undefined)], ["0.0", "-0.1", "--", "--"]);
  assert.deepEqual([distance(412.4), distance(12_345), distance(null)], ["412 m", "12.3 km", "--"]);
  assert.deepEqual([heading(47), heading(359.9), heading(-45), heading("x")], ["↗ 047°", "↑ 000°", "↖ 315°", "--"]);
  assert.equal(place(-35.5, 149.25, 2), "35.50° S  149.25° E");
});

test("waits grow, stay bounded and differ between pages", () => {
  assert.deepEqual([0, 1, 2, 30].map((tries) => backoffMs(tries, 1)), [400, 800, 1_600, 10_000]);
  assert.deepEqual([0, 30].map((tries) => backoffMs(tries, 0)), [200, 5_000]);
});
