// The path of a voter, from the link to the receipt.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, enter, launch, ownTime, passTimeUntil, slow } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";
import { atBallot, atBallotInOwnTime, cast, choose, inLobby, invited, recorded, votes } from "../lib/voting.mjs";

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

for (const javaScriptEnabled of [false, true]) {
  test(`a vote ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
    const { page, context, slug, person, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled });
    assert.ok(page.url().endsWith(`/ballots/${ballot.id}`), "one ballot: the link leads right to it");
    await choose(page, "Jānis Bērziņš");
    await page.getByRole("button", { name: "Change my choice" }).click();
    assert.ok(await page.getByRole("radio", { name: "Jānis Bērziņš" }).isChecked(), "the choice is kept");
    await choose(page);
    assert.ok(await page.getByText("María Ñíguez").isVisible());
    await cast(page);
    await recorded(page);
    const code = await page.locator("#code").textContent();
    assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    assert.equal(await votes(service, ballot), 1);

    await page.goto(`${service.origin}/ballots/${ballot.id}`);
    await page.getByRole("heading", { name: "You have already voted" }).waitFor();
    assert.equal(await page.locator(".code").textContent(), code, "this browser holds the receipt");
    const file = await context.request.get(`${service.origin}/ballots/${ballot.id}/receipt.json`);
    assert.equal((await file.json()).receipt.code, code);

    // In another browser the same person learns that they have voted, but sees no receipt.
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
  });
}

for (const javaScriptEnabled of [false, true]) {
  test(`a vote for several ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
    const approval = { method: { type: "approval", max_choices: 2 } };
    const { page, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled }, approval);
    const box = (name) => page.getByRole("checkbox", { name });
    const names = ballot.candidates.map(({ name }) => name);
    for (const name of names) await box(name).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("alert").getByText("Choose at most 2.").waitFor();
    for (const name of names) assert.ok(await box(name).isChecked(), "a mistake loses nothing");

    await box("Zoë Łukaszewicz-Ó Briain").uncheck();
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByRole("heading", { name: "Check your vote" }).waitFor();
    assert.deepEqual((await page.locator(".chosen b").allTextContents()).sort(), ["Jānis Bērziņš", "María Ñíguez"]);
    await page.getByRole("button", { name: "Change my choice" }).click();
    for (const name of names) assert.equal(await box(name).isChecked(), name !== "Zoë Łukaszewicz-Ó Briain", name);
    await box("Jānis Bērziņš").uncheck();
    if (javaScriptEnabled) {
      await page.goto(`${service.origin}/ballots/${ballot.id}/candidates/${ballot.candidates[0].id}`);
      await page.getByRole("link", { name: "Back to the ballot" }).click();
    }
    await box("Zoë Łukaszewicz-Ó Briain").check();
    await page.getByRole("button", { name: "Continue" }).click();
    await cast(page);
    await recorded(page);

    await service.transition(ballot, "closed");
    await service.post(`ballots/${ballot.id}/tie-breaks`, { order: [ballot.candidates[2].id, ballot.candidates[0].id], reason: "The jury preferred her pitch.", decided_by: "the jury" });
    await service.post(`ballots/${ballot.id}/publications`, {});
    const { rows } = await service.get(`ballots/${ballot.id}/results`);
    const counted = Object.fromEntries(rows.map(({ name, votes }) => [name, votes]));
    assert.deepEqual(counted, { "María Ñíguez": 1, "Zoë Łukaszewicz-Ó Briain": 1, "Jānis Bērziņš": 0 });
  });
}

test("from the link to the receipt in four taps, on a bad network in under three seconds", async (t) => {
  // Other load makes the machine slower, never faster: take the best of three, or the first that is fast enough.
  let seconds = Infinity;
  for (let tries = 0; tries < 3 && seconds >= 3; tries += 1) seconds = Math.min(seconds, await fourTaps(t));
  console.log(`# ${seconds.toFixed(2)} s of waiting, with 600 ms and 150 kbit/s`);
  assert.ok(seconds < 3, `${seconds} s`);
});

