import assert from "node:assert/strict";
import test from "node:test";
import { cell, house, phase, until, visit } from "./house.js";

test("the page comes back after a restart of the station with one socket and the new session", async (context) => {
  const all = await house(context);
  const { page, station, seen } = all;
  await visit(all);
  const session = await page.getAttribute("html", "data-session");
  for (let round = 0; round < 2; round += 1) {
    await station.end();
    await phase(page, "disconnected");
    assert.match(await page.textContent("#phase"), /^× disconnected since \d\d:\d\d:\d\dZ$/);
    assert.match(await page.textContent("#banner"), /No word from the station .*everything here is old/);
    await page.waitForTimeout(1_200);
    await station.open();
    await phase(page, "live");
  }
  await until(async () => (await station.clients()) === 1, "one client");
  await page.waitForTimeout(1_500);
  assert.equal(await station.clients(), 1);
  assert.deepEqual([seen.mostOpen, seen.open], [1, 1]);
  assert.notEqual(await page.getAttribute("html", "data-session"), session);
  assert.match(await page.textContent("#events"), /the station was started anew/);
  assert.equal(await page.isVisible("#banner"), false);
  // The refused tries are the browser's own words, not the page's.
  assert.deepEqual(seen.errors.filter((text) => !text.includes("ERR_CONNECTION_REFUSED") && !text.includes("WebSocket")), []);
});

test("a silent station makes the page stale, then old, and it recovers on the same socket", async (context) => {
  const all = await house(context);
  const { page, station, seen } = all;
  await visit(all);
  await until(async () => (await cell(page, "mav-1", "alt").textContent()) === "52.3", "the height");
  station.process.kill("SIGSTOP");
  await phase(page, "stale");
  assert.match(await page.textContent("#phase"), /^◐ stale since/);
  assert.equal(await page.isVisible("#banner"), true);
  await until(async () => (await cell(page, "mav-1", "alt").textContent()) === "(52)", "the height is put in brackets");
  await until(async () => (await cell(page, "mav-1", "speed").textContent()) === "--", "the speed is gone");
  assert.match(await cell(page, "mav-1", "status").textContent(), /^\? /, "the station's word is in doubt");
  station.process.kill("SIGCONT");
  await phase(page, "live");
  await until(async () => (await cell(page, "mav-1", "alt").textContent()) === "52.3", "the height is back");
  assert.deepEqual([seen.sockets, seen.errors], [1, []]);
});

test("a station that stays silent is given up and asked anew, and one client is left", async (context) => {
  const all = await house(context);
  const { page, station, seen } = all;
  await visit(all);
  station.process.kill("SIGSTOP");
  await phase(page, "disconnected", 40_000);
  station.process.kill("SIGCONT");
  await phase(page, "live", 30_000);
  await until(async () => (await station.clients()) === 1, "one client");
  await until(() => seen.open === 1, "one socket");
  const session = await page.getAttribute("html", "data-session");
  assert.ok(seen.said.some((message) => message.type === "subscribe" && message.resume?.session === session), "it asked to go on");
  assert.match(await page.textContent("#events"), /this page is connected again after .*nothing was heard since/);
});

test("a vehicle that falls silent turns late, then lost, and keeps its last place and height in brackets", async (context) => {
  const all = await house(context, { drones: 2 });
  const { page, drones } = all;
  await visit(all, 2);
  await until(async () => (await cell(page, "mav-2", "alt").textContent()) === "52.3", "the height");
  drones[1].silence();
  await page.waitForSelector('#rows tr[data-id="mav-2"][data-state="late"]');
  await page.waitForSelector('#rows tr[data-id="mav-2"][data-state="lost"]');
  assert.equal(await cell(page, "mav-2", "sign").textContent(), "×");
  await until(async () => (await cell(page, "mav-2", "alt").textContent()) === "(52)", "brackets");
  assert.match(await cell(page, "mav-2", "status").textContent(), /^LOST \d/);
  assert.equal(await page.locator("#rows tr").first().getAttribute("data-id"), "mav-2", "the worst is first");
  assert.equal(await page.getAttribute("#map", "data-markers"), "2", "its ghost is on the map");
  assert.equal(await page.textContent("#who"), "2 mav-2", "nobody chose: the worst is shown");
  assert.match(await page.textContent("#numbers"), /height\(52\.3 m\)/);
  assert.match(await page.textContent("#place"), /^\(35\.36\d+° S {2}149\.1\d+° E\)$/, "where to look for it");
  assert.equal(await page.getAttribute("html", "data-phase"), "live", "the connection is not to blame");
});

test("a page that was frozen is live again with its one socket", async (context) => {
  const all = await house(context);
  const { page, station, seen } = all;
  await visit(all);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
  await new Promise((done) => setTimeout(done, 6_000));
  await cdp.send("Page.setWebLifecycleState", { state: "active" });
  await phase(page, "live");
  await until(async () => (await station.clients()) === 1, "one client");
  assert.equal(seen.mostOpen, 1);
});

test("leaving the page lets its socket go, and coming back makes one", async (context) => {
  const all = await house(context, { arguments: { ignoreDefaultArgs: ["--disable-back-forward-cache"] } });
  const { page, station } = all;
  await visit(all);
  await page.goto(`${station.url}/healthz`);
  await until(async () => (await station.clients()) === 0, "nobody is connected");
  await page.goBack({ waitUntil: "commit" });
  await phase(page, "live");
  await until(async () => (await station.clients()) === 1, "one client");
  await page.waitForTimeout(1_000);
  assert.equal(await station.clients(), 1);
});

test("a slow network delays the page and does not make old news look new", async (context) => {
  const all = await house(context);
  const { page, station } = all;
  await page.routeWebSocket(`${station.url.replace("http", "ws")}/ws`, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => server.send(message));
    const opened = Date.now();
    server.onMessage((message) => {
      const wait = Date.now() - opened > 2_000 ? 2_500 : 0;
      setTimeout(() => socket.send(message), wait);
    });
  });
  await visit(all);
  await page.waitForTimeout(7_000);
  const ageMs = await page.evaluate(async () => {
    const { station } = await import("/app.js");
    return station.now() - station.fold.vehicles["mav-1"].position.t_ms;
  });
  assert.ok(ageMs > 2_000, `it claims an age of ${ageMs} ms`);
  assert.equal(await cell(page, "mav-1", "alt").getAttribute("data-fresh"), "old");
});
