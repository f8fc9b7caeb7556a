// Casts one vote, and asks until the outcome is known: node vote.mjs PERSONAL_LINK BALLOT_ID CANDIDATE_ID
import { createHash, randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

const [link, ballot, candidate] = process.argv.slice(2);
const [site, token] = link.split("/l/");

/** Sends until there is an answer to rely on. Sending again is safe, for a sign-in and for the same vote. */
async function post(path, body, headers = {}) {
  const all = { "Content-Type": "application/json", ...headers };
  const request = { method: "POST", headers: all, body: JSON.stringify(body) };
  for (let attempt = 0; attempt < 60; attempt += 1) {
    try {
      const answer = await fetch(`${site}/api/v1${path}`, { ...request, signal: AbortSignal.timeout(20_000) });
      const text = await answer.text();
      if (answer.ok) return JSON.parse(text); // 201: recorded now. 200: recorded before; this is the same receipt.
      // The problem's "code" says why. Sending again changes nothing.
      if (![429, 502, 503, 504].includes(answer.status)) fail(`refused: ${text}`);
    } catch {
      // No answer, or half of one: the vote may be recorded. Only the same tracker, sent again, can tell.
    }
    await pause(Math.min(200 * 2 ** attempt, 5_000) * (0.5 + Math.random()));
  }
  fail("no answer: nobody knows whether the vote is recorded. Keep the tracker, and send the same vote later.");
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

// Make the tracker before the first attempt, and only once. A program that may crash writes it to a file first.
const secret = randomBytes(32);
const tracker = secret.toString("base64url");
const session = await post("/sessions", { personal_link: token });
const vote = { choice: { candidate }, tracker };
const answer = await post(`/ballots/${ballot}/votes`, vote, { Authorization: `Bearer ${session.token}` });

// The receipt must be for this ballot and this tracker. `urna verify --receipt` also checks its signature.
const lines = answer.receipt.signed_note.split("\n");
const expected = ["urna receipt v2", ballot.toLowerCase(), createHash("sha256").update(secret).digest("hex")];
if (String([lines[0], lines[1], lines[4]]) !== String(expected)) {
  fail(`the answer does not fit the vote; show it to the organisers: ${JSON.stringify(answer)}`);
}
// Save it, and show it to nobody: once the votes are published it tells how you voted.
console.log(JSON.stringify(answer));
