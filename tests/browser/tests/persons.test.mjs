// Windows share their cookies, and a browser is passed from hand to hand.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PHONE, enter, launch, launchWithoutCookies, ownTime, passTimeUntil } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";
import { atBallot, cast, choose, inLobby, invited, recorded, votes } from "../lib/voting.mjs";

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

const radio = (page, name = "María Ñíguez") => page.getByRole("radio", { name });

/** A voter at the ballot, and another attendee in a second window of the same browser, not signed in yet. */
async function twoAtOneBrowser(test, device = PHONE) {
  const first = await atBallot(test, browser, service, device);
  const other = await service.attendee(first.slug, { name: "Bruno Ek" });
  return { ...first, other, window: await first.context.newPage() };
}

/** The page says that somebody else is signed in, and shows nothing of the choice. */
async function refused(page) {
  await page.getByRole("heading", { name: "Somebody else is signed in here now" }).waitFor();
  await page.getByRole("banner").getByText("Bruno Ek").waitFor();
  assert.ok(!(await page.locator("body").textContent()).includes("María Ñíguez"));
}

for (const javaScriptEnabled of [false, true]) {
  const how = javaScriptEnabled ? "with" : "without";

  test(`a vote is never cast in another person's name, ${how} a script`, async (t) => {
    const { page, window, person, other, ballot } = await twoAtOneBrowser(t, { ...PHONE, javaScriptEnabled });
    await choose(page);
    await enter(window, service, other);
    await cast(page);
    await refused(page);
    assert.equal(await votes(service, ballot), 0);
    await page.getByRole("link", { name: "Go on as Bruno Ek" }).click();
    assert.ok(!(await radio(page).isChecked()), "Bruno is shown nobody's choice");
    // She opens her link again, and votes as herself.
    await enter(page, service, person);
    await choose(page);
    await cast(page);
    await recorded(page);
    assert.equal(await votes(service, ballot), 1);
    await window.reload();
    assert.equal(await window.getByText("You have already voted").count(), 1, "the windows share who is signed in");
  });

  test(`the check, the question whether one has voted, the receipt and signing out are a person's, ${how} a script`, async (t) => {
    const { page, window, person, other, ballot } = await twoAtOneBrowser(t, { ...PHONE, javaScriptEnabled });
    await choose(page);
    await enter(window, service, other);
    await page.getByRole("button", { name: "Not you? Sign out" }).click();
    await refused(page);
    await window.reload();
    await window.getByRole("banner").getByText("Bruno Ek").waitFor();
    await enter(page, service, person);
    await choose(page);
    await cast(page);
    await recorded(page);
    await enter(window, service, other);
    await page.getByRole("button", { name: "Save receipt" }).click();
    await refused(page);
    assert.equal(await votes(service, ballot), 1);
  });
}

test("who could not confirm their vote asks about their own", async (t) => {
  const { page, window, other } = await twoAtOneBrowser(t);
  await ownTime(page);
  await page.reload();
  await choose(page);
  await page.route("**/votes", (route) => route.abort());
  await cast(page);
  const ask = page.getByRole("button", { name: "Check if I have voted" });
  await passTimeUntil(page, ask);
  await enter(window, service, other);
  await ask.click();
  await refused(page);
});

test("a retry after somebody else has signed in shows them no receipt", async (t) => {
  const { page, window, person, other, context, ballot } = await twoAtOneBrowser(t);
  await choose(page);
  let lost = 0;
  await page.route("**/votes", async (route) => {
    if ((lost += 1) > 1) return route.continue();
    const headers = { ...route.request().headers(), cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    const sent = await fetch(route.request().url(), { method: "POST", headers, body: route.request().postData(), redirect: "manual" });
    assert.equal(sent.status, 200, "it is recorded, and nobody hears of it");
    await enter(window, service, other);
    return route.abort("connectionreset");
  });
  await cast(page);
  await refused(page);
  assert.equal(await page.locator(".code").count(), 0);
  assert.equal(await votes(service, ballot), 1);
  await enter(page, service, person);
  await page.getByRole("heading", { name: "You have already voted" }).waitFor();
});

test("the choice of the person before is gone once somebody else is signed in", async (t) => {
  const { page, person, other, ballot } = await twoAtOneBrowser(t);
  const kept = () => page.evaluate(() => Object.keys(sessionStorage).length);
  await radio(page).check();
  assert.equal(await kept(), 1);
  await page.goto(`${service.origin}/ballots/${ballot.id}/candidates/${ballot.candidates[0].id}`);
  await page.getByRole("link", { name: "Back to the ballot" }).click();
  assert.ok(await radio(page).isChecked(), "a look at a candidate loses nothing");
  await enter(page, service, other);
  assert.ok(!(await radio(page).isChecked()));
  assert.equal(await kept(), 0, "and the browser keeps nothing of it");
  await enter(page, service, person);
  assert.ok(!(await radio(page).isChecked()), "it has ended for good");
});

test("a session that has ended loses no choice of the same person", async (t) => {
  const { page, person, context, ballot } = await atBallot(t, browser, service);
  await choose(page);
  await context.clearCookies();
  await cast(page);
  await page.getByRole("heading", { name: "You are not signed in here" }).waitFor();
  await enter(page, service, person);
  assert.ok(await radio(page).isChecked());
  await choose(page);
  await cast(page);
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("a lobby in which somebody else has signed in meanwhile says so when it turns into the ballot", async (t) => {
  const { page, later, slug } = await inLobby(t, browser, service);
  const other = await service.attendee(slug, { name: "Bruno Ek" });
  await enter(await page.context().newPage(), service, other);
  await service.transition(later, "open");
  await passTimeUntil(page, page.getByRole("button", { name: "Continue" }));
  assert.ok(await page.getByRole("banner").getByText("Bruno Ek").isVisible(), "whose ballot it is stands above it");
});

test("a page that the browser has kept whole is asked for anew", async (t) => {
  const { page, window, other } = await twoAtOneBrowser(t);
  await radio(page).check();
  await enter(window, service, other);
  const loaded = page.waitForEvent("load");
  await page.evaluate(() => { setTimeout(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))); });
  await loaded;
  await page.getByRole("banner").getByText("Bruno Ek").waitFor();
  assert.ok(!(await radio(page).isChecked()));
});

test("the way back restores no choice", async (t) => {
  for (const javaScriptEnabled of [false, true]) {
    const { page, window, other } = await twoAtOneBrowser(t, { ...PHONE, javaScriptEnabled });
    await radio(page).check();
    await page.goto(`${service.origin}/help`);
    await enter(window, service, other);
    await page.goBack();
    await page.getByRole("banner").getByText("Bruno Ek").waitFor();
    assert.equal(await page.locator("input:checked").count(), 0);
  }
});

for (const javaScriptEnabled of [false, true]) {
  test(`a browser that refuses cookies is told so at once, ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
    const { person, slug } = await invited(t, browser, service);
    const folder = mkdtempSync(join(tmpdir(), "urna-no-cookies-"));
    const context = await launchWithoutCookies(folder, { ...PHONE, javaScriptEnabled });
    t.after(async () => { await context.close(); rmSync(folder, { recursive: true, force: true }); });
    const page = await context.newPage();
    const told = page.getByText("your browser did not keep the one cookie");
    await page.goto(service.origin + person.path);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "You are not signed in here" }).waitFor();
    await told.waitFor();
    assert.ok(!page.url().includes(person.token));
    await page.goto(`${service.origin}/${slug}/enter`);
    await page.getByLabel("Badge code").fill(await service.badge(person));
    await page.getByRole("button", { name: "Sign in" }).click();
    await told.waitFor();
  });
}
