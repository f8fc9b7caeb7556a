// Whole journeys by every method: choosing, checking, casting, and the published result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE } from "../lib/browser.mjs";
import { ENGINES, Service } from "../lib/service.mjs";
import { atBallot, cast, recorded } from "../lib/voting.mjs";

let browser;
const services = {};
before(async () => {
  browser = await launch();
  for (const engine of ENGINES) services[engine] = await Service.start(engine);
});
after(async () => {
  await browser?.close();
  for (const service of Object.values(services)) await service.stop();
});

const [MARIA, JANIS, ZOE] = ["María Ñíguez", "Jānis Bērziņš", "Zoë Łukaszewicz-Ó Briain"];
const press = (page, name) => page.getByRole("button", { name }).click();

/** Closes and publishes; returns the result, and opens its page. */
async function publish(service, page, slug, ballot) {
  await service.transition(ballot, "closed");
  await service.post(`ballots/${ballot.id}/publications`, {});
  await page.goto(`${service.origin}/${slug}/award/results`);
  return service.get(`ballots/${ballot.id}/results`);
}

/** A test on each engine, with a script and without: the same journey, told by what a person sees. */
function journey(name, walk) {
  for (const engine of ENGINES) {
    for (const javaScriptEnabled of [false, true]) {
      test(`${name} ${javaScriptEnabled ? "with" : "without"} a script, on ${engine}`, (t) => walk(t, services[engine], javaScriptEnabled));
    }
  }
}

for (const count of ["irv", "schulze", "borda", "scottish_stv"]) {
  journey(`a ranking by ${count}`, async (t, service, javaScriptEnabled) => {
    const changes = { method: { type: "ranked", count }, tie_rule: { type: "lot" } };
    const { page, slug, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled }, changes);
    const rank = (name) => page.getByRole("combobox", { name });
    const isStrict = count === "irv" || count === "scottish_stv";
    await press(page, "Continue");
    await page.getByRole("alert").getByText("Give somebody rank 1").waitFor();

    await rank(ZOE).selectOption("Rank 1");
    if (javaScriptEnabled && isStrict) {
      const isTaken = await rank(MARIA).locator("option", { hasText: "Rank 1" }).evaluate((option) => option.disabled);
      assert.ok(isTaken, "a rank that somebody has is not offered again");
    } else {
      await rank(MARIA).selectOption("Rank 1");
      await press(page, "Continue");
      if (isStrict) {
        const wrong = page.getByRole("alert").getByRole("link", { name: "Rank 1 is given more than once." });
        await wrong.waitFor();
        await wrong.click();
        assert.match(await page.evaluate(() => document.activeElement.name), /^rank-/, "the link leads to the mistake");
      } else {
        await page.getByRole("heading", { name: "Check your vote" }).waitFor();
        await press(page, "Change my choice");
      }
      assert.equal(await rank(MARIA).inputValue(), "1", "a mistake loses nothing");
    }
    await rank(MARIA).selectOption("Rank 3");
    await press(page, "Continue");
    await page.getByRole("alert").getByText("Rank 2 is missing.").waitFor();
    await rank(MARIA).selectOption("Rank 2");
    if (javaScriptEnabled) {
      await page.goto(`${service.origin}/ballots/${ballot.id}/candidates/${ballot.candidates[0].id}`);
      await page.getByRole("link", { name: "Back to the ballot" }).click();
      assert.equal(await rank(MARIA).inputValue(), "2", "a choice outlives a look at a candidate");
    }
    await press(page, "Continue");
    await page.getByRole("heading", { name: "Check your vote" }).waitFor();
    assert.deepEqual(await page.locator(".chosen b").allTextContents(), [ZOE, MARIA], "in the order of the ranks");
    await cast(page);
    await recorded(page);

    const { outcome, rows } = await publish(service, page, slug, ballot);
    assert.deepEqual(outcome.candidates, [rows[0].candidate_id]);
    assert.equal(rows[0].name, ZOE);
    await page.locator(".winner").getByText(ZOE).waitFor();
  });
}

journey("points", async (t, service, javaScriptEnabled) => {
  const changes = { method: { type: "score", min: 0, max: 5 }, tie_rule: { type: "lot" } };
  const { page, slug, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled }, changes);
  const points = (name, number) => page.getByRole("group", { name }).getByRole("radio", { name: String(number), exact: true });
  await press(page, "Continue");
  await page.getByRole("alert").getByText("Give points to somebody").waitFor();
  await points(MARIA, 5).check();
  await points(JANIS, 2).check();
  if (javaScriptEnabled) {
    await page.goto(`${service.origin}/ballots/${ballot.id}/candidates/${ballot.candidates[0].id}`);
    await page.getByRole("link", { name: "Back to the ballot" }).click();
    assert.ok(await points(MARIA, 5).isChecked() && await points(JANIS, 2).isChecked(), "a choice outlives a look at a candidate");
  }
  await press(page, "Continue");
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  const lines = await page.locator(".chosen li").evaluateAll((items) => items.map((item) => item.querySelector(".number").textContent + item.querySelector("b").textContent));
  assert.deepEqual(lines.sort(), [`0 points${ZOE}`, `2 points${JANIS}`, `5 points${MARIA}`]);
  await press(page, "Change my choice");
  await points(JANIS, 3).check();
  await press(page, "Continue");
  await cast(page);
  await recorded(page);

  const { rows } = await publish(service, page, slug, ballot);
  assert.deepEqual(rows.map(({ name, points }) => [name, points]), [[MARIA, "5"], [JANIS, "3"], [ZOE, "0"]]);
  await page.locator(".winner").getByText(MARIA).waitFor();
});

