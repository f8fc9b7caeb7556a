// Whole journeys by every method: choosing, checking, casting, and the published result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, PHONE } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";
import { atBallot, cast, recorded } from "../lib/voting.mjs";

let browser, service;
before(async () => { [browser, service] = await Promise.all([launch(), Service.start()]); });
after(async () => { await browser?.close(); await service?.stop(); });

const [MARIA, JANIS, ZOE] = ["María Ñíguez", "Jānis Bērziņš", "Zoë Łukaszewicz-Ó Briain"];
const press = (page, name) => page.getByRole("button", { name }).click();

/** Closes and publishes; returns the result, and opens its page. */
async function publish(page, slug, ballot) {
  await service.transition(ballot, "closed");
  await service.post(`ballots/${ballot.id}/publications`, {});
  await page.goto(`${service.origin}/${slug}/award/results`);
  return service.get(`ballots/${ballot.id}/results`);
}

for (const count of ["irv", "schulze", "borda", "scottish_stv"]) {
  for (const javaScriptEnabled of [false, true]) {
    test(`a ranking by ${count} ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
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

      const { outcome, rows } = await publish(page, slug, ballot);
      assert.deepEqual(outcome.candidates, [rows[0].candidate_id]);
      assert.equal(rows[0].name, ZOE);
      await page.locator(".winner").getByText(ZOE).waitFor();
    });
  }
}

for (const javaScriptEnabled of [false, true]) {
  test(`points ${javaScriptEnabled ? "with" : "without"} a script`, async (t) => {
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

    const { rows } = await publish(page, slug, ballot);
    assert.deepEqual(rows.map(({ name, points }) => [name, points]), [[MARIA, "5"], [JANIS, "3"], [ZOE, "0"]]);
    await page.locator(".winner").getByText(MARIA).waitFor();
  });
}

test("names that are tapped in order are ranked in order", async (t) => {
  const changes = { method: { type: "ranked", count: "irv" }, tie_rule: { type: "lot" } };
  const { page, ballot } = await atBallot(t, browser, service, PHONE, changes);
  const tap = (name) => page.getByText(name, { exact: true }).tap();
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
