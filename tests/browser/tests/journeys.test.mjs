// What people do, from the link to the receipt.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, enter, launch, slow } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

let number = 0;
/** A conference with one open ballot, and somebody who may vote. */
const open = async () => {
  const slug = `conference-${(number += 1)}`;
  await service.conference(slug);
  const person = await service.attendee(slug);
  const ballot = await service.ballot(slug, "award");
  await service.transition(ballot, "open");
  return { slug, person, ballot };
};

const votes = async (ballot) => (await service.get(`ballots/${ballot.id}/turnout`)).voted;

const choose = async (page, name = "María Ñíguez") => {
  await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
};

for (const javaScriptEnabled of [false, true]) {
  test(`a vote ${javaScriptEnabled ? "with" : "without"} a script`, async () => {
    const { person, ballot, slug } = await open();
    const context = await browser.newContext({ ...PHONE, javaScriptEnabled });
    const page = await context.newPage();
    await enter(page, service, person);
    assert.ok(page.url().endsWith(`/ballots/${ballot.id}`), "one ballot: the link leads right to it");
    await choose(page, "Jānis Bērziņš");
    await page.getByRole("button", { name: "Change my choice" }).click();
    assert.ok(await page.getByRole("radio", { name: "Jānis Bērziņš" }).isChecked(), "the choice is kept");
    await choose(page);
    assert.ok(await page.getByText("María Ñíguez").isVisible());
    await page.getByRole("button", { name: "Cast my vote" }).click();
    await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
    const code = await page.locator("#code").textContent();
    assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    assert.equal(await votes(ballot), 1);

    await page.goto(`${service.origin}/ballots/${ballot.id}`);
    await page.getByRole("heading", { name: "You have already voted" }).waitFor();
    assert.equal(await page.locator(".code").textContent(), code, "this browser holds the receipt");
    const file = await context.request.get(`${service.origin}/ballots/${ballot.id}/receipt.json`);
    assert.equal((await file.json()).receipt.code, code);

    // Elsewhere the same person finds that they have voted, and no receipt.
    const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await enter(other, service, person);
    await other.getByRole("heading", { name: "You have already voted" }).waitFor();
    assert.equal(await other.locator(".code").count(), 0);

    await service.transition(ballot, "closed");
    await service.post(`ballots/${ballot.id}/publications`, {});
    await page.goto(`${service.origin}/verify`);
    await page.getByLabel("Receipt code").fill(code.toLowerCase().replaceAll("-", " "));
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByRole("heading", { name: "Found" }).waitFor();
    await page.goto(`${service.origin}/${slug}/award/results`);
    assert.ok(await page.locator(".winner").getByText("María Ñíguez").isVisible());
    await context.close();
  });
}

