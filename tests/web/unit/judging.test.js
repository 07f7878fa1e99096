import assert from "node:assert/strict";
import test from "node:test";
import { StationClock } from "../../../assets/web/clock.js";
import { Digest } from "../../../assets/web/digest.js";
import { keeps, parse, searchable } from "../../../assets/web/filter.js";
import { Habit, judge } from "../../../assets/web/freshness.js";
import { CRITICAL, WARNING, NOTICE, headline, level, loudness, severity } from "../../../assets/web/severity.js";

test("a fast group is dim after 1.5 s and gone after 3.5 s", () => {
  assert.deepEqual([1_500, 1_501, 3_500, 3_501].map((age) => judge(age, 200)), ["fresh", "old", "old", "gone"]);
});

test("a slow group is judged by its own interval", () => {
  assert.deepEqual([9_000, 11_000, 25_000, 25_001].map((age) => judge(age, 5_000)), ["fresh", "old", "old", "gone"]);
});

test("the interval is learned and an outage teaches nothing", () => {
  const habit = new Habit();
  for (const t_ms of [1_000, 6_000, 11_000, 16_000, 116_000]) habit.observe({ position: { t_ms } });
  const alpha = { position: { t_ms: 116_000 }, state: "live" };
  assert.equal(habit.groups.get("position").usualMs, 5_000);
  const at = (now) => habit.freshness(alpha, "position", now);
  assert.deepEqual([at(125_000), at(130_000), at(142_000)], ["fresh", "old", "gone"]);
  assert.equal(habit.freshness(alpha, "battery", 125_000), "gone", "never heard");
  assert.equal(habit.freshness({ ...alpha, state: "lost" }, "position", 117_000), "old", "nothing of a lost one is fresh");
});

test("a message that came late does not make its news younger", () => {
  const clock = new StationClock();
  clock.heard(1_000_000, 100);
  assert.equal(clock.now(600), 1_000_500);
  clock.heard(1_000_600, 5_700);
  assert.equal(clock.now(5_700), 1_005_600, "five seconds were lost on the way");
  clock.heard(1_006_000, 5_800);
  assert.equal(clock.now(5_800), 1_006_000, "the station proved that it is later there");
  clock.pong(1_006_050, 5_900, 5_910);
  assert.equal(clock.now(5_910), 1_006_060, "a pong proves that it is not later than that");
});

test("the clock goes on over a sleep and starts anew with another session", () => {
  const clock = new StationClock();
  clock.heard(1_000_000, 0);
  clock.slept(60_000);
  assert.equal(clock.now(10), 1_060_010);
  clock.forget();
  clock.heard(5, 0);
  assert.equal(clock.now(1), 6);
});

const judged = (vehicle, packV = 0) => severity({ state: "live", ...vehicle }, packV).map((r) => [r.word, r.level]);

test("every trouble has its word and its level", () => {
  const table = [
    [{ state: "expected", battery: { remaining_percent: 1 } }, []],
    [{ battery: { remaining_percent: 15 } }, [["battery 15%", CRITICAL]]],
    [{ battery: { remaining_percent: 25 } }, [["battery 25%", WARNING]]],
    [{ battery: { remaining_percent: 26 } }, []],
    [{ battery: {}, batteries: { 0: { cells_v: [3.9, 3.29] } } }, [["cell 3.29V", CRITICAL]]],
    [{ battery: { voltage_v: 13.9 } }, [["cell ~3.48V", WARNING]]],
    [{ battery: { voltage_v: 5 } }, []],
    [{ state: "lost", armed: true }, [["LOST", CRITICAL]]],
    [{ state: "lost", armed: false }, [["LOST", WARNING]]],
    [{ state: "late" }, [["late", WARNING]]],
    [{ conflict: {} }, [["CONFLICT", WARNING]]],
    [{ system_status: "emergency" }, [["EMERGENCY", CRITICAL]]],
    [{ system_status: "toString" }, []],
    [{ sensors: { gyro: "ok", compass: "failed", baro: "failed" } }, [["compass bad +1", WARNING]]],
    [{ armed: false, sensors: { prearm: "failed" } }, [["not ready", NOTICE]]],
    [{ armed: true, gps: { 0: { fix: "no_fix" } } }, [["no fix", WARNING]]],
    [{ armed: true, gps: { 0: { fix: "no_fix" }, 1: { fix: "3d_fix" } } }, []],
    [{ armed: false, gps: { 0: { fix: "no_gps" } } }, [["no fix", NOTICE]]],
    [{ ekf: { compass_variance: 1.2 } }, [["EKF compass", WARNING]]],
    [{ vibration: { y_m_s2: 60 } }, [["vibration", WARNING]]],
    [{ fence: { breached: true } }, [["fence breach", WARNING]]],
    [{ link: { via: "r", paths: { r: { loss_percent: 29.4 } } } }, [["loss 29%", WARNING]]],
    [{ alerts: { "<b>hot</b>": { severity: "critical" }, b: { severity: "info" } } }, [["<b>hot</b>", CRITICAL]]],
  ];
  for (const [vehicle, expected] of table) assert.deepEqual(judged(vehicle), expected, JSON.stringify(vehicle));
});

