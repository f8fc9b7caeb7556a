// The verifier page: its verdicts on records and receipts, from a disk and without a network.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { HtmlValidate } from "html-validate";
import { launch, PHONE } from "../lib/browser.mjs";
import { Service } from "../lib/service.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FILE = join(ROOT, "crates/urna_web/assets/verifier.html");
const HTML = readFileSync(FILE, "utf8");
const SAVED = join(ROOT, "tests/verifier/saved");
const [RECORD, RECEIPT, RECEIPT_V2] = ["record.zip", "receipt.json", "receipt-v2.json"].map((name) => join(SAVED, name));
const VECTORS = JSON.parse(readFileSync(join(ROOT, "tests/verifier/vectors.json"), "utf8"));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"];

let browser, folder;
before(async () => { browser = await launch(); folder = mkdtempSync(join(tmpdir(), "urna-verifier-")); });
after(async () => { await browser?.close(); rmSync(folder, { recursive: true }); });

/** The page from disk, without a network; records its requests and errors. */
async function open(options = {}) {
  const context = await browser.newContext({ locale: "en", ...options });
  const page = await context.newPage();
  const asked = [], complaints = [];
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await context.setOffline(true);
  await page.goto(pathToFileURL(FILE).href);
  return { context, page, asked, complaints };
}

/** Fills in the form's files and fields, and waits for the verdict. */
async function check(page, { record, receipts = [], key = "", statement = "" }) {
  const loaded = (given) => (typeof given === "string" ? file(basename(given), readFileSync(given)) : given);
  await page.locator("#record").setInputFiles(loaded(record));
  await page.locator("#receipt").setInputFiles(receipts.map(loaded));
  if (key || statement) await page.locator("details:has(#key)").evaluate((details) => { details.open = true; });
  if (key) await page.locator("#key").fill(key);
  if (statement) await page.locator("#statement").fill(statement);
  await page.locator("#check").click();
  await page.locator("#verdict:focus").waitFor();
  return { verdict: await page.locator("#verdict").innerText(), text: (await page.locator("#answer").innerText()).replace(/[\u2068\u2069]/g, "") };
}

const file = (name, bytes) => ({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });

test("the values of the formats come out as another program computed them", async () => {
  const { context, page } = await open();
  const wrong = await page.evaluate((vectors) => {
    const differences = [];
    const same = (what, found, wanted) => { if (JSON.stringify(found) !== JSON.stringify(wanted)) differences.push(`${what}: ${JSON.stringify(found)}`); };
    const key = parseKey(vectors.verification_key);
    same("public key", hex(key.bytes), vectors.public_key);
    same("fingerprint", key.fingerprint, vectors.fingerprint);
    const manifest = { ballot: vectors.ballot_id, hash: fromHex(vectors.manifest_hash) };
    for (const vote of vectors.votes) {
      const tracker = fromBase64url(vote.tracker, 32), trackerHash = sha256(tracker), choice = fromHex(vote.choice);
      same("tracker hash", hex(trackerHash), vote.tracker_hash);
      same("code", codeOf(vectors.ballot_id, tracker), vote.code.replaceAll("-", ""));
      const opening = concat(trackerHash, fromBase64url(vote.nonce, 32), Uint8Array.of(0, 0, 0, choice.length), choice);
      same("opening", hex(opening), vote.opening);
      const commitment = sha256(concat(utf8.encode("urna/commit/v1\n"), manifest.hash, opening));
      same("commitment", toBase64url(commitment), vote.commitment);
      for (const name of ["signed_note", "signed_note_v1", "signed_note_v2"].filter((name) => vote[name])) {
        const receipt = { ballots: [vectors.ballot_id], note: vote[name], code: vote.code, tracker: vote.tracker, commitment: vote.commitment };
        same(name, checkReceipt(receipt, key, manifest, commitment, () => hex(trackerHash)), 0);
      }
    }
    const commitments = concat(...vectors.votes.map(({ commitment }) => fromBase64url(commitment, 32)).sort(compareBytes));
    same("commitments", hex(sha256(commitments)), vectors.commitments_sha256);
    same("lot", drawLot(vectors.lot_order_of_candidates_0_to_3.map((_, i) => i), manifest, fromHex(vectors.commitments_sha256)), vectors.lot_order_of_candidates_0_to_3);
    for (const [name, read] of [["statement", readStatement], ["publication", readPublication]]) {
      const note = utf8.encode(vectors[name].signed_note);
      same(name, openNote(note, key, name), vectors[name].text);
      same(`${name}: hash`, hex(sha256(note)), vectors[name].sha256);
      same(`${name}: ballot`, read(vectors[name].text).ballot, vectors.ballot_id);
    }
    return differences;
  }, VECTORS);
  assert.deepEqual(wrong, []);
  await context.close();
});