/** The seconds a voter waits, from each tap until the next control is there. While they read, the script loads. */
const fourTaps = async (t) => {
  const { page, person, ballot } = await invited(t, browser, service);
  await slow(page);
  let waited = 0;
  const step = async (tap, next) => {
    const begun = performance.now();
    await tap();
    // Checked at every frame: a locator polls only twice a second.
    await page.waitForFunction((text) => [...document.querySelectorAll("h1, button")].some((element) => element.textContent.trim() === text && element.checkVisibility()), next, { polling: "raf" });
    waited += performance.now() - begun;
    await page.waitForLoadState("networkidle");
  };
  const button = (name) => page.getByRole("button", { name });
  await step(() => page.goto(service.origin + person.path, { waitUntil: "commit" }), "Sign in");
  await step(() => button("Sign in").tap(), "Continue");
  await page.getByRole("radio", { name: "María Ñíguez" }).tap();
  await step(() => button("Continue").tap(), "Cast my vote");
  await step(() => button("Cast my vote").tap(), "Your vote is recorded");
  assert.equal(await votes(service, ballot), 1);
  return waited / 1000;
};

test("the lobby turns into the ballot by itself", async (t) => {
  const { page, later } = await inLobby(t, browser, service);
  await service.transition(later, "open");
  await passTimeUntil(page, page.getByRole("button", { name: "Continue" }));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "H1");
});

test("the lobby says that it is connected, and only while it is", async (t) => {
  const { page } = await inLobby(t, browser, service);
  await passTimeUntil(page, page.getByText("Connected. Waiting for the host."));
  await page.route("**/state", (route) => route.abort());
  await passTimeUntil(page, page.getByText("No connection at the moment."));
  assert.ok(!(await page.getByText("Connected.").isVisible()));
  await page.unroute("**/state");
  await passTimeUntil(page, page.getByText("Connected. Waiting for the host."));
});

test("who is at the language menu when voting opens stays there", async (t) => {
  const { page, later } = await inLobby(t, browser, service);
  await page.locator(".languages summary").click();
  await service.transition(later, "open");
  await passTimeUntil(page, page.getByRole("button", { name: "Continue" }));
  assert.ok(await page.locator(".languages[open]").isVisible());
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
  await page.getByText("Voting is open").waitFor({ state: "attached" });
});

test("another closing time is told to who has chosen already", async (t) => {
  const { page, person, ballot } = await invited(t, browser, service);
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 3_000 });
  await ownTime(page);
  await enter(page, service, person);
  await page.getByText("50 minutes left.").waitFor();
  await choose(page);
  await page.getByText("50 minutes left.").waitFor();
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 600 });
  const sooner = page.locator(".closing", { hasText: "10 minutes left." });
  await passTimeUntil(page, sooner);
  await page.getByRole("button", { name: "Change my choice" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  assert.ok(await sooner.isVisible(), "the ballot behind the check has heard of it, too");
  assert.ok(await page.getByRole("radio", { name: "María Ñíguez" }).isChecked());
  await page.clock.runFor(125_000);
  await page.getByText("8 minutes left.").waitFor();
});

