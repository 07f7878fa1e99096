import assert from "node:assert/strict";
import test from "node:test";
import { cell, house, phase, until, visit } from "./house.js";

/** The state the page has folded and the answer of HTTP, taken until both are of the same tick. @param {any} page */
const sameTick = (page) => page.evaluate(async () => {
  const { station } = await import("/app.js");
  for (let tries = 0; tries < 400; tries += 1) {
    const told = await (await fetch("/api/v1/fleet")).json();
    if (told.seq !== station.fold.have) continue;
    return { told: { vehicles: told.vehicles, links: told.links }, folded: { vehicles: station.fold.vehicles, links: station.fold.links }, seq: told.seq };
  }
  return null;
});

test("the page loads without an error, a foreign request or a second socket", async (context) => {
  const all = await house(context, { drones: 2 });
  const { page, seen, station } = all;
  const answers = new Map();
  page.on("response", (answer) => answers.set(new URL(answer.url()).pathname, answer));
  await visit(all, 2);
  await page.waitForTimeout(1_500);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.foreign, []);
  assert.deepEqual([seen.sockets, seen.mostOpen, await station.clients()], [1, 1, 1]);
  const head = await answers.get("/").allHeaders();
  assert.match(head["content-security-policy"], /^default-src 'none'; script-src 'self'; style-src 'self'/);
  assert.equal(await page.getAttribute("html", "data-failed"), null, "every pane was painted");
  // What did not change is not sent again, and the browser always asks.
  const first = answers.get("/app.js");
  assert.match((await first.allHeaders()).etag, /^"[0-9a-f]{16}"$/);
  await page.reload();
  await phase(page, "live");
  assert.ok(await until(() => answers.get("/app.js") !== first, "the script is asked for again"));
  await until(async () => (await station.clients()) === 1, "the old socket went with the old page");
  assert.deepEqual(seen.errors, []);
});

test("a vehicle moves on the map and its numbers stand in the list", async (context) => {
  const all = await house(context);
  const { page } = all;
  await visit(all);
  await page.waitForSelector("#map[data-markers='1']");
  const row = async () => Object.fromEntries(await Promise.all(["mode", "arm", "battery", "alt", "speed", "status"].map(async (column) =>
    [column, (await cell(page, "mav-1", column).textContent()).trim()])));
  await until(async () => (await row()).battery === "62%22.1V", "the battery");
  assert.deepEqual(await row(), { mode: "GUIDED", arm: "●", battery: "62%22.1V", alt: "52.3", speed: "8.1", status: "ok" });
  await page.keyboard.press("Enter");
  await page.waitForSelector("#map[data-mode='follow']");
  const before = await page.getAttribute("#map", "data-centre");
  const picture = await page.locator("#map").screenshot();
  await page.waitForFunction((before) => document.getElementById("map").dataset.centre !== before, before);
  await page.waitForTimeout(1_000);
  assert.ok(!picture.equals(await page.locator("#map").screenshot()), "the picture changed");
  assert.equal(await page.textContent("#who"), "1 mav-1");
  assert.match(await page.textContent("#numbers"), /height52\.3 m/);
});

test("what the page has folded is what HTTP says at the same tick, also after the page missed an update", async (context) => {
  const all = await house(context, { drones: 3 });
  const { page, station, seen, drones } = all;
  let updates = 0;
  let resyncs = 0;
  await page.routeWebSocket(`${station.url.replace("http", "ws")}/ws`, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      resyncs += Number(String(message) === '{"type":"resync"}');
      server.send(message);
    });
    server.onMessage((message) => {
      // The twentieth update never arrives.
      if (String(message).startsWith('{"type":"update"') && ++updates === 20) return;
      socket.send(message);
    });
  });
  await visit(all, 3);
  const compare = async () => {
    const both = await sameTick(page);
    assert.ok(both, "never at the same tick");
    assert.deepEqual(both.folded, both.told);
    return both.seq;
  };
  const first = await compare();
  await until(() => updates > 25, "updates go on");
  await phase(page, "live");
  assert.ok((await compare()) > first);
  drones[1].silence();
  await until(async () => (await station.get("/api/v1/vehicles/mav-2")).state === "lost", "it is lost");
  await compare();
  assert.deepEqual(seen.errors, []);
  assert.equal(resyncs, 1);
});

test("markup in names and texts of vehicles stays text", async (context) => {
  const name = "<img src=x onerror=document.title='owned'>";
  const all = await house(context, { toml: `name = "<b>base</b>"\n[[drone]]\nid = "evil"\nsysid = 1\nname = "${name}"\ngroup = "<i>g</i>"\n` });
  const { page, drones: [drone], seen } = all;
  await visit(all);
  const texts = ["<script>document.title='owned'</script>", "<img src=x onerror=document.title=1>", "abc\u202etxt.exe\u200b!"];
  for (const text of texts) drone.say(3, text);
  await page.waitForFunction(() => document.querySelectorAll("#events li.warning").length >= 3);
  const shown = await page.locator("#events .text").allTextContents();
  for (const text of [texts[0], texts[1], "abctxt.exe!"]) assert.ok(shown.includes(text), `${text} is not in ${shown}`);
  assert.equal(await cell(page, "evil", "name").textContent(), name);
  assert.equal(await page.textContent("#who"), `1 ${name}`);
  assert.equal(await page.textContent("#name"), "<b>base</b>");
  assert.match(await page.textContent("#groups"), /<i>g<\/i> 1/);
  const made = await page.evaluate(() => [document.images.length, document.querySelectorAll("main script, header script, #events b b, i.g, header b").length]);
  assert.deepEqual(made, [0, 0]);
  assert.notEqual(await page.title(), "owned");
  assert.deepEqual([seen.errors, seen.foreign], [[], []]);
});

test("many events leave a page of bounded size, repeated ones become one line", async (context) => {
  const all = await house(context);
  const { page, drones: [drone] } = all;
  await visit(all);
  for (let n = 0; n < 900; n += 1) {
    drone.say(6, `line ${n}`);
    if (n % 50 === 49) await page.waitForTimeout(20);
  }
  for (let n = 0; n < 5; n += 1) drone.say(4, "again");
  await page.waitForFunction(() => document.querySelector("#events .text b")?.textContent.trim() === "× 5");
  const sizes = await page.evaluate(async () => {
    const { station } = await import("/app.js");
    return [document.querySelectorAll("#events li").length, station.events.length];
  });
  assert.ok(sizes[0] <= 150 && sizes[1] <= 600, `${sizes}`);
});
