// The clash attack: somebody between the pages and the voters gives two people the same receipt, and casts the second
// vote as they like.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { enter, launch, PHONE } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";
import { atBallot, cast, choose, invited, recorded, votes } from "../lib/voting.mjs";

let browser, service;
before(async () => { browser = await launch(); service = await Service.start(); });
after(async () => { await browser?.close(); await service?.stop(); });

/** Sends a vote as the page does, or altered. Returns the page of the receipt. */
async function forward(context, request, change = (body) => body) {
  const headers = { ...request.headers(), cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ") };
  delete headers["content-length"];
  const body = change(new URLSearchParams(request.postData())).toString();
  const answer = await fetch(request.url(), { method: "POST", headers, body, redirect: "manual" });
  return { status: answer.status, at: answer.headers.get("content-location"), html: await answer.text() };
}

/** Lets the proxy answer the votes of a page: it gets the request, and returns the page. */
const proxy = (page, answer) => page.route("**/votes", async (route) => {
  const { at, html } = await answer(route.request());
  await route.fulfill({ status: 200, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Location": at }, body: html });
});

/** A second voter on the first one's ballot, whose receipt the proxy has seen. */
async function two(t) {
  const ada = await atBallot(t, browser, service);
  let seen;
  await proxy(ada.page, async (request) => (seen = { ...await forward(ada.context, request), tracker: new URLSearchParams(request.postData()).get("tracker") }));
  await choose(ada.page);
  await cast(ada.page);
  await recorded(ada.page);
  seen.code = await ada.page.locator("#code").textContent();
  const context = await browser.newContext(PHONE);
  t.after(() => context.close());
  return { ada, seen, context, page: await context.newPage(), person: await service.attendee(ada.slug, { name: "Björn" }) };
}

/** The page says that the answer does not match, and claims no recorded vote. */
async function noticed(page, what) {
  await page.getByRole("heading", { name: /^(The answer does not fit your vote|Your vote is recorded)$/ }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "The answer does not fit your vote" }).count(), 1, what);
  assert.equal(await page.getByText("Your vote is recorded").count(), 0);
  assert.match(await page.title(), /does not fit/);
  assert.equal(await page.getByRole("button", { name: "Cast my vote" }).count(), 0);
}

const without = {
  Ed25519: () => {
    const importKey = SubtleCrypto.prototype.importKey;
    SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...rest) {
      return algorithm === "Ed25519" ? Promise.reject(new DOMException("no such algorithm", "NotSupportedError")) : importKey.call(this, format, key, algorithm, ...rest);
    };
  },
  "a secure context": () => Object.defineProperty(Crypto.prototype, "subtle", { get: () => undefined }),
};

for (const lack of [null, "Ed25519"]) {
  test(`two people are not given one receipt${lack ? ` where the browser has no ${lack}` : ""}`, async (t) => {
    const { ada, seen, context, page, person } = await two(t);
    if (lack) await page.addInitScript(without[lack]);
    // The page sent to the second voter contains the first one's tracker.
    await page.route(`**/ballots/${ada.ballot.id}`, async (route) => {
      const answer = await route.fetch();
      const html = (await answer.text()).replaceAll(/(name="tracker" value=")[^"]+/g, `$1${seen.tracker}`);
      await route.fulfill({ response: answer, body: html });
    });
    await enter(page, service, person);
    await page.goto(`${service.origin}/ballots/${ada.ballot.id}`);
    assert.equal(await page.locator("form.choice [name=tracker]").inputValue(), seen.tracker);
    await choose(page);
    // The second vote goes to another candidate with another tracker, and the voter gets the first one's receipt.
    let sent;
    await proxy(page, async (request) => {
      sent = new URLSearchParams(request.postData()).get("tracker");
      const { status } = await forward(context, request, (body) => { body.set("choice", ada.ballot.candidates[0].id); body.set("tracker", "A".repeat(43)); return body; });
      assert.equal(status, 200, "the other vote is recorded");
      return seen;
    });
    await cast(page);
    await noticed(page);
    assert.notEqual(sent, seen.tracker, "the browser does not take the tracker of the page");
    const status = await page.getByRole("status").first().textContent();
    assert.ok(status.includes(seen.code), "it names the code of the answer");
    assert.equal(status.match(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/g).length, 2, "and the code that is right");
    assert.equal(await votes(service, ada.ballot), 2);
  });
}

