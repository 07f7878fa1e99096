import assert from "node:assert/strict";
import test from "node:test";
import { cell, house, phase, until, visit } from "./house.js";

const FLEET = `
[[drone]]
id = "alpha"
sysid = 1
group = "north"
[[drone]]
id = "bravo"
sysid = 2
group = "north"
[[drone]]
id = "charlie"
sysid = 3
group = "south"
`;

test("everything can be reached with keys", async (context) => {
  const all = await house(context, { drones: 3, toml: FLEET });
  const { page, seen } = all;
  await visit(all, 3);
  const selected = () => page.getAttribute('#rows tr[aria-selected="true"]', "data-id");
  const shown = async () => (await page.locator("#rows tr").evaluateAll((rows) => rows.map((row) => row.dataset.id))).join(" ");
  const keys = async (...names) => {
    for (const name of names) await page.keyboard.press(name);
  };
  await until(async () => (await shown()) === "alpha bravo charlie", "three calm rows");
  await keys("Home", "ArrowDown");
  await until(async () => (await selected()) === "bravo", "the next row");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.id), "bravo", "the row has the focus");
  await keys("ArrowDown", "ArrowDown", "k");
  await until(async () => (await selected()) === "bravo", "down twice, up once");
  await keys("Enter");
  await page.waitForSelector("#map[data-mode='follow']");
  assert.equal(await page.evaluate(() => document.activeElement.id), "one-pane");
  await keys("Escape");
  await page.waitForSelector("#map[data-mode='free']");
  await keys("/", "c", "h", "a", "r");
  await until(async () => (await shown()) === "charlie", "the filter");
  assert.equal(await page.textContent("#shown"), "1 of 3");
  await keys("ArrowDown");
  await until(async () => (await selected()) === "charlie", "from the filter into the list");
  await keys("Escape");
  await until(async () => (await shown()) === "alpha bravo charlie", "the filter is off");
  await keys("0");
  await page.waitForSelector("#map[data-mode='fit']");
  const near = Number(await page.getAttribute("#map", "data-metres-per-pixel"));
  await keys("-");
  await page.waitForFunction((near) => Number(document.getElementById("map").dataset.metresPerPixel) > near, near);
  await keys("?");
  assert.equal(await page.isVisible("#help"), true);
  assert.match(await page.textContent("#help"), /cannot command/);
  await keys("Escape");
  assert.equal(await page.isVisible("#help"), false);
  assert.ok(seen.said.every((message) => message.type !== "command"), "no key said a command");
});

test("groups narrow the list, headings order it", async (context) => {
  const all = await house(context, { drones: 3, toml: FLEET });
  const { page } = all;
  await visit(all, 3);
  const shown = async () => (await page.locator("#rows tr").evaluateAll((rows) => rows.map((row) => row.dataset.id))).join(" ");
  await page.click("#groups button:has-text('south')");
  await until(async () => (await shown()) === "charlie", "the group");
  await page.click("#groups button:has-text('all')");
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.click("th.name button");
  await until(async () => (await shown()) === "alpha bravo charlie", "by name");
  await until(async () => (await page.getAttribute("th.name", "aria-sort")) === "ascending", "the heading says so");
});

test("events can be narrowed to one vehicle and to warnings", async (context) => {
  const all = await house(context, { drones: 2 });
  const { page, drones } = all;
  await visit(all, 2);
  drones[0].say(4, "of one");
  drones[1].say(6, "of two");
  await until(async () => /of one/.test(await page.textContent("#events")) && /of two/.test(await page.textContent("#events")), "both");
  await cell(page, "mav-2", "name").click();
  await page.keyboard.press("e");
  await until(async () => !/of one/.test(await page.textContent("#events")), "only the selected one");
  assert.match(await page.textContent("#events"), /of two/);
  await page.keyboard.press("e");
  await page.click("#events-bad");
  await until(async () => !/of two/.test(await page.textContent("#events")), "only warnings");
  assert.match(await page.textContent("#events .severity >> nth=0"), /^▲ warning$/, "symbol and word");
});