test("hashes and signatures are those of the standards", async () => {
  const { createHash, generateKeyPairSync, sign } = await import("node:crypto");
  const { context, page } = await open();
  // Every length around the block sizes of both hashes.
  const message = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) & 255);
  const wanted = (name) => Array.from({ length: 300 }, (_, n) => createHash(name).update(message.subarray(0, n)).digest("hex"));
  const found = await page.evaluate((bytes) => [sha256, sha512].map((hash) => bytes.map((_, n) => hex(hash(Uint8Array.from(bytes.slice(0, n)))))), [...message]);
  assert.deepEqual(found, [wanted("sha256"), wanted("sha512")]);
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = [...publicKey.export({ format: "der", type: "spki" }).subarray(-32)];
  const right = [...sign(null, message, privateKey)];
  const judged = await page.evaluate(({ key, message, right }) => {
    const judge = (publicKey, signature) => isSigned(Uint8Array.from(publicKey), Uint8Array.from(message), Uint8Array.from(signature));
    const changed = (list, at) => list.map((byte, i) => (i === at ? byte ^ 1 : byte));
    const bytes32 = (number) => Array.from({ length: 32 }, (_, i) => Number((number >> BigInt(8 * i)) & 255n));
    const s = right.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    // Every encoding of a point of small order, including invalid ones: y with either sign, and y + P if that fits.
    const order8 = littleEndian(fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"));
    const ys = [0n, 1n, P - 1n, order8, P - order8, P, P + 1n];
    const small = ys.flatMap((y) => [y, y | (1n << 255n)]).map(bytes32);
    return {
      right: judge(key, right),
      changed: [0, 31, 32, 63].map((at) => judge(key, changed(right, at))), otherKey: judge(changed(key, 3), right),
      tooLarge: judge(key, [...right.slice(0, 32), ...bytes32(s + L)]),
      // With such a key, S = 0 and R = the identity would satisfy the equation for any message.
      small: small.map((publicKey) => judge(publicKey, [...bytes32(1n), ...bytes32(0n)])),
      smallR: small.map((r) => judge(key, [...r, ...right.slice(32)])),
      orders: small.map((encoded) => decodePoint(Uint8Array.from(encoded))).filter(Boolean).map(isOfSmallOrder),
    };
  }, { key, message: [...message], right });
  assert.equal(judged.right, true);
  assert.equal(judged.tooLarge, false, "S ≥ L");
  for (const name of ["changed", "small", "smallR"]) assert.ok(judged[name].every((is) => is === false), name);
  assert.equal(judged.otherKey, false);
  assert.deepEqual(judged.orders, Array(8).fill(true), "eight of them can be decoded, and each is recognised");
  await context.close();
});