test("from the link to the receipt in four taps, on a bad network in under three seconds", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await slow(page);
  // What somebody waits for, from each tap until the next thing to tap is there. While they read, the script arrives.
  let waited = 0;
  const step = async (tap, next) => {
    const begun = performance.now();
    await tap();
    // Looked for with every frame: a locator looks twice a second.
    await page.waitForFunction((text) => [...document.querySelectorAll("h1, button")].some((element) => element.textContent.trim() === text && element.checkVisibility()), next, { polling: "raf" });
    waited += performance.now() - begun;
    console.log(`# ${((performance.now() - begun) / 1000).toFixed(2)}`);
    await page.waitForLoadState("networkidle");
  };
  const button = (name) => page.getByRole("button", { name });
  await step(() => page.goto(service.origin + person.path, { waitUntil: "commit" }), "Sign in");
  await step(() => button("Sign in").tap(), "Continue");
  await page.getByRole("radio", { name: "María Ñíguez" }).tap();
  await step(() => button("Continue").tap(), "Cast my vote");
  await step(() => button("Cast my vote").tap(), "Your vote is recorded");
  const seconds = waited / 1000;
  console.log(`# ${seconds.toFixed(2)} s of waiting, with 600 ms and 150 kbit/s`);
  assert.ok(seconds < 3, `${seconds} s`);
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("an answer that is lost after the commit is fetched again, and there is one vote", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await choose(page);
  let lost = 0;
  await page.route("**/votes", async (route) => {
    if ((lost += 1) > 2) return route.continue();
    const headers = { ...route.request().headers(), cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
    const sent = await fetch(route.request().url(), { method: "POST", headers, body: route.request().postData(), redirect: "manual" });
    assert.equal(sent.status, 200, "it is recorded, and nobody hears of it");
    return route.abort("connectionreset");
  });
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.ok(lost > 2);
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("the lobby turns into the ballot by itself", async () => {
  const { slug, person } = await open();
  const later = await service.ballot(slug, "later");
  await service.transition(later, "ready");
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await page.goto(`${service.origin}/ballots/${later.id}`);
  await page.getByRole("heading", { name: "You are ready to vote" }).waitFor();
  await service.transition(later, "open");
  await page.getByRole("button", { name: "Continue" }).waitFor({ timeout: 10_000 });
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
  await context.close();
});

test("a lobby that cannot fetch the ballot at once tries again", async () => {
  const { slug, person } = await open();
  const later = await service.ballot(slug, "later");
  await service.transition(later, "ready");
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await page.clock.install();
  await page.goto(`${service.origin}/ballots/${later.id}`);
  await page.getByText("This page changes by itself").waitFor();
  let asked = 0;
  await page.route(`**/ballots/${later.id}`, (route) => {
    if (route.request().isNavigationRequest()) return route.continue();
    asked += 1;
    if (asked === 1) return route.abort();
    return asked === 2 ? route.fulfill({ status: 503, body: "<main>busy</main>" }) : route.continue();
  });
  await service.transition(later, "open");
  const ready = page.getByRole("button", { name: "Continue" });
  while (!(await ready.isVisible())) await page.clock.runFor(1_000);
  assert.equal(asked, 3);
  await context.close();
});

test("who is at the language menu when voting opens stays there", async () => {
  const { slug, person } = await open();
  const later = await service.ballot(slug, "later");
  await service.transition(later, "ready");
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await page.goto(`${service.origin}/ballots/${later.id}`);
  await page.locator(".languages summary").click();
  await service.transition(later, "open");
  await page.getByRole("button", { name: "Continue" }).waitFor({ timeout: 10_000 });
  assert.ok(await page.locator(".languages[open]").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.getByText("Voting is open").waitFor({ state: "attached" });
  await context.close();
});

test("another closing time is told to who has chosen already", async () => {
  const { person, ballot } = await open();
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 3_000 });
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.clock.install();
  await enter(page, service, person);
  await page.getByText("50 minutes left.").waitFor();
  await choose(page);
  await page.getByText("50 minutes left.").waitFor();
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 600 });
  const sooner = page.locator(".closing", { hasText: "10 minutes left." });
  while (!(await sooner.isVisible())) await page.clock.runFor(1_000);
  await page.getByRole("button", { name: "Change my choice" }).click();
  await sooner.waitFor();
  assert.ok(await page.getByRole("radio", { name: "María Ñíguez" }).isChecked());
  await page.clock.runFor(125_000);
  await page.getByText("8 minutes left.").waitFor();
  await context.close();
});