test("the map is moved by drag, wheel and two fingers", async (context) => {
  const all = await house(context);
  const { page } = all;
  await visit(all);
  await page.waitForSelector("#map[data-markers='1']");
  const box = await page.locator("#map").boundingBox();
  const read = () => page.evaluate(() => ({ ...document.getElementById("map").dataset }));
  const changed = async (act, what) => {
    const before = await read();
    await act();
    await until(async () => (await read())[what] !== before[what], what);
    return [before, await read()];
  };
  const [x, y] = [box.x + box.width / 3, box.y + box.height / 2];
  const [, dragged] = await changed(async () => {
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 80, y + 40, { steps: 5 });
    await page.mouse.up();
  }, "centre");
  assert.equal(dragged.mode, "free");
  const [far, close] = await changed(() => page.mouse.wheel(0, -300), "metresPerPixel");
  assert.ok(Number(close.metresPerPixel) < Number(far.metresPerPixel));
  const cdp = await page.context().newCDPSession(page);
  const [before, after] = await changed(() => cdp.send("Input.synthesizePinchGesture", { x, y, scaleFactor: 0.5, gestureSourceType: "touch" }), "metresPerPixel");
  assert.ok(Number(after.metresPerPixel) > Number(before.metresPerPixel));
});

test("a phone shows one pane at a time and never scrolls sideways", async (context) => {
  const all = await house(context, { drones: 3, page: { viewport: { width: 390, height: 844 }, hasTouch: true, deviceScaleFactor: 2 } });
  const { page, seen } = all;
  await visit(all, 3);
  for (const pane of ["fleet", "map", "one", "log"]) {
    await page.tap(`#tabs [data-pane="${pane}"]`);
    const wide = await page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth,
      ...[...document.querySelectorAll(".pane, .scroll")].map((pane) => pane.scrollWidth - pane.clientWidth + innerWidth)));
    assert.equal(wide, 390, pane);
    const shown = await page.locator(".pane:visible").evaluateAll((panes) => panes.map((pane) => pane.clientHeight));
    assert.ok(shown.length === 1 && shown[0] > 500, `${pane}: ${shown}`);
  }
  await page.tap('#tabs [data-pane="fleet"]');
  for (const column of ["name", "status", "mode", "percent", "volts", "alt", "speed"]) {
    const part = page.locator(`#rows tr[data-id="mav-2"] .${column}`);
    assert.equal(await part.isVisible(), true, column);
    assert.ok(await part.evaluate((node) => node.scrollWidth <= node.clientWidth + 1 || getComputedStyle(node).display === "inline"), `${column} is cut`);
  }
  await page.tap('#rows tr[data-id="mav-2"]');
  await until(async () => (await page.textContent("#who")) === "2 mav-2", "the vehicle");
  assert.equal(await page.isVisible("#one"), true, "a tap opens it");
  assert.deepEqual(seen.errors, []);
});

test("dark and light follow the system until somebody chooses, and the choice stays", async (context) => {
  const all = await house(context, { page: { colorScheme: "light", viewport: { width: 1280, height: 800 } } });
  const { page } = all;
  await visit(all);
  const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await back();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await back();
  assert.notEqual(light, dark);
  const picture = await page.locator("#map").screenshot();
  await page.click("#theme");
  assert.equal(await back(), light);
  await until(async () => !picture.equals(await page.locator("#map").screenshot()), "the map is painted anew");
  await page.reload();
  await phase(page, "live");
  assert.equal(await back(), light, "chosen, though the system is dark");
});

test("reduced motion moves nothing by itself", async (context) => {
  const all = await house(context, { page: { reducedMotion: "reduce" } });
  await visit(all);
  const animations = await all.page.evaluate(() => {
    document.getElementById("chip").className = "chip resyncing";
    return document.getAnimations().length;
  });
  assert.equal(animations, 0);
});