test("a saved record and its receipt are verified from a disk without a network, in three sentences", async () => {
  const { context, page, asked, complaints } = await open(PHONE);
  const { verdict, text } = await check(page, { record: RECORD, receipts: [RECEIPT] });
  assert.equal(verdict, "Verified");
  assert.match(text, /The record is whole, and its result is the count of the 7 votes in it\./);
  assert.match(text, /Zoë Łukaszewicz comes first with 4 of 6 votes\. 7 of 10 people who could vote took part \(70%\)\./);
  assert.match(text, /Your receipt is kept: your vote is in the record, and names Θεοδώρα\./);
  assert.match(text, /It was not compared\./);
  const second = await check(page, { record: RECORD, receipts: [RECEIPT_V2] });
  assert.equal(second.verdict, "Verified");
  assert.match(second.text, /Your receipt is kept: your vote is in the record/);
  assert.deepEqual(asked.filter((url) => !url.startsWith("data:")), [pathToFileURL(FILE).href]);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("what is given to compare is compared, in groups of digits, too", async () => {
  const { context, page } = await open();
  const { key, fingerprint, statement } = await page.evaluate(async (bytes) => {
    const answer = await verify(Uint8Array.from(bytes));
    return { key: answer.key.text, fingerprint: answer.key.fingerprint, statement: answer.statementHash };
  }, [...readFileSync(RECORD)]);
  const groups = statement.slice(0, 32).match(/.{4}/g).join(" ");
  for (const given of [{ key }, { key: fingerprint, statement: groups }, { statement }]) {
    const { verdict, text } = await check(page, { record: RECORD, ...given });
    assert.equal(verdict, "Verified");
    assert.equal(/It is the one that you gave\./.test(text), Boolean(given.key ?? fingerprint) && !text.includes("It was not compared. Compare"));
  }
  await page.locator("#key").fill("");
  const other = await check(page, { record: RECORD, statement: "0".repeat(32) });
  assert.equal(other.verdict, "Not verified");
  assert.match(other.text, /The record is not what was shown at the close\./);
  const short = await check(page, { record: RECORD, statement: statement.slice(0, 31) });
  assert.equal(short.verdict, "Cannot be read");
  await context.close();
});

test("of a record that is wrong only what is wrong is shown", async () => {
  const { context, page } = await open();
  const right = readFileSync(RECORD);
  for (const [name, bytes] of [
    ["a byte more", Buffer.concat([right, Buffer.of(0)])], ["a byte less", right.subarray(0, -1)], ["nothing", Buffer.of()],
    ["no archive", readFileSync(RECEIPT)], ["two of them", Buffer.concat([right, right])], ["a byte changed", Buffer.from(right).fill(right[2000] ^ 1, 2000, 2001)],
  ]) {
    const { verdict, text } = await check(page, { record: file("record.zip", bytes), receipts: [RECEIPT] });
    assert.equal(verdict, "Not verified", name);
    assert.ok(!text.includes("Łukaszewicz") && !text.includes("Θεοδώρα"), `${name}: no result, no choice: ${text}`);
  }
  const nonsense = await check(page, { record: RECORD, receipts: [file("x", "{}"), RECEIPT] });
  assert.equal(nonsense.verdict, "Cannot be read");
  assert.match(nonsense.text, /This file is no receipt\./);
  assert.ok(!nonsense.text.includes("Θεοδώρα") && !nonsense.text.includes("comes first"), "nothing is confirmed");
  await context.close();
});

/** The records and receipts for verifiers to judge. They are made once, by the first test that needs them. */
let corpus;
function makeCorpus() {
  if (corpus) return corpus;
  const cases = join(folder, "cases");
  const made = spawnSync("cargo", ["run", "--quiet", "--locked", "-p", "urna_verify", "--example", "corpus", "--", cases], { cwd: ROOT, encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const { format, cases: all } = JSON.parse(readFileSync(join(cases, "cases.json"), "utf8"));
  assert.equal(format, "urna cases v1");
  const given = (name) => {
    const found = all.find((one) => one.name === name);
    assert.ok(found, name);
    return { record: join(cases, found.record), receipts: found.receipts.map((receipt) => join(cases, receipt)) };
  };
  corpus = { cases, all, given };
  return corpus;
}

test("forged and right records are judged as by the other verifiers", async () => {
  const { cases, all } = makeCorpus();
  assert.ok(all.length > 1000, `${all.length} cases`);
  const { context, page, complaints } = await open();
  const encoded = (name) => readFileSync(join(cases, name)).toString("base64");
  const wrong = [];
  for (const { name, record, receipts, key, statement, expect, results, outcome, choices } of all) {
    const given = { record: encoded(record), receipts: receipts.map(encoded), key, statement };
    const found = await page.evaluate(async ({ record, receipts, key, statement }) => {
      const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const answer = await verify(bytes(record), receipts.map(bytes), { key, statement });
      // Whatever was found can be told, in every language, and without a hole in a sentence.
      answer.receipts.forEach((receipt, i) => { receipt.name = `${i}.json`; });
      page.answer = answer;
      for (const language of Object.keys(TEXTS)) {
        speak(language);
        const hole = /undefined|null|NaN|\{\w+\}|\[object/.exec(find("answer").textContent);
        if (hole) throw new Error(`${language}: ${find("answer").textContent.slice(Math.max(0, hole.index - 60), hole.index + 20)}`);
      }
      if (answer.verdict !== "verified") return { verdict: answer.verdict };
      const { manifest, choiceAt } = answer;
      const nameOf = (index) => { const text = manifest.names[index]; return typeof text === "string" ? text : text.get(manifest.original); };
      return {
        verdict: answer.verdict,
        ...(isMotion(manifest) ? { outcome: answer.result.get("outcome").get("type") } : {}),
        results: answer.result.get("rows").map((row) => ({
          name: nameOf(manifest.candidates.indexOf(row.get("candidate"))), votes: row.get("votes"), elected: row.get("elected"), ...(row.has("points") ? { points: row.get("points") } : {}),
        })),
        choices: answer.receipts.map(({ place }) => {
          if (!choiceAt) return {};
          if (isMotion(manifest)) return { choice: { motion: ["yes", "no", "abstain"][choiceAt(place)[0][1] - 1] } };
          const marks = choiceAt(place), names = marks.map(([index]) => nameOf(index));
          if (marks.length === 0) return { choice: null };
          if (manifest.method === METHODS.plurality.number) return { choice: names[0] };
          if (manifest.method === METHODS.approval.number) return { choice: names };
          if (manifest.method === METHODS.score.number) return { choice: marks.map(([, points], i) => [names[i], points]) };
          const ranks = marks.map(([, rank]) => rank);
          return { choice: Array.from({ length: Math.max(...ranks) }, (_, above) => names.filter((_, i) => ranks[i] === above + 1)) };
        }),
      };
    }, given).catch((error) => ({ verdict: `broke off: ${error.message}` }));
    const wanted = expect === "verified" ? { verdict: expect, ...(outcome === undefined ? {} : { outcome }), results, choices } : { verdict: expect };
    try { assert.deepEqual(found, wanted); } catch { wrong.push({ name, wanted, found }); }
  }
  console.log(`# ${all.length} cases`);
  assert.deepEqual(wrong, []);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("a record with 100,000 votes is counted while the page stays alive", async () => {
  const { context, page } = await open();
  const { voted, pauses, longest } = await page.evaluate(async () => {
    // Votes alone: the time goes into one hash per vote.
    const manifest = { hash: new Uint8Array(32), candidates: ["a", "b"], allowBlank: true, method: 1, most: 1 };
    const openings = new Uint8Array(75 * 100_000), view = new DataView(openings.buffer);
    const commitments = new Uint8Array(32 * 100_000);
    for (let i = 0; i < 100_000; i += 1) {
      const at = 75 * i;
      view.setUint32(at, i);
      view.setUint32(at + 64, 7);
      openings.set([1, 0, 1, 0, i & 1, 0, 1], at + 68);
      commitments.set(sha256(concat(utf8.encode("urna/commit/v1\n"), manifest.hash, openings.subarray(at, at + 75))), 32 * i);
    }
    let pauses = 0, longest = 0, last = performance.now();
    const breathe = async () => { pauses += 1; longest = Math.max(longest, performance.now() - last); await new Promise((resume) => { setTimeout(resume); }); last = performance.now(); };
    const { counts } = await readVotes(openings, commitments, manifest, breathe);
    return { voted: counts, pauses, longest };
  });
  assert.deepEqual(voted, [50_000, 50_000]);
  assert.ok(pauses >= 190, "it rests after some hundreds of votes");
  console.log(`# longest without a rest: ${Math.round(longest)} ms`);
  await context.close();
});

test("counts of a hundred candidates and many votes rest after each round, and are exact", async () => {
  const { context, page } = await open();
  const found = await page.evaluate(async () => {
    const candidates = Array.from({ length: 100 }, (_, i) => `c${i}`);
    const manifestOf = (name) => ({ candidates, count: name, method: METHODS.ranked.number, seats: name === "scottish_stv" ? 5 : 1, tieRule: object({ type: "lot" }), hash: new Uint8Array(32) });
    const longest = {};
    for (const name of ["irv", "schulze", "borda", "scottish_stv"]) {
      const manifest = manifestOf(name), box = emptyBox(manifest);
      // Each vote ranks all, from another one on, and most of them the other way round.
      for (let i = 0; i < 5000; i += 1) putIntoBox(box, candidates.map((_, index) => [index, 1 + ((i % 3 === 0 ? index + i : 99 - index + 7 * i) % 100)]), manifest);
      let last = performance.now(), pauses = 0;
      longest[name] = 0;
      const rest = async () => { pauses += 1; longest[name] = Math.max(longest[name], performance.now() - last); last = performance.now(); };
      const result = await count(box, manifest, new Uint8Array(32), [], null, rest);
      if (result.get("outcome").get("type") !== "elected") throw new Error(name);
      if (isInRounds(name) && pauses < 2) throw new Error(`${name} without a rest`);
    }
    // Numbers that somebody wrote into a tally. Sums beyond 2^53 would be rounded to what is right.
    const threeBy = (name) => ({ candidates: ["a", "b", "c"], count: name, method: METHODS.ranked.number, allowBlank: false, seats: 1, tieRule: object({ type: "lot" }), hash: new Uint8Array(32) });
    const tallyOf = (counted, pairs) => object({ blank: 0, counted, derivation: [
      object({ step: "first_places", votes: ["a", "b", "c"].map((id) => [id, id === "a" ? counted : 0]) }), object({ step: "pairs", votes: pairs }),
    ] });
    const judge = async (name, counted, pairs) => {
      const three = threeBy(name);
      try {
        return (await count(readCounts(tallyOf(counted, pairs), three), three, new Uint8Array(32), [], null)).get("rows").map((row) => row.get("points"));
      } catch (error) { return error instanceof Fault ? error.code : String(error); }
    };
    const half = 2 ** 51 - 1;
    return { longest, faults: [
      await judge("borda", half, [[0, half, half], [0, 0, 1], [0, half - 1, 0]]),
      await judge("borda", 2 ** 53, [[0, 2 ** 53, 2 ** 53], [0, 0, 0], [0, 0, 0]]),
      await judge("schulze", 2 ** 53, [[0, 2 ** 53, 0], [1, 0, 0], [0, 0, 0]]),
    ] };
  });
  console.log(`# longest round: ${JSON.stringify(found.longest)}`);
  const half = 2 ** 51 - 1;
  assert.deepEqual(found.faults, [[4 * half, 2 * half - 2, 2].sort((a, b) => b - a), "tally", "tally"]);
  await context.close();
});

test("a motion needs its quorum, its majority, and more yes than no", async () => {
  const { context, page } = await open();
  const found = await page.evaluate(() => {
    const judge = (answers, base, word, fraction, quorum, took, eligible = 30) => {
      const manifest = {
        method: METHODS.motion.number, quorum: object(quorum ? { type: "members", fraction: quorum } : { type: "none" }), majority: object({ base, threshold: object({ [word]: fraction }) }),
      };
      const counted = answers[0] + answers[1] + answers[2];
      const tally = countMotion({ counted, answers }, manifest, { eligible, participations: took ?? counted });
      return [tally.get("outcome").get("type"), ...tally.get("derivation").filter((step) => step.has("needed")).map((step) => step.get("needed"))];
    };
    return [
      judge([5, 4, 9], "yes_and_no", "more_than", "1/2"), judge([5, 5, 0], "yes_and_no", "at_least", "1/2"), judge([9, 1, 9], "cast", "more_than", "1/2"),
      judge([20, 0, 0], "members", "at_least", "2/3"), judge([20, 0, 0], "members", "more_than", "2/3"), judge([7, 0, 0], "yes_and_no", "at_least", "1/1"),
      judge([9, 0, 0], "yes_and_no", "more_than", "1/2", "1/3"), judge([9, 0, 0], "yes_and_no", "more_than", "1/2", "1/3", 10), judge([0, 0, 0], "yes_and_no", "at_least", "1/2"),
      // No number is rounded on the way.
      judge([2 ** 52, 2 ** 52, 0], "cast", "more_than", "999/1000", "1/1", 2 ** 53, 2 ** 53),
    ];
  });
  assert.deepEqual(found, [
    ["carried", 5], ["rejected", 5], ["rejected", 10], ["carried", 20], ["rejected", 21], ["carried", 7], ["not_decided", 10], ["carried", 10, 5], ["rejected", 0],
    ["rejected", 2 ** 53, Number((2n ** 53n * 999n) / 1000n + 1n)],
  ]);
  await context.close();
});

test("results of all methods are told in sentences", async () => {
  const { given } = makeCorpus();
  const { context, page, complaints } = await open();
  const said = async (name) => (await check(page, given(name))).text;
  const rounds = await said("right-tennessee-by-irv");
  assert.match(rounds, /Θεοδώρα comes first: in round 3 with 6 of the 10 votes that still count\./);
  assert.match(rounds, /your vote is in the record, and says: 1\. \S.*; 2\. \S.*; 3\. \S.*; 4\. \S/);
  assert.match(rounds, /Nobody has more than half of the 10 votes that still count\. Ana has the fewest votes \(1\) and is excluded; these votes go to the next choices\./);
  assert.match(rounds, /A tie for the fewest votes: Θεοδώρα and Candidate 4\. Round 1, the fewest votes of these: Candidate 4\./);
  assert.match(rounds, /Θεοδώρα has 6 of the 10 votes that still count, more than half\./);
  const duels = await said("right-tennessee-by-schulze");
  assert.match(duels, /Θεοδώρα wins every duel\./);
  assert.deepEqual(await page.locator("table:has-text('Ana') >> nth=1 >> strong").allInnerTexts(), ["6", "7", "7", "6", "8", "6"], "who wins a duel stands out");
  assert.match(await said("right-tennessee-by-borda"), /Θεοδώρα comes first with 20 points\./);
  const stages = await said("right-tennessee-by-scottish_stv");
  assert.match(stages, /Elected, for one seat: Θεοδώρα\./);
  assert.match(stages, /The quota is 6: the number of votes that rank somebody who can win \(10\), divided by 2/);
  assert.match(await said("right-score-from-two"), /says: [^.]*\S \d+, \S[^.]* \d+\. If that/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test("two receipts for one vote are noticed", async () => {
  const { context, page } = await open();
  const { verdict, text } = await check(page, { record: RECORD, receipts: [RECEIPT, RECEIPT] });
  assert.equal(verdict, "Verified");
  assert.equal(text.match(/Another file here is a receipt for the same vote\./g).length, 2);
  await context.close();
});

test("files can be dropped on the page", async () => {
  const { context, page } = await open();
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const [name, bytes] of files) transfer.items.add(new File([Uint8Array.from(bytes)], name));
    return transfer;
  }, [["mine.json", [...readFileSync(RECEIPT)]], ["anything", [...readFileSync(RECORD)]]]);
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page.locator("#verdict:focus").waitFor();
  assert.equal(await page.locator("#verdict").innerText(), "Verified");
  assert.match(await page.locator("#answer").innerText(), /Your receipt is kept/);
  await context.close();
});

test("what somebody wrote is never markup", async () => {
  const { context, page } = await open();
  const nasty = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  await check(page, { record: RECORD, receipts: [file(`${nasty}.json`, "{}"), RECEIPT] });
  assert.equal(await page.locator("#answer img, #answer script").count(), 0);
  assert.ok((await page.locator("#answer").innerText()).includes(nasty));
  await context.close();
});

test("the page is in three languages, which say the same things", async () => {
  const { context, page } = await open();
  const texts = await page.evaluate(() => TEXTS);
  const keys = Object.keys(texts.en).sort();
  const values = (message) => [...new Set([message].flat().join(" ").match(/\{\w+\}/g) ?? [])].filter((name) => name !== "{n}").sort();
  for (const [language, messages] of Object.entries(texts)) {
    assert.deepEqual(Object.keys(messages).sort(), keys, language);
    for (const key of keys) assert.deepEqual(values(messages[key]), values(texts.en[key]), `${language}: ${key}`);
  }
  const said = [...HTML.matchAll(/(?:say\(|data-text=|new Fault\()"([a-z0-9-]+)"|must\([^;]*?, "([a-z-]+)"(?:, [{v]|\);)/g)].map(([, key, code]) => key ?? code);
  assert.deepEqual(said.filter((key) => !(key in texts.en) && !(`fault-${key}` in texts.en)), [], "every message that is said exists");
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("[data-text]")].filter((element) => element.textContent !== TEXTS.en[element.dataset.text]).map((element) => element.dataset.text)), []);
  const english = (await check(page, { record: RECORD, receipts: [RECEIPT] })).text;
  for (const [language, verdict] of [["de", "Bestätigt"], ["fr", "Vérifié"], ["en", "Verified"]]) {
    await page.locator("#language").selectOption(language);
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    assert.equal(await page.locator("#verdict").innerText(), verdict, "what was found is said in the other language");
    assert.equal((await page.locator("#answer").innerText()).replace(/[\u2068\u2069]/g, "") === english, language === "en");
  }
  await context.close();
  for (const [locale, title] of [["de-AT", "Ein Ergebnis selbst prüfen"], ["fr", "Vérifier un résultat soi-même"], ["pl", "Check a result yourself"]]) {
    const other = await open({ locale });
    assert.equal(await other.page.locator("h1").innerText(), title, locale);
    await other.context.close();
  }
});

const OF_EACH_METHOD = ["irv", "schulze", "borda", "scottish_stv"].map((name) => `right-tennessee-by-${name}`).concat("right-score-of-two-seats-01");

test("nothing is in anybody's way", async () => {
  const skins = { light: {}, dark: { colorScheme: "dark" }, narrow: { viewport: { width: 320, height: 640 } }, "forced-colors": { forcedColors: "active" } };
  const wrong = [];
  for (const [skin, options] of Object.entries(skins)) {
    for (const language of ["en", "de", "fr"]) {
      const { context, page } = await open({ bypassCSP: true, locale: language, ...options });
      await page.evaluate(AXE);
      const look = async (state) => {
        const { violations } = await page.evaluate((tags) => axe.run({ runOnly: tags, resultTypes: ["violations"] }), TAGS);
        for (const { id, nodes } of violations) wrong.push(`${skin} ${language} ${state}: ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" ")}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wide > 0) wrong.push(`${skin} ${language} ${state}: ${wide} px too wide`);
      };
      await look("empty");
      await check(page, { record: RECORD, receipts: [RECEIPT], key: "x" });
      await look("unreadable");
      await page.locator("#key").fill("");
      await check(page, { record: RECORD, receipts: [RECEIPT] });
      await page.locator("#answer details").evaluate((details) => { details.open = true; });
      await look("verified");
      for (const name of OF_EACH_METHOD) {
        await check(page, makeCorpus().given(name));
        await look(name);
      }
      await check(page, { record: RECEIPT, receipts: [RECEIPT] });
      await look("refused");
      await context.close();
    }
  }
  assert.deepEqual(wrong, []);
});

test("the form says what is missing, and can be used with a keyboard alone", async () => {
  const { context, page } = await open();
  await page.locator("#check").focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#status").innerText(), "Choose the record first.");
  assert.equal(await page.evaluate(() => document.activeElement.id), "record");
  assert.equal(await page.locator("#record").getAttribute("aria-invalid"), "true");
  await context.close();
});

test("the markup is valid, and the page says so where there is no script", async () => {
  const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "void-style": "off", "no-inline-style": "error", "require-sri": "off", "long-title": "off", "no-raw-characters": "off" } });
  const report = await validator.validateString(HTML);
  assert.deepEqual(report.results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${ruleId}: ${message} (line ${line})`)), []);
  const { context, page } = await open({ javaScriptEnabled: false });
  assert.ok(await page.getByText("it needs JavaScript").isVisible());
  assert.ok(!(await page.locator("#form").isVisible()));
  await context.close();
});

test("on paper the answer is complete, and nothing that only a screen needs", async () => {
  const { context, page } = await open();
  await check(page, { record: RECORD, receipts: [RECEIPT] });
  await page.emulateMedia({ media: "print" });
  for (const seen of ["#verdict", "table", ".notice", ".history", "#answer details .hash >> nth=0"]) assert.ok(await page.locator(seen).first().isVisible(), `${seen} is printed`);
  for (const unseen of ["form", "#language"]) assert.ok(!(await page.locator(unseen).isVisible()), `${unseen} is not printed`);
  await context.close();
});

test("the file weighs at most 60 kB, and its service serves what verifies its own records", async () => {
  console.log(`# ${HTML.length} characters; ${gzipSync(HTML).length} bytes in gzip, ${brotliCompressSync(HTML).length} in brotli`);
  assert.ok(gzipSync(HTML).length <= 60_000);
  const service = await Service.start();
  try {
    await service.conference("phone");
    const people = [await service.attendee("phone"), await service.attendee("phone"), await service.attendee("phone")];
    const ballot = await service.ballot("phone", "award");
    await service.transition(ballot, "open");
    const receipts = [];
    for (const [i, person] of people.entries()) receipts.push(await service.vote(ballot, person, [0, 0, null][i]));
    await service.transition(ballot, "closed");
    await service.post(`ballots/${ballot.id}/publications`, {});
    const record = Buffer.from(await (await fetch(`${service.origin}/api/v1/ballots/${ballot.id}/record.zip`)).arrayBuffer());
    const context = await browser.newContext({ locale: "en" });
    const page = await context.newPage();
    const asked = [], complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${service.origin}/phone/award/results`);
    await page.getByRole("link", { name: "Check a record on this device" }).click();
    await page.locator("#form").waitFor();
    page.on("request", (request) => asked.push(request.url()));
    const { verdict, text } = await check(page, { record: file("record.zip", record), receipts: receipts.map((receipt, i) => file(`${i}.json`, JSON.stringify(receipt))) });
    assert.equal(verdict, "Verified");
    assert.match(text, /Zoë Łukaszewicz-Ó Briain comes first with 2 of 2 votes\. 3 of 3/);
    assert.equal(text.match(/names Zoë Łukaszewicz-Ó Briain/g).length, 2);
    assert.match(text, /names nobody/);
    assert.deepEqual([asked, complaints], [[], []]);
    const download = page.waitForEvent("download");
    await page.goto(`${service.origin}/verify`);
    await page.getByRole("link", { name: "Save that page as a file" }).click();
    const saved = await (await download).path();
    assert.equal(readFileSync(saved, "utf8"), HTML, "what is saved is the file itself");
    await context.close();
  } finally {
    await service.stop();
  }
});