test("no changed answer is called recorded", async (t) => {
  const { ada, seen } = await two(t);
  const note = (html) => html.match(/data-note="([^"]+)"/)[1];
  const changes = {
    "the code of another": ({ html, ...answer }) => ({ ...answer, html: html.replace(/(id="code">)[^<]+/, `$1${seen.code}`) }),
    "the note of another": ({ html, ...answer }) => ({ ...answer, html: html.replace(note(html), note(seen.html)) }),
    "the same for another ballot": ({ html, ...answer }) => ({ ...answer, html: html.replace(note(html), note(html).replace(ada.ballot.id, "01890a5d-ac96-774b-bcce-b302099a8057")) }),
    "another signature": ({ html, ...answer }) => ({ ...answer, html: html.replace(/— urna (.{20})/, (line, digits) => `— urna ${digits.slice(0, -1)}${digits.endsWith("A") ? "B" : "A"}`) }),
    "the signature of another": ({ html, ...answer }) => ({ ...answer, html: html.replace(note(html).split("— ")[1], note(seen.html).split("— ")[1]) }),
    "no note": ({ html, ...answer }) => ({ ...answer, html: html.replace(/ data-note="[^"]+"/, "") }),
    "no address": ({ html }) => ({ at: "", html: html.replace(/(id="code">)[^<]+/, `$1${seen.code}`) }),
    "neither note nor address": ({ html }) => ({ at: "", html: html.replace(/ data-note="[^"]+"/, "") }),
    "an old version of the note": ({ html, ...answer }) => ({ ...answer, html: html.replace("urna receipt v2", "urna receipt v1") }),
  };
  for (const [what, change] of Object.entries(changes)) {
    const context = await browser.newContext(PHONE);
    const page = await context.newPage();
    await enter(page, service, await service.attendee(ada.slug, { name: what }));
    await choose(page);
    let honest;
    await proxy(page, async (request) => {
      honest = await forward(context, request);
      const changed = change(honest);
      assert.notEqual(JSON.stringify(changed), JSON.stringify(honest), what);
      return changed;
    });
    await cast(page);
    await noticed(page, what);
    await context.close();
  }
});

test("each retry has the browser's one tracker, and the receipt that is checked is the one that is kept", async (t) => {
  const { page, context, ballot } = await atBallot(t, browser, service);
  await choose(page);
  const sent = [];
  await page.route("**/votes", (route) => { sent.push(new URLSearchParams(route.request().postData()).get("tracker")); return sent.length > 2 ? route.continue() : route.abort(); });
  await cast(page);
  await recorded(page);
  assert.equal(sent.length, 3);
  assert.equal(new Set(sent).size, 1);
  await page.getByText("This device has checked it").waitFor();
  const code = await page.locator("#code").textContent();
  const { receipt } = await (await context.request.get(`${service.origin}/ballots/${ballot.id}/receipt.json`)).json();
  assert.deepEqual([receipt.code, receipt.tracker], [code, sent[0]]);
  const lines = receipt.signed_note.split("\n");
  assert.equal(lines[4], createHash("sha256").update(Buffer.from(sent[0], "base64url")).digest("hex"));
  assert.equal(lines[3], receipt.commitment);
  await page.reload();
  await page.getByText("Not checked here.").waitFor();
});

for (const [lack, remove] of Object.entries(without)) {
  test(`a browser without ${lack} votes all the same, and says that nothing was checked`, async (t) => {
    const { page, person, ballot } = await invited(t, browser, service);
    await page.addInitScript(remove);
    await enter(page, service, person);
    const made = await page.locator("form.choice [name=tracker]").inputValue();
    await choose(page);
    assert.notEqual(await page.locator("[data-cast] [name=tracker]").inputValue(), made, "the tracker is the browser's own");
    await cast(page);
    await recorded(page);
    await page.getByText("Not checked here.").waitFor();
    assert.equal(await page.getByText("This device has checked it").count(), 0);
    assert.equal(await votes(service, ballot), 1);
  });
}

test("without a script the page says that nothing was checked, and to compare codes", async (t) => {
  const { page } = await atBallot(t, browser, service, { ...PHONE, javaScriptEnabled: false });
  await choose(page);
  await cast(page);
  await recorded(page);
  await page.getByText("Not checked here. No two people may have the same code").waitFor();
});