test("a candidate's page hears that voting opens, too", async (t) => {
  const { page, later } = await inLobby(t, browser, service);
  await page.getByRole("heading", { name: "Meanwhile: meet the finalists" }).waitFor();
  await page.getByRole("listitem").getByRole("link", { name: "María Ñíguez" }).click();
  await page.getByRole("link", { name: "Back to the ballot" }).waitFor();
  await service.transition(later, "open");
  await passTimeUntil(page, page.getByRole("link", { name: "Voting is open" }));
  await page.getByRole("link", { name: "Voting is open" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
});

test("the conference's page hears of its ballots, and says on which one has voted", async (t) => {
  const { page, slug, ballot } = await atBallotInOwnTime(t, browser, service);
  const later = await service.ballot(slug, "later", { title: "Second award" });
  await service.transition(later, "ready");
  await page.goto(`${service.origin}/${slug}`);
  const card = (title) => page.getByRole("listitem").filter({ hasText: title });
  const first = card("European Cluster Manager of the Year");
  await first.getByText("Vote", { exact: true }).waitFor();
  await card("Second award").getByText("Voting has not opened yet").waitFor();
  await card("Second award").getByRole("link").focus();
  await service.transition(later, "open");
  await passTimeUntil(page, card("Second award").getByText("Vote", { exact: true }));
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Second award", "the focus stays where it was");
  await first.getByRole("link").click();
  await choose(page);
  await cast(page);
  await recorded(page);
  await page.goto(`${service.origin}/${slug}`);
  await first.getByText("You have already voted").waitFor();
  assert.equal(await first.getByText("Vote", { exact: true }).count(), 0);
  assert.equal(await votes(service, ballot), 1);
});

test("who has to sign in first comes back to the ballot", async (t) => {
  const { page, slug, person } = await invited(t, browser, service);
  const other = await service.ballot(slug, "other");
  await service.transition(other, "open");
  await page.goto(`${service.origin}/ballots/${other.id}`);
  await page.getByRole("link", { name: "Enter the code on your badge" }).click();
  await page.getByLabel("Badge code").fill(await service.badge(person));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/ballots/${other.id}`);
});

test("a page out of sight asks nothing", async (t) => {
  const { page, later } = await inLobby(t, browser, service);
  await page.getByText("This page changes by itself").waitFor();
  let asked = 0;
  await page.route(`**/ballots/${later.id}/state`, (route) => { asked += 1; return route.continue(); });
  const look = (visibility) => page.evaluate((value) => Object.defineProperty(document, "visibilityState", { value, configurable: true }), visibility);
  await look("hidden");
  await service.transition(later, "open");
  await page.clock.runFor(60_000);
  assert.equal(asked, 0);
  await look("visible");
  await passTimeUntil(page, page.getByRole("button", { name: "Continue" }));
  assert.equal(asked, 1);
});

test("a look at a candidate, and the way back, keep the choice", async (t) => {
  const { page, ballot } = await atBallot(t, browser, service);
  const radio = page.getByRole("radio", { name: "María Ñíguez" });
  await radio.check();
  await page.getByRole("link", { name: "About Zoë Łukaszewicz-Ó Briain" }).click();
  await page.getByRole("heading", { name: "Zoë Łukaszewicz-Ó Briain" }).waitFor();
  await page.getByRole("main").getByRole("link", { name: "Back" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  assert.ok(await radio.isChecked());
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  assert.match(await page.title(), /^Check your vote/);
  await page.goBack();
  assert.ok(await radio.isChecked(), "the browser's own way back leads to the ballot");
  await page.getByRole("button", { name: "Continue" }).click();
  await cast(page);
  const heading = await recorded(page);
  assert.ok(await heading.evaluate((heading) => heading === document.activeElement), "a screen reader hears it");
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  await page.goBack();
  await page.getByRole("heading", { name: "You have already voted" }).waitFor();
  assert.equal(await votes(service, ballot), 1);
});

test("the code on the receipt can be copied", async (t) => {
  const { page, context } = await atBallot(t, browser, service);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await choose(page);
  await cast(page);
  await recorded(page);
  await page.getByRole("button", { name: "Copy code" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator("#code").textContent());
});

test("who signs out leaves no choice behind", async (t) => {
  const { page } = await atBallot(t, browser, service);
  await page.getByRole("radio", { name: "María Ñíguez" }).check();
  const kept = () => page.evaluate(() => Object.keys(sessionStorage).length);
  assert.equal(await kept(), 1);
  await page.getByRole("button", { name: "Not you? Sign out" }).click();
  await page.getByRole("link", { name: "Enter the code on your badge" }).waitFor();
  assert.equal(await kept(), 0);
});

test("a keyboard is enough", async (t) => {
  const { page, person, ballot } = await invited(t, browser, service, {});
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
  await recorded(page);
  assert.equal(await votes(service, ballot), 1);
});

for (const javaScriptEnabled of [false, true]) {
  test(`a badge code ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
    const { page, slug, person, ballot } = await invited(t, browser, service, { ...PHONE, javaScriptEnabled });
    const code = await service.badge(person);
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
    // Pasted from another device: lower case, no hyphens.
    await field.fill(` ${code.toLowerCase().replaceAll("-", "")} `);
    await signIn.click();
    await page.getByText("You are voting as").waitFor();
    assert.equal(new URL(page.url()).pathname, `/ballots/${ballot.id}`);
  });
}

test("at four times the size everything is there, one column, and nothing hides the focus", async (t) => {
  // A window of 1280 by 1024 pixels, zoomed to 400 %.
  const zoomed = { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 };
  const { page, person, ballot } = await invited(t, browser, service, zoomed);
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
  await cast(page);
  await recorded(page);
  await fits("the receipt");
  assert.equal(await votes(service, ballot), 1);
});

test("the time that is left is told in the page's own words", async (t) => {
  const { page, person, ballot } = await invited(t, browser, service, { ...PHONE, locale: "de-DE" });
  await service.post(`ballots/${ballot.id}/closing-times`, { in_seconds: 110 });
  await ownTime(page);
  await page.goto(service.origin + person.path);
  await page.getByRole("button", { name: "Anmelden" }).click();
  const left = page.locator("[data-left]");
  assert.equal(await left.textContent(), "Noch 2 Minuten.");
  await page.clock.runFor(65_000);
  assert.match(await left.textContent(), /^Noch [45]0 Sekunden\.$/);
  assert.match(await page.locator("body > p[role=status]").textContent(), /^Noch 60 Sekunden\.$/);
});
