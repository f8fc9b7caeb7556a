// Names from all of Europe, and the weight of a page.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { enter, launch } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";

const NAMES = [
  "Zoë Łukaszewicz-Ó Briain", "Jānis Bērziņš", "Θεοδώρα Παπαδοπούλου", "Иван Петрович Сидоров", "María Ñíguez", "Ayşe Çelik", "İpek Şahin", "Ðorđe Živković", "Ágnes Szőcs", "Ġorġ Ħaż-Żabbar",
  "Þórður Æsir Øystein Åse", "Madonna", "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen", "Ana-Maria Constantinescu-Brâncoveanu von und zu Hohenzollern",
];

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

test("every name is shown whole at 320 pixels", async () => {
  await service.conference("names");
  const ballot = await service.ballot("names", "award", { candidates: NAMES.map((name) => ({ name, organisation: name })) });
  const people = [];
  for (const name of NAMES) people.push([name, await service.attendee("names", { name })]);
  await service.transition(ballot, "open");
  for (const [name, person] of people) {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(service.origin + person.path);
    assert.equal(await page.locator(".name").textContent(), name);
    await enter(page, service, person);
    for (const other of NAMES) assert.ok(await page.getByRole("radio", { name: other }).isVisible(), other);
    await page.getByRole("radio", { name }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    assert.equal(await page.locator(".chosen b").textContent(), name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${name}: ${wide} px too wide`);
    await context.close();
  }
});

/** The bytes of a response on the wire. */
const weigh = (path, headers) => new Promise((done, failed) => {
  http.get(service.origin + path, { headers: { "Accept-Encoding": "br", ...headers } }, (answer) => {
    const parts = [];
    answer.on("data", (part) => parts.push(part));
    answer.on("end", () => done({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts).length }));
  }).on("error", failed);
});

test("a ballot weighs at most 15 kB with styles and script, and nothing comes from elsewhere", async () => {
  await service.conference("weight");
  const person = await service.attendee("weight");
  const ballot = await service.ballot("weight", "award");
  await service.transition(ballot, "open");
  const session = await service.post("sessions", { personal_link: person.token }, null);
  const page = await (await browser.newContext()).newPage();
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await enter(page, service, person);
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await page.waitForLoadState("networkidle");
  assert.deepEqual(asked.filter((url) => !url.startsWith(service.origin)), []);
  const path = `/ballots/${ballot.id}`;
  const own = { Authorization: `Bearer ${session.token}` };
  const parts = [await weigh(path, own)];
  const html = await (await fetch(service.origin + path, { headers: own })).text();
  const assets = new Set([...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, asset]) => asset));
  for (const asset of assets) parts.push(await weigh(asset));
  assert.equal(parts.length, 4, "the page, the sign in its tab, the stylesheet, the script");
  for (const { headers } of parts) assert.equal(headers["content-encoding"], "br");
  for (const { headers } of parts.slice(1)) assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
  assert.ok(!parts[0].headers["content-security-policy"].includes("unsafe"));
  const ofAssets = parts.slice(1).reduce((sum, part) => sum + part.bytes, 0);
  const isLight = (name, ofPage) => {
    console.log(`# ${name}: ${ofPage} + ${ofAssets} bytes of assets = ${ofPage + ofAssets}`);
    assert.ok(ofPage + ofAssets <= 15_000, `${name}: ${ofPage + ofAssets} bytes`);
  };
  isLight("three finalists", parts[0].bytes);

  // The same of every method, with twelve finalists who have something to tell.
  const finalists = NAMES.slice(0, 12).map((name) => ({ name, organisation: `The Cluster of ${name}`, country: "LV", biography: "Brought many people to one table." }));
  for (const method of [{ type: "plurality" }, { type: "approval", max_choices: 3 }, { type: "score", min: 0, max: 10 }, { type: "ranked", count: "irv", max_ranks: 3 }, { type: "ranked", count: "schulze", max_ranks: 12 }, { type: "motion" }]) {
    const isMotion = method.type === "motion";
    const changes = isMotion ? { candidates: [], allow_blank: false, tie_rule: null } : { candidates: finalists, tie_rule: { type: "lot" } };
    const name = JSON.stringify(method);
    const heavy = await service.ballot("weight", `of-${method.count ?? method.type}`, { ...changes, method });
    await service.post(`ballots/${heavy.id}/transitions`, { to: "open", accept: ["recognisable-rankings"] });
    isLight(name, (await weigh(`/ballots/${heavy.id}`, own)).bytes);
  }
});
