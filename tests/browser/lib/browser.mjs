// Debian's Chromium.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

const OPTIONS = { executablePath: process.env.URNA_CHROMIUM || "/usr/bin/chromium", args: ARGUMENTS };

export const launch = () => chromium.launch(OPTIONS);

/** A separate browser that refuses every cookie, with its profile in this new folder. */
export const launchWithoutCookies = (folder, device) => {
  mkdirSync(join(folder, "Default"));
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(folder, "Default", "Preferences"), JSON.stringify(settings));
  return chromium.launchPersistentContext(folder, { ...OPTIONS, ...device });
};

/** A handheld phone. */
export const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

/** Bad Wi-Fi: 600 ms and 150 kbit/s. */
export const slow = async (page) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: false, latency: 600, downloadThroughput: 150_000 / 8, uploadThroughput: 150_000 / 8 });
};

/** Opens a personal link and signs in, even if somebody else is signed in. */
export const enter = async (page, service, person) => {
  await page.goto(service.origin + person.path);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("banner").getByText(person.name).waitFor();
};

/** From the next page on, the test controls the time. */
export async function ownTime(page) {
  await page.addInitScript(() => {
    globalThis.underWay = 0;
    const send = fetch;
    globalThis.fetch = async (...request) => {
      underWay += 1;
      try {
        const answer = await send(...request);
        await answer.clone().text();
        return answer;
      } finally {
        underWay -= 1;
      }
    };
  });
  await page.clock.install();
}

/** Advances the page's time until something appears. Pauses while a response is awaited, which takes real time. */
export async function passTimeUntil(page, seen) {
  for (let seconds = 0; !(await seen.isVisible()); seconds += 1) {
    if (seconds > 300) throw new Error(`not seen in ${seconds} s: ${await page.locator("main").textContent()}`);
    await page.clock.runFor(1_000);
    await page.waitForFunction(() => underWay === 0);
  }
}
