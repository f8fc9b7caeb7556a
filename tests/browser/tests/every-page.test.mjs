// Every page and state is accessible, valid and within its width, in every language.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { launch } from "../lib/browser.mjs";
import { deeds, scene, shown } from "../lib/scene.mjs";
import { Service } from "../lib/service.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"];
// Only colours differ between the skins of a page; checks about other things run once.
const COLOURS = ["color-contrast", "link-in-text-block"];
const WIDE = { width: 1280, height: 720 };
const SKINS = {
  light: { media: { colorScheme: "light", forcedColors: "none" }, viewport: WIDE, run: { runOnly: TAGS } },
  dark: { media: { colorScheme: "dark", forcedColors: "none" }, viewport: WIDE, run: { runOnly: COLOURS } },
  "forced-colors": { media: { colorScheme: "light", forcedColors: "active" }, viewport: WIDE, run: { runOnly: COLOURS } },
  narrow: { media: { colorScheme: "light", forcedColors: "none" }, viewport: { width: 320, height: 640 }, run: { runOnly: TAGS } },
};

let browser, service, set;
before(async () => {
  browser = await launch();
  service = await Service.start();
  // A colour with poor contrast on white, and a logo.
  set = await scene(service, { conference: { accent: "#ffdd00" } });
  await service.logo(set.slug, readFileSync(new URL("../../../crates/urna_web/assets/card.png", import.meta.url)));
});
after(async () => { await browser?.close(); await service?.stop(); });

const entries = () => [...set.pages, ...deeds(service, set)];

test("nothing is in anybody's way: light, dark, in forced colours, narrow", async () => {
  const wrong = [];
  for (const entry of entries()) {
    // Without animation a colour has its final value at once.
    const { context, page } = await shown(browser, service, entry, { bypassCSP: true, reducedMotion: "reduce" });
    await page.evaluate(AXE);
    for (const [skin, { media, viewport, run }] of Object.entries(SKINS)) {
      await page.emulateMedia({ ...media, reducedMotion: "reduce" });
      await page.setViewportSize(viewport);
      const { violations } = await page.evaluate((run) => axe.run({ ...run, resultTypes: ["violations"] }), run);
      for (const { id, nodes } of violations) wrong.push(`${entry.name}, ${skin}: ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" ")}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) wrong.push(`${entry.name}: ${wide} px too wide`);
    const small = await page.evaluate(() => [...document.querySelectorAll("a, button, summary, input:not([type=hidden])")].filter((element) => {
      const box = element.getBoundingClientRect();
      const isInline = element.tagName === "A" && getComputedStyle(element).display === "inline";
      return box.width > 0 && !isInline && (box.height < 24 || box.width < 24);
    }).map((element) => element.outerHTML.slice(0, 100)));
    wrong.push(...small.map((html) => `${entry.name}: smaller than 24 px: ${html}`));
    await context.close();
  }
  assert.deepEqual(wrong, []);
});

test("the markup is valid", async () => {
  const validator = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "void-style": "off", "no-inline-style": "error", "require-sri": "off", "long-title": "off", "no-raw-characters": "off" } });
  const wrong = [];
  for (const entry of entries().filter((entry) => !entry.do)) {
    const { context, page } = await shown(browser, service, entry, { javaScriptEnabled: false });
    const html = await (await context.request.get(service.origin + entry.path)).text();
    const report = await validator.validateString(html);
    for (const result of report.results) for (const message of result.messages) wrong.push(`${entry.name}: ${message.ruleId}: ${message.message} (line ${message.line})`);
    await page.close();
    await context.close();
  }
  assert.deepEqual(wrong, []);
});

test("every page is in every language, and in one that is longer", async () => {
  for (const entry of set.pages.filter(({ name }) => name !== "problem")) {
    const { context, page } = await shown(browser, service, entry, { viewport: { width: 320, height: 640 }, locale: "en" });
    let english;
    for (const language of ["en", "de", "fr", "en-XA"]) {
      await context.addCookies([{ name: "urna-language", value: language, url: service.origin }]);
      await page.goto(service.origin + entry.path);
      assert.equal(await page.locator("html").getAttribute("lang"), language, entry.name);
      const text = await page.locator("main").innerText();
      if (language === "en") english = text;
      else assert.notEqual(text, english, `${entry.name} in ${language}`);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${entry.name} in ${language} is ${wide} px too wide`);
    }
    await context.close();
  }
});

test("on paper a result is complete, and nothing that only a screen needs", async () => {
  const entry = set.pages.find(({ name }) => name === "results-tied");
  const { context, page } = await shown(browser, service, entry);
  await page.emulateMedia({ media: "print" });
  for (const text of [".winner", "table", ".hash", ".history", ".notice", ".signature"]) {
    const box = await page.locator(text).first().boundingBox();
    assert.ok(box?.height > 0, `${text} is printed`);
  }
  for (const text of [".languages", "footer", ".skip"]) assert.ok(!(await page.locator(text).isVisible()), `${text} is not printed`);
  const pdf = await page.pdf({ format: "A4" });
  assert.ok(pdf.length > 10_000);
  assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1, "on one sheet");
  const grey = await page.evaluate(() => [...document.querySelectorAll("main *")].filter((element) => element.checkVisibility() && element.firstChild?.nodeType === Node.TEXT_NODE && element.firstChild.textContent.trim() && !["rgb(0, 0, 0)", "rgb(20, 24, 31)"].includes(getComputedStyle(element).color)).map((element) => element.outerHTML.slice(0, 80)));
  assert.deepEqual(grey, [], "nothing is printed in grey");
  await context.close();
});
