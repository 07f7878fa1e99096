import assert from "node:assert/strict";
import test from "node:test";
import { Fold, merge } from "../../../assets/web/fold.js";

// RFC 7396, appendix A: target, patch, result.
const EXAMPLES = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [["a", "b"], ["c", "d"], ["c", "d"]],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test("a merge patch does what RFC 7396 says", () => {
  for (const [target, patch, result] of EXAMPLES) {
    const before = structuredClone(target);
    assert.deepEqual(merge(target, patch), result);
    assert.deepEqual(target, before, "the old state is not touched");
  }
});

test("what a patch does not touch keeps its identity", () => {
  const old = { alpha: { position: { lat_deg: 1 } }, bravo: { armed: true } };
  const now = merge(old, { alpha: { armed: true } });
  assert.equal(now.bravo, old.bravo);
  assert.equal(now.alpha.position, old.alpha.position);
  assert.notEqual(now.alpha, old.alpha);
});

test("a vehicle called __proto__ is a vehicle and not a prototype", () => {
  const patch = JSON.parse('{"__proto__": {"armed": true}}');
  const now = merge({}, patch);
  assert.ok(Object.hasOwn(now, "__proto__"));
  assert.equal(Object.getPrototypeOf(now), Object.prototype);
  assert.equal({}.armed, undefined);
  const later = merge(now, JSON.parse('{"__proto__": {"mode": "AUTO"}}'));
  assert.deepEqual(Object.values(later), [{ armed: true, mode: "AUTO" }]);
  assert.deepEqual(Object.keys(merge(later, JSON.parse('{"__proto__": null}'))), []);
});

test("an update is applied when since ≤ have < seq and otherwise refused", () => {
  const fold = new Fold();
  const update = (since, seq) => fold.update({ since, seq, time_ms: seq, vehicles: { alpha: { seq } }, links: {} });
  assert.equal(update(0, 1), false, "nothing to apply it to");
  fold.snapshot({ seq: 10, time_ms: 10, vehicles: { alpha: {} }, links: {} });
  for (const [since, seq, isTaken] of [[11, 12, false], [10, 10, false], [8, 9, false], [9, 11, true], [11, 14, true], [12, 13, false]]) {
    assert.equal(update(since, seq), isTaken, `${since} to ${seq}`);
  }
  assert.equal(fold.have, 14);
  assert.deepEqual(fold.vehicles, { alpha: { seq: 14 } });
  fold.distrust();
  assert.equal(update(14, 15), false, "after a loss only a snapshot helps");
  assert.deepEqual(fold.vehicles, { alpha: { seq: 14 } }, "what was known stays to be looked at");
});

test("a vehicle that comes back has nothing of its former life", () => {
  const fold = new Fold();
  fold.snapshot({ seq: 1, time_ms: 1, vehicles: { alpha: { armed: true, position: { lat_deg: 1 } } }, links: {} });
  fold.update({ since: 1, seq: 2, time_ms: 2, vehicles: { alpha: null } });
  fold.update({ since: 2, seq: 3, time_ms: 3, vehicles: { alpha: { armed: true } } });
  assert.deepEqual(fold.vehicles, { alpha: { armed: true } });
});

test("random changes fold to the state, whatever ticks a client skips", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % n;
  const difference = (old, now) => {
    const patch = {};
    for (const key of Object.keys(old)) if (!(key in now)) patch[key] = null;
    for (const key of Object.keys(now)) {
      const [a, b] = [old[key], now[key]];
      if (JSON.stringify(a) === JSON.stringify(b)) continue;
      patch[key] = a && b && typeof a === "object" && typeof b === "object" ? difference(a, b) : b;
    }
    return patch;
  };
  for (let round = 0; round < 200; round += 1) {
    let state = {};
    let known = {};
    const fold = new Fold();
    fold.snapshot({ seq: 0, time_ms: 0, vehicles: {}, links: {} });
    for (let seq = 1; seq < 30; seq += 1) {
      const id = `v${random(4)}`;
      state = { ...state, [id]: { armed: random(2) === 1, [`g${random(3)}`]: { x: random(5), [`k${random(2)}`]: random(3) } } };
      if (random(5) === 0) delete state[id];
      if (random(3) > 0) continue;
      assert.ok(fold.update({ since: fold.have, seq, time_ms: seq, vehicles: difference(known, state) }));
      known = structuredClone(state);
      assert.deepEqual(fold.vehicles, state);
    }
  }
});
