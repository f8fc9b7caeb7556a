// Failures: no vote is lost or counted twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enter, launch, passTimeUntil } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";
import { atBallot, atBallotInOwnTime, cast, choose, inLobby, invited, recorded, votes } from "../lib/voting.mjs";

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

test("an answer that is lost after the commit is fetched again, and there is one vote", async (t) => {
  const { page, context, ballot } = await atBallot(t, browser, service);
  await choose(page);
  let lost = 0;
  await page.route("**/votes", async (route) => {
    if ((lost += 1) > 2) return route.continue();
    const headers = { ...route.request().headers(), cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    const sent = await fetch(route.request().url(), { method: "POST", headers, body: route.request().postData(), redirect: "manual" });
    assert.equal(sent.status, 200, "it is recorded, and nobody hears of it");
    return route.abort("connectionreset");
  });
  await cast(page);
  await recorded(page);
  assert.ok(lost > 2);
  assert.equal(await votes(service, ballot), 1);
});

test("a lobby that cannot fetch the ballot at once tries again", async (t) => {
  const { page, later } = await inLobby(t, browser, service);
  await page.getByText("This page changes by itself").waitFor();
  let asked = 0;
  await page.route(`**/ballots/${later.id}`, (route) => {
    if (route.request().isNavigationRequest()) return route.continue();
    asked += 1;
    if (asked === 1) return route.abort();
    return asked === 2 ? route.fulfill({ status: 503, body: "<main>busy</main>" }) : route.continue();
  });
  await service.transition(later, "open");
  await passTimeUntil(page, page.getByRole("button", { name: "Continue" }));
  assert.equal(asked, 3);
});

test("while a vote is on its way there is no other choice", async (t) => {
  const { page, ballot } = await atBallot(t, browser, service);
  await choose(page);
  let release;
  const held = new Promise((done) => { release = done; });
  let sent = 0;
  await page.route("**/votes", async (route) => { sent += 1; await held; await route.continue(); });
  await cast(page);
  await page.getByRole("button", { name: "Sending your vote…" }).click({ force: true });
  assert.ok(!(await page.getByRole("button", { name: "Change my choice" }).isVisible()));
  await page.evaluate(() => history.back());
  assert.ok(await page.getByRole("heading", { name: "Check your vote" }).isVisible());
  release();
  await recorded(page);
  assert.equal(sent, 1, "a second tap sends nothing");
  assert.equal(await votes(service, ballot), 1);
});

test("a service in trouble is asked again", async (t) => {
  const { page, ballot } = await atBallotInOwnTime(t, browser, service);
  await choose(page);
  let asked = 0;
  await page.route("**/votes", (route) => { asked += 1; return asked > 2 ? route.continue() : route.fulfill({ status: 503, body: "<header></header><main>busy</main>" }); });
  await cast(page);
  await passTimeUntil(page, page.getByRole("heading", { name: "Your vote is recorded" }));
  assert.equal(asked, 3);
  assert.equal(await votes(service, ballot), 1);
});

test("a slow answer is told so", async (t) => {
  const { page, ballot } = await atBallotInOwnTime(t, browser, service);
  await choose(page);
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/votes", async (route) => { await held; await route.continue(); });
  await cast(page);
  await page.clock.runFor(4_000);
  await page.getByText("Still sending. The connection is slow. Keep this page open.").waitFor();
  release();
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("an old browser votes without the script", async (t) => {
  const { page, person, ballot } = await invited(t, browser, service);
  await page.addInitScript(() => { delete AbortSignal.timeout; });
  await enter(page, service, person);
  await choose(page);
  await cast(page);
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("the next person at a tablet is shown nothing of the one before", async (t) => {
  const { page, context, slug, ballot } = await atBallot(t, browser, service, {});
  const next = await service.attendee(slug, { name: "Θεοδώρα" });
  await choose(page);
  await cast(page);
  await recorded(page);
  const mine = (await context.cookies()).filter(({ name }) => name === "urna-receipt");
  assert.equal(mine.length, 1);
  await service.vote(ballot, next, 0);
  // Not even if somebody forgets to sign out.
  await enter(page, service, next);
  await page.getByRole("heading", { name: "You have already voted" }).waitFor();
  assert.equal(await page.locator(".code").count(), 0);
  const file = await context.request.get(`${service.origin}/ballots/${ballot.id}/receipt.json`);
  assert.equal(file.status(), 404);
  await page.getByRole("button", { name: "Not you? Sign out" }).click();
  await page.getByRole("link", { name: "Enter the code on your badge" }).waitFor();
  assert.deepEqual((await context.cookies()).filter(({ name }) => name === "urna-receipt"), [], "and the tablet keeps nothing");
});

test("a vote that comes after the close is told so", async (t) => {
  const { page, ballot } = await atBallot(t, browser, service, { javaScriptEnabled: false });
  await choose(page);
  await service.transition(ballot, "closed");
  await cast(page);
  await page.getByRole("heading", { name: "Your vote was not counted" }).waitFor();
  assert.equal(await votes(service, ballot), 0);
});

test("a vote that comes in a pause is told so, and its choice is kept", async (t) => {
  const { page, ballot } = await atBallotInOwnTime(t, browser, service);
  await choose(page);
  await service.transition(ballot, "paused");
  await cast(page);
  await page.getByText("Your vote was not recorded. Cast it again when voting goes on.").waitFor();
  await service.transition(ballot, "open");
  const radio = page.getByRole("radio", { name: "María Ñíguez" });
  await passTimeUntil(page, radio);
  assert.ok(await radio.isChecked());
  await choose(page);
  await cast(page);
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("who is about to cast is told that voting is paused, goes on, and is closed", async (t) => {
  const { page, ballot } = await atBallotInOwnTime(t, browser, service);
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 3_000 });
  await page.reload();
  await choose(page);
  const line = (text) => page.locator(".closing", { hasText: text });
  await line("50 minutes left.").waitFor();
  await service.transition(ballot, "paused");
  await passTimeUntil(page, line("Voting is paused"));
  let sent = 0;
  page.on("request", (request) => { if (request.method() === "POST") sent += 1; });
  const halted = (name) => page.locator("[data-cast]").getByRole("button", { name, disabled: true });
  await halted("Paused: please wait for the host").click({ force: true });
  assert.ok(await page.getByText("María Ñíguez").isVisible(), "the choice stays");
  await service.transition(ballot, "open");
  await passTimeUntil(page, line("Voting is open until"));
  assert.ok(await page.getByRole("button", { name: "Cast my vote", disabled: false }).isVisible());
  await service.transition(ballot, "closed");
  await passTimeUntil(page, line("Voting is closed"));
  await halted("Voting is closed").click({ force: true });
  await page.getByRole("button", { name: "Change my choice" }).click();
  const onward = page.locator(".next").getByRole("button", { name: "Voting is closed", disabled: true });
  await onward.waitFor();
  await page.keyboard.press("Enter");
  assert.ok(await line("Voting is closed").isVisible(), "the ballot behind the check says so, too");
  assert.equal(sent, 0);
  assert.equal(await votes(service, ballot), 0);
});

test("a vote that may have arrived is sent again also after the close", async (t) => {
  const { page, context, ballot } = await atBallotInOwnTime(t, browser, service);
  await choose(page);
  let isCut = true;
  await page.route("**/votes", async (route) => {
    if (!isCut) return route.continue();
    const headers = { ...route.request().headers(), cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    await fetch(route.request().url(), { method: "POST", headers, body: route.request().postData(), redirect: "manual" });
    return route.abort("connectionreset");
  });
  await cast(page);
  const again = page.getByRole("button", { name: "Try again" });
  await passTimeUntil(page, again);
  await service.transition(ballot, "closed");
  await passTimeUntil(page, page.locator(".closing", { hasText: "Voting is closed" }));
  assert.ok(!(await page.getByText("Nothing was cast from this page.").count()), "nobody knows that");
  isCut = false;
  await again.click();
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("who chooses a candidate that has withdrawn is told so before they cast", async (t) => {
  for (const javaScriptEnabled of [false, true]) {
    const { page, ballot } = await atBallot(t, browser, service, { javaScriptEnabled });
    await service.post(`ballots/${ballot.id}/withdrawals`, { candidate_id: ballot.candidates[2].id, reason: "She has taken another post." });
    await page.reload();
    await page.getByText("Choose one of 2 finalists.").waitFor();
    await choose(page);
    assert.ok(await page.getByText("María Ñíguez has withdrawn and can no longer win.").isVisible());
    await page.getByRole("button", { name: "Change my choice" }).click();
    await choose(page, "Jānis Bērziņš");
    assert.ok(!(await page.getByText("can no longer win").isVisible()));
  }
});

test("without any styles a vote is cast all the same", async (t) => {
  const { page, person, ballot } = await invited(t, browser, service, {});
  await page.route("**/*.css", (route) => route.abort());
  await enter(page, service, person);
  await choose(page);
  await cast(page);
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("offline the choice is kept, and the vote is cast once there is a network again", async (t) => {
  const { page, context, ballot } = await atBallot(t, browser, service);
  await choose(page);
  await context.setOffline(true);
  await cast(page);
  await page.getByText("You are offline.").waitFor();
  assert.ok(await page.getByText("María Ñíguez").isVisible());
  await context.setOffline(false);
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

test("where nobody can tell, the page says so, and trying again is safe", async (t) => {
  const { page, ballot } = await atBallotInOwnTime(t, browser, service);
  await choose(page);
  let asked = 0;
  await page.route("**/votes", (route) => { asked += 1; return asked > 5 ? route.continue() : route.abort(); });
  await cast(page);
  const again = page.getByRole("button", { name: "Try again" });
  await passTimeUntil(page, again);
  assert.equal(asked, 5, "after one, two, four and eight seconds");
  await page.getByText("We could not confirm your vote").waitFor();
  assert.ok(await page.getByText("You cannot vote twice by trying again.").isVisible());
  assert.ok(await page.getByRole("button", { name: "Check if I have voted" }).isVisible());
  await again.click();
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});
