// A voter at a ballot, and the actions of voters.
import { PHONE, enter, ownTime } from "./browser.mjs";

let number = 0;

/** A conference with one open ballot, an attendee with a personal link, and a blank page. */
export async function invited(test, browser, service, device = PHONE, changes = {}) {
  const slug = `conference-${(number += 1)}`;
  await service.conference(slug);
  const person = await service.attendee(slug);
  const ballot = await service.ballot(slug, "award", changes);
  await service.transition(ballot, "open");
  const context = await browser.newContext(device);
  test.after(() => context.close());
  return { slug, person, ballot, context, page: await context.newPage() };
}

/** A signed-in attendee at the open ballot. */
export async function atBallot(test, browser, service, device = PHONE, changes = {}) {
  const somebody = await invited(test, browser, service, device, changes);
  await enter(somebody.page, service, somebody.person);
  return somebody;
}

/** The same on a page whose time the test controls. */
export async function atBallotInOwnTime(test, browser, service) {
  const somebody = await invited(test, browser, service);
  await ownTime(somebody.page);
  await enter(somebody.page, service, somebody.person);
  return somebody;
}

/** A signed-in attendee at a second ballot, which opens later. */
export async function inLobby(test, browser, service) {
  const { slug, page } = await atBallot(test, browser, service);
  const later = await service.ballot(slug, "later");
  await service.transition(later, "ready");
  await ownTime(page);
  await page.goto(`${service.origin}/ballots/${later.id}`);
  await page.getByRole("heading", { name: "You are ready to vote" }).waitFor();
  return { slug, later, page };
}

/** From the ballot to the check. */
export async function choose(page, name = "María Ñíguez") {
  await page.getByRole("radio", { name }).check();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Check your vote" }).waitFor();
}

/** Casts the vote from the check, without waiting for the outcome. */
export const cast = (page) => page.getByRole("button", { name: "Cast my vote" }).click();

/** Waits until the vote is recorded. Returns the heading that says so. */
export async function recorded(page) {
  const heading = page.getByRole("heading", { name: "Your vote is recorded" });
  await heading.waitFor();
  return heading;
}

/** The number of participations. */
export const votes = async (service, ballot) => (await service.get(`ballots/${ballot.id}/turnout`)).voted;