test("a look at a candidate, and the way back, keep the choice", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  const radio = page.getByRole("radio", { name: "María Ñíguez" });
  await radio.check();
  await page.getByRole("link", { name: "About Jānis Bērziņš" }).click();
  await page.getByRole("heading", { name: "Jānis Bērziņš" }).waitFor();
  await page.getByRole("main").getByRole("link", { name: "Back" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  assert.ok(await radio.isChecked());
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  assert.match(await page.title(), /^Check your vote/);
  await page.goBack();
  assert.ok(await radio.isChecked(), "the browser's own way back leads to the ballot");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("button", { name: "Cast my vote" }).click();
  const recorded = page.getByRole("heading", { name: "Your vote is recorded" });
  await recorded.waitFor();
  assert.ok(await recorded.evaluate((heading) => heading === document.activeElement), "a screen reader hears it");
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  await page.goBack();
  await page.getByRole("heading", { name: "You have already voted" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("while a vote is on its way there is no other choice", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await choose(page);
  let release;
  const held = new Promise((done) => { release = done; });
  await page.route("**/votes", async (route) => { await held; await route.continue(); });
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("button", { name: "Sending your vote…" }).waitFor();
  assert.ok(!(await page.getByRole("button", { name: "Change my choice" }).isVisible()));
  await page.evaluate(() => history.back());
  assert.ok(await page.getByRole("heading", { name: "Check your vote" }).isVisible());
  release();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("an old browser votes without the script", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  await context.addInitScript(() => { delete AbortSignal.timeout; });
  const page = await context.newPage();
  await enter(page, service, person);
  await choose(page);
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("the next person at a tablet is shown nothing of the one before", async () => {
  const { slug, person, ballot } = await open();
  const next = await service.attendee(slug, { name: "Θεοδώρα" });
  const context = await browser.newContext();
  const page = await context.newPage();
  await enter(page, service, person);
  await choose(page);
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  const mine = (await context.cookies()).filter(({ name }) => name === "urna-receipt");
  assert.equal(mine.length, 1);
  await service.vote(ballot, next, 0);
  // Somebody who forgets to sign out is no reason to show it either.
  await enter(page, service, next);
  await page.getByRole("heading", { name: "You have already voted" }).waitFor();
  assert.equal(await page.locator(".code").count(), 0);
  const file = await context.request.get(`${service.origin}/ballots/${ballot.id}/receipt.json`);
  assert.equal(file.status(), 404);
  await page.getByRole("button", { name: "Not you? Sign out" }).click();
  await page.getByRole("link", { name: "Enter the code on your badge" }).waitFor();
  assert.deepEqual((await context.cookies()).filter(({ name }) => name === "urna-receipt"), [], "and the tablet keeps nothing");
  await context.close();
});

test("a keyboard is enough", async () => {
  const { person, ballot } = await open();
  const page = await (await browser.newContext()).newPage();
  await page.goto(service.origin + person.path);
  const press = async (name) => {
    for (let tabs = 0; tabs < 30; tabs += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const focused = document.activeElement;
        const style = getComputedStyle(focused.closest(".option") ?? focused);
        return { text: focused.textContent.trim(), kind: focused.type, outline: parseFloat(style.outlineWidth) };
      });
      assert.ok(at.outline >= 3, `the focus is seen on ${JSON.stringify(at)}`);
      if (at.text === name || at.kind === name) return;
    }
    assert.fail(`${name} is not reached`);
  };
  await press("Sign in");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await press("radio");
  await page.keyboard.press("Space");
  await press("Continue");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  await press("Cast my vote");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
});

test("a vote that comes after the close is told so", async () => {
  const { person, ballot } = await open();
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await enter(page, service, person);
  await choose(page);
  await service.transition(ballot, "closed");
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote was not counted" }).waitFor();
  assert.equal(await votes(ballot), 0);
});

for (const javaScriptEnabled of [false, true]) {
  test(`a badge code ${javaScriptEnabled ? "with" : "without"} a script`, async () => {
    const { slug, person, ballot } = await open();
    const code = await service.badge(person);
    const context = await browser.newContext({ ...PHONE, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${service.origin}/${slug}`);
    await page.getByRole("link", { name: "Enter the code on your badge" }).click();
    const field = page.getByLabel("Badge code");
    const signIn = page.getByRole("button", { name: "Sign in" });
    const slip = code.replace(/^./, (first) => (first === "0" ? "1" : "0"));
    await field.fill(slip);
    await signIn.click();
    await page.getByText("That code has a typing mistake.").first().waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await field.inputValue(), slip, "what was typed is still there");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "the summary has the focus");
    await page.getByRole("link", { name: "That code has a typing mistake." }).click();
    assert.equal(await page.evaluate(() => document.activeElement.id), "code");
    // Pasted as it stands on another device: small letters, no hyphens.
    await field.fill(` ${code.toLowerCase().replaceAll("-", "")} `);
    await signIn.click();
    await page.getByText("You are voting as").waitFor();
    assert.equal(new URL(page.url()).pathname, `/ballots/${ballot.id}`);
    await context.close();
  });
}

test("at four times the size everything is there, one column, and nothing hides the focus", async () => {
  const { person, ballot } = await open();
  // A window of 1280 by 1024 pixels, zoomed to 400 %.
  const context = await browser.newContext({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
  const page = await context.newPage();
  const fits = async (what) => {
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${what} is ${wide} px too wide`);
  };
  await page.goto(service.origin + person.path);
  await fits("the personal link");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  await fits("the ballot");
  await page.getByRole("radio", { name: "María Ñíguez" }).check();
  for (let tabs = 0; tabs < 12; tabs += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      const { left, top, width, height } = focused.getBoundingClientRect();
      const at = document.elementFromPoint(left + width / 2, top + Math.min(height / 2, 20));
      return { text: focused.textContent.trim().slice(0, 30), isSeen: focused === document.body || at !== null && (focused.contains(at) || at.contains(focused)) };
    });
    assert.ok(seen.isSeen, `something is in front of ${seen.text}`);
  }
  await choose(page);
  await fits("the check");
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  await fits("the receipt");
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("without any styles a vote is cast all the same", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("**/*.css", (route) => route.abort());
  await enter(page, service, person);
  await choose(page);
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("offline the choice is kept, and the vote is cast once there is a network again", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await enter(page, service, person);
  await choose(page);
  await context.setOffline(true);
  await page.getByRole("button", { name: "Cast my vote" }).click();
  await page.getByText("You are offline.").waitFor();
  assert.ok(await page.getByText("María Ñíguez").isVisible());
  await context.setOffline(false);
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("where nobody can tell, the page says so, and trying again is safe", async () => {
  const { person, ballot } = await open();
  const context = await browser.newContext(PHONE);
  const page = await context.newPage();
  await page.clock.install();
  await enter(page, service, person);
  await choose(page);
  let asked = 0;
  await page.route("**/votes", (route) => { asked += 1; return asked > 5 ? route.continue() : route.abort(); });
  await page.getByRole("button", { name: "Cast my vote" }).click();
  const again = page.getByRole("button", { name: "Try again" });
  while (!(await again.isVisible())) await page.clock.runFor(1_000);
  assert.equal(asked, 5, "after one, two, four and eight seconds");
  await page.getByText("We could not confirm your vote").waitFor();
  assert.ok(await page.getByText("You cannot vote twice by trying again.").isVisible());
  assert.ok(await page.getByRole("link", { name: "Check if I have voted" }).isVisible());
  await again.click();
  await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor();
  assert.equal(await votes(ballot), 1);
  await context.close();
});

test("the time that is left is told in the page's own words", async () => {
  const { person, ballot } = await open();
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 110 });
  const context = await browser.newContext({ ...PHONE, locale: "de-DE" });
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(service.origin + person.path);
  await page.getByRole("button", { name: "Anmelden" }).click();
  const left = page.locator("[data-left]");
  assert.equal(await left.textContent(), "Noch 2 Minuten.");
  await page.clock.runFor(65_000);
  assert.match(await left.textContent(), /^Noch [45]0 Sekunden\.$/);
  assert.match(await page.locator("body > p[role=status]").textContent(), /^Noch 60 Sekunden\.$/);
  await context.close();
});
