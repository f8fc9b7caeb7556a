// A conference with a ballot in every state, and an eligible attendee.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { enter, ownTime, passTimeUntil } from "./browser.mjs";

/** The pages of a service: name, path, and reader of each. */
export async function scene(service, changes = {}) {
  const slug = "ecc-2026";
  await service.conference(slug, changes.conference);
  const voter = await service.attendee(slug, changes.attendee);
  const voted = await service.attendee(slug, { name: "Иван Петров" });
  const stranger = await service.attendee(slug, { name: "Press", category: "press" });
  const claimant = await service.registrant(slug, { name: "Μαρία Παπαδοπούλου", category: "cluster-management" });
  await service.attendee(slug, { name: "A Member", category: "cluster-management" });
  const make = async (name, more) => service.ballot(slug, name, { ...changes.ballot, title: `Award “${name}”`, ...more });
  const go = async (ballot, ...states) => { for (const state of states) await service.transition(ballot, state, state === "cancelled" ? "The award is given next year." : undefined); };

  const ready = await make("ready", { planned_for: "2099-11-25T17:30:00Z" }); await go(ready, "ready");
  const open = await make("open", { closes_at: "2099-11-25T17:40:00Z" }); await go(open, "open");
  const paused = await make("paused"); await go(paused, "open", "paused");
  const closed = await make("closed"); await go(closed, "open"); await service.vote(closed, voted, 0); await go(closed, "closed");
  const published = await make("published"); await go(published, "open");
  const receipt = await service.vote(published, voted, 2); await service.vote(published, voter, 2); await service.vote(published, stranger, 0);
  await go(published, "closed"); await service.post(`ballots/${published.id}/publications`, {});
  const tied = await make("tied", { allow_blank: false }); await go(tied, "open"); await service.vote(tied, voted, 0); await service.vote(tied, voter, 1); await go(tied, "closed");
  await service.post(`ballots/${tied.id}/tie-breaks`, { order: [tied.candidates[1].id, tied.candidates[0].id], reason: "The jury preferred the second pitch.", decided_by: "the jury" });
  await service.post(`ballots/${tied.id}/publications`, {});
  await service.post(`ballots/${tied.id}/publications`, { note: "The name of the second candidate was misspelt." });
  const cancelled = await make("cancelled"); await go(cancelled, "open", "cancelled");
  const members = await make("members", { eligibility: { categories: ["cluster-management"] } }); await go(members, "open");
  const withdrawn = await make("withdrawn"); await go(withdrawn, "open");
  await service.post(`ballots/${withdrawn.id}/withdrawals`, { candidate_id: withdrawn.candidates[1].id, reason: "She has taken another post." });
  const closing = await make("closing"); await go(closing, "open");
  await service.post(`ballots/${closing.id}/closing-times`, { in_seconds: 7000 });
  // Words without a line break opportunity, right-to-left names, and symbols that are no letters.
  const words = { title: "Binnenschifffahrtskapitänspatentverlängerung", question: "Wasserstraßenverkehrsverwaltungsneuordnung?", candidates: [
    { name: "ليلى حداد", organisation: "شبكة العناقيد", country: "MA", biography: "تقود ليلى شبكة من 120 شركة.\n\nولدت في الرباط (1980)." },
    { name: "Rhabarberbarbarabarbarenbartbarbier", organisation: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", country: "AT", website: "https://www.donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft.example/mitarbeitende" },
    { name: "נועה לוי 🏆🇮🇱", organisation: "🌍🌱" } ] };
  const wordy = await make("wordy", words); await go(wordy, "open");
  const counted = await make("counted", words); await go(counted, "open"); await service.vote(counted, voted, 1); await go(counted, "closed");
  await service.post(`ballots/${counted.id}/publications`, {});
  // A question with options, two of which share the first place.
  const question = await make("question", { kind: "consultation", title: "Have your say on cluster policy", question: "What should the network do first?", tie_rule: { type: "shared" },
    candidates: [{ name: "Fewer forms for small firms" }, { name: "A common label for clusters", biography: "One sign for all." }, { name: "Skills for the green transition" }] });
  await go(question, "open"); await service.vote(question, voted, 0); await service.vote(question, voter, 1); await service.vote(question, stranger, null); await go(question, "closed");
  await service.post(`ballots/${question.id}/publications`, {});
  const options = await make("options", { kind: "consultation", title: "Next year’s theme", question: "Which themes should we have?", method: { type: "approval", max_choices: 2 } }); await go(options, "open");
  // The methods beyond one vote each: an open ballot and a result.
  const six = ["Alma", "Bruno", "Chiara", "Dragan", "Élodie", "Fiadh"].map((name, place) => ({ name: `${name} ${["Novák", "O’Neill", "Þórsdóttir", "García i Puig", "Kowalska-Lindqvist", "Müller"][place]}`, country: "EE" }));
  const methods = { irv: { type: "ranked", count: "irv" }, schulze: { type: "ranked", count: "schulze" }, borda: { type: "ranked", count: "borda" }, stv: { type: "ranked", count: "scottish_stv", seats: 2 }, score: { type: "score", min: 0, max: 5 } };
  const voting = {}, countedBy = {};
  for (const [name, method] of Object.entries(methods)) {
    const award = { method, candidates: six, tie_rule: { type: "lot" } };
    if (name !== "borda" && name !== "stv") { voting[name] = await make(`choosing-${name}`, award); await go(voting[name], "open"); }
    const ballot = countedBy[name] = await make(`by-${name}`, award); await go(ballot, "open");
    const id = (place) => ballot.candidates[place].id;
    const choice = (places) => (name === "score" ? { scores: Object.fromEntries(places.map((place, rank) => [id(place), 5 - 2 * rank])) } : { ranking: places.map(id) });
    for (const [person, places] of [[voter, [0, 1, 2]], [voted, [3, 2, 0]], [stranger, [2, 0]]]) await service.choose(ballot, person, choice(places));
    await go(ballot, "closed"); await service.post(`ballots/${ballot.id}/publications`, {});
  }
  const motion = { kind: "consultation", title: "Shared laboratories", question: "Shall the clusters open their laboratories to each other’s members?", candidates: [], allow_blank: false, tie_rule: null };
  voting.motion = await make("choosing-motion", { ...motion, method: { type: "motion", quorum: { type: "members", fraction: "1/3" }, majority: { threshold: { at_least: "2/3" } } } }); await go(voting.motion, "open");
  for (const [name, method] of [["motion", { type: "motion", majority: { threshold: { at_least: "2/3" } } }], ["motion-without-quorum", { type: "motion", quorum: { type: "members", fraction: "9/10" } }]]) {
    const ballot = countedBy[name] = await make(`by-${name}`, { ...motion, method }); await go(ballot, "open");
    for (const [person, answer] of [[voter, "yes"], [voted, "no"], [stranger, "abstain"]]) await service.choose(ballot, person, { motion: answer });
    await go(ballot, "closed"); await service.post(`ballots/${ballot.id}/publications`, {});
  }
  const nobody = await make("nobody"); await go(nobody, "open", "closed"); await service.post(`ballots/${nobody.id}/publications`, {});
  const soon = await make("soon", { planned_for: new Date(Date.now() + 25 * 60_000).toISOString().replace(/\.\d+/, "") }); await go(soon, "ready");
  const images = ["one", "two", "three"].map((name) => readFileSync(new URL(`../portraits/${name}.jpg`, import.meta.url)));
  const faces = await make("faces", { allow_blank: false }); await service.portraits(faces, images); await go(faces, "open");
  const honoured = await make("honoured", { tie_rule: { type: "shared" } }); await service.portraits(honoured, images); await go(honoured, "open");
  await service.vote(honoured, voted, 2); await service.vote(honoured, voter, 2); await service.vote(honoured, stranger, 0); await go(honoured, "closed"); await service.post(`ballots/${honoured.id}/publications`, {});
  const badge = await service.badge(voter);
  const replaced = await service.attendee(slug, { name: "Ðorđe Çelik" });
  await service.post(`attendees/${replaced.id}/personal-links`, { deliver: "show", replace: true });
  await service.conference("over-2025", { name: "The Conference of Last Year", starts_on: "2025-11-25", ends_on: "2025-11-27" });
  const late = await service.attendee("over-2025");
  const of = (ballot) => `/ballots/${ballot.id}`;

  const pages = [
    ["home", "/"], ["conference", `/${slug}`], ["conference-signed-in", `/${slug}`, voter],
    ["badge", `/${slug}/enter`], ["ask-for-link", `/${slug}/link`], ["register", `/${slug}/register`], ["personal-link", voter.path],
    ["sign-in-first", of(open)], ["lobby", of(ready), voter], ["lobby-soon", of(soon), voter], ["ballot", of(open), voter], ["ballot-withdrawn", of(withdrawn), voter], ["ballot-closing", of(closing), voter], ["ballot-options", of(options), voter], ["ballot-portraits", of(faces), voter], ...Object.entries(voting).map(([name, ballot]) => [`ballot-${name}`, of(ballot), voter]), ["paused", of(paused), voter],
    ["closed", of(closed), voter], ["closed-voted", of(closed), voted], ["cancelled", of(cancelled), voter], ["not-eligible", of(members), voter], ["not-eligible-claim", of(members), claimant],
    ["candidate", `${of(open)}/candidates/${open.candidates[0].id}`], ["candidate-portrait", `${of(faces)}/candidates/${faces.candidates[0].id}`],
    ["ballot-long-words", of(wordy), voter], ["candidate-from-the-right", `${of(wordy)}/candidates/${wordy.candidates[0].id}`], ["candidate-long-words", `${of(wordy)}/candidates/${wordy.candidates[1].id}`],
    ["results-long-words", `/${slug}/counted/results`],
    ["results", `/${slug}/published/results`], ["results-tied", `/${slug}/tied/results`], ["results-old-version", `/${slug}/tied/results?version=1`], ["results-shared", `/${slug}/question/results`], ["results-portrait", `/${slug}/honoured/results`], ...Object.keys(countedBy).map((name) => [`results-${name}`, `/${slug}/by-${name}/results`]), ["results-nobody", `/${slug}/nobody/results`],
    ["verify", "/verify"], ["receipt-counted", `/receipts/${receipt.receipt.code}`], ["receipt-missing", "/receipts/0000-0000-0000"],
    ["help", "/help"], ["how-it-works", "/how-it-works"], ["methods", "/how-it-works/methods"], ["privacy", "/privacy"], ["accessibility", "/accessibility"], ["languages", "/languages"],
    ["link-unknown", "/l/nonsense"], ["link-replaced", replaced.path], ["link-expired", late.path], ["not-found", "/nowhere"], ["problem", "/problems/ballot-closed"],
  ].map(([name, path, who]) => ({ name, path, who }));
  return { slug, voter, voted, badge, make, ballots: { ready, open, paused, closed, published, tied, cancelled, members }, pages };
}

/** From a ballot to the check. */
async function check(page, url) {
  await page.goto(url);
  await page.getByRole("radio", { name: "María Ñíguez" }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
}

/** States that only an action can reach: each function leaves the page in its state. */
export const deeds = (service, { slug, ballots, voter, voted, badge, make }) => [
  { name: "ballot-nothing-chosen", who: voter, do: async (page) => { await page.goto(`${service.origin}/ballots/${ballots.open.id}`); await page.getByRole("button", { name: "Continue" }).click(); await page.getByRole("alert").waitFor(); } },
  { name: "check", who: voter, do: (page) => check(page, `${service.origin}/ballots/${ballots.open.id}`) },
  { name: "paused-while-choosing", who: voter, do: async (page) => { const ballot = await make(`paused-${Date.now()}`, { allow_blank: false, candidates: [{ name: "Jānis Bērziņš" }, { name: "María Ñíguez" }] }); await service.transition(ballot, "open"); await ownTime(page); await page.goto(`${service.origin}/ballots/${ballot.id}`); await page.getByRole("radio", { name: "María Ñíguez" }).check(); await service.transition(ballot, "paused"); await passTimeUntil(page, page.getByRole("button", { name: "Paused: please wait for the host" })); } },
  { name: "closed-while-checking", who: voter, do: async (page) => { const ballot = await make(`closed-${Date.now()}`); await service.transition(ballot, "open"); await ownTime(page); await check(page, `${service.origin}/ballots/${ballot.id}`); await service.transition(ballot, "closed"); await passTimeUntil(page, page.getByRole("button", { name: "Voting is closed" })); } },
  { name: "link-malformed", do: async (page) => { await page.goto(`${service.origin}/${slug}/link`); await page.getByLabel("E-mail address").fill("nobody"); await page.getByRole("button", { name: "Send the link" }).click(); await page.getByRole("alert").waitFor(); } },
  { name: "link-sent", do: async (page) => { await page.goto(`${service.origin}/${slug}/link`); await page.getByLabel("E-mail address").fill("nobody@cluster.example"); await page.getByRole("button", { name: "Send the link" }).click(); await page.getByRole("heading", { name: "Check your mailbox" }).waitFor(); } },
  { name: "badge-mistyped", do: async (page) => { await page.goto(`${service.origin}/${slug}/enter`); await page.getByLabel("Badge code").fill(badge.replace(/^./, (first) => (first === "0" ? "1" : "0"))); await page.getByRole("button", { name: "Sign in" }).click(); await page.getByRole("alert").waitFor(); } },
  { name: "late", who: voter, do: async (page) => { const ballot = await make(`late-${Date.now()}`); await service.transition(ballot, "open"); await check(page, `${service.origin}/ballots/${ballot.id}`); await service.transition(ballot, "closed"); await page.getByRole("button", { name: "Cast my vote" }).click(); await page.getByRole("heading", { name: "Your vote was not counted" }).waitFor(); } },
  { name: "unconfirmed", who: voter, do: async (page) => { await ownTime(page); await check(page, `${service.origin}/ballots/${ballots.open.id}`); await page.route("**/votes", (route) => route.abort()); await page.getByRole("button", { name: "Cast my vote" }).click(); await passTimeUntil(page, page.getByRole("button", { name: "Check if I have voted" })); } },
  { name: "other-person", who: voter, do: async (page) => { await check(page, `${service.origin}/ballots/${ballots.open.id}`); await enter(await page.context().newPage(), service, voted); await page.getByRole("button", { name: "Cast my vote" }).click(); await page.getByRole("heading", { name: "Somebody else is signed in here now" }).waitFor(); } },
  { name: "unmarked", who: voter, do: async (page) => { await check(page, `${service.origin}/ballots/${ballots.open.id}`); await page.evaluate(() => document.querySelectorAll("main [name=for]").forEach((field) => field.remove())); await page.getByRole("button", { name: "Cast my vote" }).click(); await page.getByRole("heading", { name: "Please open this page again" }).waitFor(); } },
  { name: "signed-out", who: voter, do: async (page) => { await check(page, `${service.origin}/ballots/${ballots.open.id}`); await page.context().clearCookies(); await page.getByRole("button", { name: "Cast my vote" }).click(); await page.getByRole("heading", { name: "You are not signed in here" }).waitFor(); } },
  { name: "no-cookie", do: async (page) => { await page.goto(`${service.origin}/${slug}`, { referer: service.origin + voter.path }); await page.getByText("did not keep the one cookie").waitFor(); } },
  { name: "no-cookie-ballot", do: async (page) => { await page.goto(`${service.origin}/ballots/${ballots.open.id}`, { referer: service.origin + voter.path }); await page.getByText("did not keep the one cookie").waitFor(); } },
  { name: "unfit", who: voter, do: async (page) => { await check(page, `${service.origin}/ballots/${ballots.open.id}`); await page.route("**/votes", (route) => route.fulfill({ status: 200, headers: { "Content-Type": "text/html", "Content-Location": "/receipt" }, body: '<main><p id="code">K7QF-2M9T-XW4R</p></main>' })); await page.getByRole("button", { name: "Cast my vote" }).click(); await page.getByRole("heading", { name: "The answer does not fit your vote" }).waitFor(); } },
  { name: "verifier", do: (page) => page.goto(`${service.origin}/verifier.html`) },
  { name: "api", do: (page) => page.goto(`${service.origin}/api/docs/`) },
  { name: "api-operation", do: async (page) => { await page.goto(`${service.origin}/api/docs/`); await page.locator("#cast_vote summary").click(); await page.locator("#cast_vote .command").scrollIntoViewIfNeeded(); } },
  { name: "verifier-answer", do: async (page) => { const saved = (name) => fileURLToPath(new URL(`../../verifier/saved/${name}`, import.meta.url)); await page.goto(`${service.origin}/verifier.html`); await page.getByLabel("The record of the result").setInputFiles(saved("record.zip")); await page.getByLabel("Your receipt, if you have one").setInputFiles(saved("receipt.json")); await page.getByRole("button", { name: "Check" }).click(); await page.getByRole("heading", { name: "Verified" }).waitFor(); } },
  { name: "register-mistakes", do: async (page) => { await page.goto(`${service.origin}/${slug}/register`); await page.getByRole("button", { name: "Register" }).click(); await page.getByRole("alert").waitFor(); } },
  { name: "receipt", who: () => service.attendee(slug), do: async (page) => { await page.goto(`${service.origin}/ballots/${ballots.open.id}`); if (await page.getByRole("radio", { name: "María Ñíguez" }).count()) { await page.getByRole("radio", { name: "María Ñíguez" }).check(); await page.getByRole("button", { name: "Continue" }).click(); await page.getByRole("button", { name: "Cast my vote" }).click(); } await page.getByRole("heading", { name: "Your vote is recorded" }).waitFor(); } },
];

/** Shows a page to its reader, in a fresh browser context. */
export async function shown(browser, service, entry, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  if (entry.who) await enter(page, service, typeof entry.who === "function" ? await entry.who() : entry.who);
  if (entry.do) await entry.do(page);
  else await page.goto(service.origin + entry.path);
  return { context, page };
}
