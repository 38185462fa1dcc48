// Runs every spec in a real browser, each against a Candor of its own. `node end2end/run.mjs [words…]` runs the tests whose
// name holds all the words. The last line is `N passed, N failed`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { doors, launch } from "./support/browser.mjs";
import { results, startCandor } from "./support/server.mjs";

const SPECS = ["sign_in", "size", "pages", "what_if", "islands", "acts", "forms", "extremes", "payloads"];
const LIMIT = 240_000;

const words = process.argv.slice(2);
const specs = [];
for (const name of SPECS) {
  const spec = await import(`./specs/${name}.mjs`);
  const tests = [];
  spec.default((title, run) => tests.push({ title: `${name}: ${title}`, run }));
  specs.push(tests.filter(({ title }) => words.every((word) => title.includes(word))));
}

/** What went wrong, without the browser's colours and on one screen. */
function short({ message }) {
  const lines = message.replace(/\u001b\[\d*m/g, "").split("\n").filter((line) => line.trim() && !/^Call log/.test(line));
  const shown = lines.slice(0, 12).map((line) => (line.length > 400 ? `${line.slice(0, 400)}…` : line));
  return [...shown, ...(lines.length > 12 ? [`    and ${lines.length - 12} lines more`] : [])].join("\n    ");
}

let passed = 0;
let failed = 0;

async function runOne({ title, run }, candor, browser, open) {
  const opened = [];
  const started = Date.now();
  let clock;
  try {
    const late = new Promise((_, reject) => {
      clock = setTimeout(() => reject(new Error(`not done after ${LIMIT / 1000} s`)), LIMIT);
    });
    const as = async (who, options) => {
      const one = await open(who, options);
      opened.push(one);
      return one;
    };
    await Promise.race([run({ as, candor, browser }), late]);
    for (const one of opened) one.nothingWrong(title);
    passed++;
    console.log(`ok      ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${title}\n    ${short(error)}`);
    const picture = join(results, `${title.replace(/[^a-z0-9]+/gi, "-").slice(0, 80)}.png`);
    await opened.at(-1)?.page.screenshot({ path: picture, timeout: 5000 }).catch(() => {});
  } finally {
    clearTimeout(clock);
    for (const one of opened) await one.close().catch(() => {});
  }
}

mkdirSync(results, { recursive: true });
for (const tests of specs.filter((tests) => tests.length)) {
  let candor;
  let browser;
  try {
    candor = await startCandor();
    browser = await launch();
    const { open } = doors(browser, candor.url);
    for (const test of tests) await runOne(test, candor, browser, open);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${error.message}`);
  } finally {
    await browser?.close();
    await candor?.stop();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