journey("a motion", async (t, service, javaScriptEnabled) => {
  const rules = { type: "motion", quorum: { type: "members", fraction: "1/3" } };
  const changes = { method: rules, kind: "consultation", candidates: [], allow_blank: false, tie_rule: null };
  const { page, slug, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled }, changes);
  const answer = (name) => page.getByRole("radio", { name, exact: true });
  await page.getByText("The motion is carried if more than half of those who say yes or no say yes.").waitFor();
  await press(page, "Continue");
  await page.getByRole("alert").getByText("Choose yes, no, or an abstention").waitFor();
  await answer("No").check();
  await press(page, "Continue");
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  assert.deepEqual(await page.locator(".chosen b").allTextContents(), ["No"]);
  await press(page, "Change my choice");
  assert.ok(await answer("No").isChecked(), "nothing is lost");
  await answer("Yes").check();
  await press(page, "Continue");
  await cast(page);
  await recorded(page);

  const { outcome, answers } = await publish(service, page, slug, ballot);
  assert.deepEqual([outcome.type, answers], ["carried", { yes: 1, no: 0, abstained: 0 }]);
  await page.locator(".winner").getByText("Carried").waitFor();
  await page.getByText("Needed: more than 0.5 of 1 who said yes or no.").waitFor();
});

for (const method of [{ type: "plurality" }, { type: "approval", max_choices: 2 }]) {
  journey(method.type, async (t, service, javaScriptEnabled) => {
    const { page, slug, ballot } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled }, { method });
    const option = (name) => page.getByRole(method.type === "plurality" ? "radio" : "checkbox", { name });
    await press(page, "Continue");
    await page.getByRole("alert").getByText("Choose a finalist").waitFor();
    await option(MARIA).check();
    await press(page, "Continue");
    await cast(page);
    await recorded(page);
    const { outcome } = await publish(service, page, slug, ballot);
    assert.deepEqual(outcome.candidates, [ballot.candidates[2].id]);
    await page.locator(".winner").getByText(MARIA).waitFor();
  });
}

test("names that are tapped in order are ranked in order", async (t) => {
  const service = services.SQLite;
  const changes = { method: { type: "ranked", count: "irv" }, tie_rule: { type: "lot" } };
  const { page, ballot } = await atBallot(t, browser, service, PHONE, changes);
  const tap = (name) => page.locator(".ranked label", { hasText: name }).tap();
  const ranks = () => page.locator("select").evaluateAll((lists) => Object.fromEntries(lists.map((list) => [list.labels[0].querySelector("b").textContent, list.value])));
  await page.getByText("Tap the names in your order").waitFor();
  for (const name of [ZOE, MARIA, JANIS]) await tap(name);
  assert.deepEqual(await ranks(), { [ZOE]: "1", [MARIA]: "2", [JANIS]: "3" });
  await tap(ZOE);
  assert.deepEqual(await ranks(), { [ZOE]: "", [MARIA]: "1", [JANIS]: "2" }, "the others move up");
  await page.reload();
  assert.deepEqual(await ranks(), { [ZOE]: "", [MARIA]: "1", [JANIS]: "2" }, "nothing is lost");
  await press(page, "Continue");
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
  assert.deepEqual(await page.locator(".chosen b").allTextContents(), [MARIA, JANIS]);
  await cast(page);
  await recorded(page);
  await service.transition(ballot, "closed");
});

test("a name that is dragged onto another takes its rank", async (t) => {
  const service = services.SQLite;
  const changes = { method: { type: "ranked", count: "schulze", max_ranks: 2 }, tie_rule: { type: "lot" } };
  const { page, ballot } = await atBallot(t, browser, service, { viewport: { width: 1280, height: 900 } }, changes);
  const label = (name) => page.locator(".ranked label", { hasText: name });
  const drag = (name, onto) => label(name).dragTo(label(onto));
  const ranks = () => page.locator("select").evaluateAll((lists) => Object.fromEntries(lists.map((list) => [list.labels[0].querySelector("b").textContent, list.value])));
  await drag(ZOE, MARIA);
  assert.deepEqual(await ranks(), { [ZOE]: "1", [MARIA]: "", [JANIS]: "" }, "nobody has a rank yet");
  await drag(MARIA, ZOE);
  assert.deepEqual(await ranks(), { [MARIA]: "1", [ZOE]: "2", [JANIS]: "" });
  await drag(MARIA, ZOE);
  assert.deepEqual(await ranks(), { [ZOE]: "1", [MARIA]: "2", [JANIS]: "" }, "they change places");
  await drag(JANIS, ZOE);
  assert.deepEqual(await ranks(), { [JANIS]: "1", [ZOE]: "2", [MARIA]: "" }, "the last one has no rank any more");
  await service.transition(ballot, "closed");
});
