// Takes the pictures of README.md, reproducible as long as the pages do not change: `cargo xtask screenshots --readme`.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PHONE, enter, launch } from "./lib/browser.mjs";
import { Service } from "./lib/service.mjs";
import { cast, choose, recorded } from "./lib/voting.mjs";

/** The maximum size of a picture: it is on the first page that people see of the project. */
const MOST_BYTES = 40_000;
/** A phone with a tall screen. */
const DEVICE = { ...PHONE, viewport: { width: 360, height: 880 }, reducedMotion: "reduce" };

// Everybody here is invented.
const VOTER = "Agnieszka Żółtowska";
const FINALISTS = [
  { name: "Żaneta Brøndum-Łęcka", organisation: "Tatra Photonics Cluster", country: "PL" },
  { name: "Aurelio Håkansson", organisation: "Nordic Battery Cluster", country: "SE" },
  { name: "Mirela Četković-Duarte", organisation: "Adriatic Maritime Cluster", country: "HR" },
];
/** The choices of the others; the blank votes come last. */
const VOTES = [18, 16, 24, 2];
/** The number who stay at home. */
const ABSENT = 5;

const browser = await launch();
const service = await Service.start();
try {
  await picturesInto(process.argv[2]);
} finally {
  await browser.close();
  await service.stop();
}

async function picturesInto(folder) {
  mkdirSync(folder, { recursive: true });
  const slug = "european-cluster-conference";
  await service.conference(slug, { name: "European Cluster Conference" });
  const ballot = await service.ballot(slug, "manager-of-the-year", { candidates: FINALISTS });
  for (let number = 0; number < ABSENT; number += 1) await service.attendee(slug);
  await service.transition(ballot, "open");
  const voter = await whoSeesThemInOrder(slug, ballot);

  const context = await browser.newContext(DEVICE);
  const page = await context.newPage();
  await enter(page, service, voter);
  await page.goto(`${service.origin}/ballots/${ballot.id}`);
  await page.getByRole("radio", { name: FINALISTS[2].name }).check();
  await picture(page, folder, "ballot");

  await choose(page, FINALISTS[2].name);
  await cast(page);
  await recorded(page);
  await page.getByText("This device has checked it").waitFor();
  // The code differs in every run.
  await page.locator("#code").evaluate((code) => { code.textContent = "K7QF-2M9T-XW4R"; });
  await picture(page, folder, "receipt");

  for (const [candidate, votes] of VOTES.entries()) {
    const choice = candidate < FINALISTS.length ? candidate : null;
    for (let number = 0; number < votes; number += 1) await service.vote(ballot, await service.attendee(slug), choice);
  }
  await service.transition(ballot, "closed");
  await service.post(`ballots/${ballot.id}/publications`, {});
  await page.goto(`${service.origin}/${slug}/manager-of-the-year/results`);
  await page.getByText("61 of 66 eligible attendees voted").waitFor();
  await picture(page, folder, "result");
  await context.close();
}

/** Each attendee sees the candidates in a different order; find one who sees them in the order given here. */
async function whoSeesThemInOrder(slug, ballot) {
  const wanted = String(ballot.candidates.map(({ id }) => id));
  for (let number = 1; number <= 200; number += 1) {
    const person = await service.attendee(slug, { name: VOTER });
    const session = await service.post("sessions", { personal_link: person.token }, null);
    const { candidate_order: order } = await service.get(`ballots/${ballot.id}/participation`, session.token);
    if (String(order) === wanted) return person;
    // Only the voter and those who vote below stay on the roll, so that the turnout is always the same.
    await service.request("DELETE", `attendees/${person.id}`);
  }
  throw new Error("nobody sees the candidates in the order in which they were written");
}

/** The phone's screen in light and dark mode, compressed until it is small enough. */
async function picture(page, folder, name) {
  await page.evaluate(() => { scrollTo(0, 0); document.activeElement.blur(); });
  const session = await page.context().newCDPSession(page);
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    let bytes;
    for (let quality = 90; !bytes || bytes.length > MOST_BYTES; quality -= 10) {
      if (quality < 50) throw new Error(`${name}-${colorScheme}.webp has more than ${MOST_BYTES} bytes`);
      const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
      bytes = Buffer.from(data, "base64");
    }
    writeFileSync(join(folder, `${name}-${colorScheme}.webp`), bytes);
    console.error(`${name}-${colorScheme}.webp: ${bytes.length} bytes`);
  }
  await page.emulateMedia({ colorScheme: "light" });
}