test("the worst comes first, but a loss is the headline", () => {
  const reasons = severity({ state: "lost", armed: true, battery: { remaining_percent: 3 } }, 0);
  assert.equal(reasons[0].word, "battery 3%");
  assert.equal(headline(reasons).word, "LOST");
  assert.equal(level(reasons), CRITICAL);
  assert.deepEqual(["alert", "error", "info", "debug", "strange"].map(loudness), [3, 2, 1, 0, 1]);
});

test("a vehicle of which only heartbeats come says so before what it said last", () => {
  const habit = new Habit();
  const heard = { state: "live", armed: true, battery: { remaining_percent: 12, t_ms: 1_000 } };
  assert.equal(habit.silentForMs(heard, 11_000), undefined);
  assert.equal(habit.silentForMs(heard, 11_001), 10_001);
  assert.equal(habit.silentForMs({ state: "live" }, 99_000), undefined);
  const reasons = severity(heard, 0, true);
  assert.deepEqual(reasons.map((r) => [r.word, r.level]), [["battery 12%", CRITICAL], ["no telemetry", WARNING]]);
  assert.equal(headline(reasons).word, "no telemetry");
  assert.equal(level(severity({ ...heard, armed: false, battery: {} }, 0, true)), NOTICE);
  assert.deepEqual(severity({ ...heard, state: "late", battery: {} }, 0, true).map((r) => r.word), ["late"]);
});

test("words of a filter must all be found and !words must not", () => {
  const texts = searchable({ name: "Alpha", id: "alpha", mode: "AUTO", group: "north", armed: true }, "battery 12%");
  for (const [text, isKept] of [["", true], ["auto", true], ["north alp", true], ["south", false], ["!south", true],
    ["!north", false], ["Alpha", true], ["aLpha", false], ["disarmed", false], ["battery", true]]) {
    assert.equal(keeps(parse(text), texts), isKept, text);
  }
});

test("the list shows the worst first, the emptier of two weak packs before the other, and calm ones by number", () => {
  const digest = new Digest();
  const vehicle = (id, sysid, more) => ({ id, name: id, sysid, network: "n", state: "live", ...more });
  digest.take({
    calm: vehicle("calm", 2, {}),
    first: vehicle("first", 1, {}),
    twin: vehicle("twin", 1, {}),
    weak: vehicle("weak", 5, { battery: { remaining_percent: 14 } }),
    weaker: vehicle("weaker", 6, { battery: { remaining_percent: 3 } }),
    late: vehicle("late", 7, { state: "late", group: "north" }),
  });
  digest.arrange();
  assert.deepEqual(digest.shown.map((row) => row.id), ["weaker", "weak", "late", "first", "calm", "twin"]);
  assert.equal(digest.rows.get("twin").number, 1_001);
  assert.deepEqual(digest.groups(), [["north", { count: 1, level: WARNING }]]);
  assert.deepEqual(digest.counts(), { live: 5, late: 1, lost: 0, expected: 0, armed: 0, critical: 2, warnings: 0 });
  digest.group = "north";
  digest.arrange();
  assert.deepEqual(digest.shown.map((row) => row.id), ["late"]);
});

test("a row is judged again only when its vehicle changed", () => {
  const digest = new Digest();
  const vehicles = { a: { id: "a", sysid: 1, state: "live" } };
  digest.take(vehicles);
  const before = digest.rows.get("a");
  digest.take({ ...vehicles });
  assert.equal(digest.rows.get("a"), before);
  digest.take({});
  assert.equal(digest.rows.size, 0);
});
