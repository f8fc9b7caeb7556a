// Takes a picture of every page and state: `cargo xtask screenshots DIR`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch } from "./lib/browser.mjs";
import { deeds, scene, shown } from "./lib/scene.mjs";
import { Service } from "./lib/service.mjs";

const [folder, only] = process.argv.slice(2);
const browser = await launch();
const service = await Service.start();
try {
  const set = await scene(service);
  for (const entry of [...set.pages, ...deeds(service, set)].filter(({ name }) => !only || name.startsWith(only))) {
    for (const [size, options] of Object.entries({ 360: { viewport: { width: 360, height: 740 } }, 768: { viewport: { width: 768, height: 900 } }, 1440: { viewport: { width: 1440, height: 900 } }, dark: { viewport: { width: 360, height: 740 }, colorScheme: "dark" } })) {
      const { context, page } = await shown(browser, service, entry, { ...options, reducedMotion: "reduce" });
      mkdirSync(join(folder, size), { recursive: true });
      // The page of the API is hundreds of screens long: its beginning says enough.
      const fullPage = await page.evaluate(() => document.documentElement.scrollHeight < 20_000);
      await page.screenshot({ path: join(folder, size, `${entry.name}.png`), fullPage });
      await context.close();
    }
    console.error(entry.name);
  }
} finally {
  await browser.close();
  await service.stop();
}
