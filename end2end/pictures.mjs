// Takes a picture of every page, on a phone and a desktop, light and dark, into docs/pictures.
// `node end2end/pictures.mjs [words…]` takes those whose name holds all the words.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pages } from "./site.mjs";
import { DESKTOP, PHONE, doors, launch } from "./support/browser.mjs";
import { home, startCandor } from "./support/server.mjs";
import { goTo } from "./support/steps.mjs";

const words = process.argv.slice(2);
const folder = join(home, "docs/pictures");
mkdirSync(folder, { recursive: true });

const candor = await startCandor();
const browser = await launch();
try {
  const { open } = doors(browser, candor.url);
  for (const [width, viewport] of [["phone", PHONE], ["desktop", DESKTOP]]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const page of pages) {
        for (const who of page.pictures ?? page.who.slice(0, 1)) {
          const suffix = who === (page.pictures ?? page.who)[0] ? "" : `-${who}`;
          const name = `${page.name.replace(/[^a-z0-9]+/gi, "-")}${suffix}-${width}-${colorScheme}.webp`;
          if (!words.every((word) => name.includes(word))) continue;
          const one = await open(who, { viewport, colorScheme });
          await goTo(one.page, page);
          // A page that follows a stream is never quiet.
          await one.page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
          await one.page.evaluate(() => document.fonts.ready.then(() => {}));
          const file = join(folder, name);
          await capture(one, file);
          console.log(`${name} ${(statSync(file).size / 1000).toFixed(0)} kB`);
          await one.close();
        }
      }
    }
  }
} finally {
  await browser.close();
  await candor.stop();
}

/** The window as it is seen first, as WebP, which Playwright itself does not write. */
async function capture({ context, page }, file) {
  const wire = await context.newCDPSession(page);
  const { data } = await wire.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  writeFileSync(file, Buffer.from(data, "base64"));
}
