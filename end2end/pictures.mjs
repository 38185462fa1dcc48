// Takes a picture of every page, on a phone and a desktop, light and dark, into docs/pictures, and shows them all in docs/PICTURES.md.
// `node end2end/pictures.mjs [words…]` takes those whose name holds all the words.
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pages } from "./site.mjs";
import { DESKTOP, PHONE, doors, launch } from "./support/browser.mjs";
import { home, startCandor } from "./support/server.mjs";
import { goTo } from "./support/steps.mjs";

const words = process.argv.slice(2);
const folder = join(home, "docs/pictures");
mkdirSync(folder, { recursive: true });

/** Who is in the pictures of each page, and what these are called. */
const taken = pages.flatMap((page) =>
  (page.pictures ?? page.who.slice(0, 1)).map((who, at) => ({ page, who, shown: page.name.replace(/[^a-z0-9]+/gi, "-") + (at ? `-${who}` : "") })),
);

const candor = await startCandor();
const browser = await launch();
try {
  const { open } = doors(browser, candor.url);
  for (const [width, viewport] of [["phone", PHONE], ["desktop", DESKTOP]]) {
    for (const colorScheme of ["light", "dark"]) {
      for (const { page, who, shown } of taken) {
        const name = `${shown}-${width}-${colorScheme}.webp`;
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
  if (!words.length) showAll();
} finally {
  await browser.close();
  await candor.stop();
}

/** Writes a row for each page between the two marks of docs/PICTURES.md. */
function showAll() {
  const file = join(home, "docs/PICTURES.md");
  const rows = taken.map(({ shown }) => {
    const picture = (look) => `<img loading="lazy" width="${look.startsWith("phone") ? 120 : 240}" alt="${shown}, ${look.replace("-", ", ")}" src="pictures/${shown}-${look}.webp">`;
    return `| ${["phone-light", "phone-dark", "desktop-light", "desktop-dark"].map(picture).join(" | ")} |`;
  });
  const [start, end] = ["<!-- every page -->\n", "<!-- that was every page -->\n"];
  const readme = readFileSync(file, "utf8");
  const [before] = readme.split(start);
  const [, after] = readme.split(end);
  if (after === undefined) throw new Error(`docs/PICTURES.md has no ${start.trim()} and ${end.trim()}`);
  writeFileSync(file, `${before}${start}\n| phone | | desktop | |\n|---|---|---|---|\n${rows.join("\n")}\n\n${end}${after}`);
}

/** The window as it is seen first, as WebP, which Playwright itself does not write. */
async function capture({ context, page }, file) {
  const wire = await context.newCDPSession(page);
  const { data } = await wire.send("Page.captureScreenshot", { format: "webp", quality: 82 });
  writeFileSync(file, Buffer.from(data, "base64"));
}
