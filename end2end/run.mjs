// Runs every spec in a real browser, each in a process of its own with a Candor of its own, two at a time.
// `node end2end/run.mjs [words…]` runs the tests whose name holds all the words. The last line is `N passed, N failed`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { doors, launch } from "./support/browser.mjs";
import { results, startCandor } from "./support/server.mjs";

// The longest first; the payloads, which are most of it, in parts that know nothing of each other.
const PARTS = [
  ...["1/3", "2/3", "3/3"].map((part) => `payloads:${part}`),
  ...["pages", "acts", "forms", "extremes", "sign_in", "what_if", "islands", "size"],
];
const AT_ONCE = 2;
const LIMIT = 300_000;

const [only, ...words] = process.argv[2]?.startsWith("--part=") ? process.argv.slice(2) : [undefined, ...process.argv.slice(2)];

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

/** Runs the tests of one part; `name` or `name:2/3`. */
async function runPart(part) {
  const [name, share = "1/1"] = part.split(":");
  const spec = await import(`./specs/${name}.mjs`);
  const tests = [];
  spec.default((title, run) => tests.push({ title: `${name}: ${title}`, run }), share.split("/").map(Number));
  const wanted = tests.filter(({ title }) => words.every((word) => title.includes(word)));
  if (!wanted.length) return;
  mkdirSync(results, { recursive: true });
  let candor;
  let browser;
  try {
    candor = await startCandor(part);
    browser = await launch();
    const { open } = doors(browser, candor.url);
    for (const test of wanted) await runOne(test, candor, browser, open);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${error.message}`);
  } finally {
    await browser?.close();
    await candor?.stop();
  }
}

/** The same in a process of its own, whose lines are shown as they come and whose last one is counted. */
async function delegate(part) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), `--part=${part}`, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let closed = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const counts = /^(\d+) passed, (\d+) failed$/.exec(line);
    if (!counts) console.log(line);
    else {
      closed = true;
      passed += Number(counts[1]);
      failed += Number(counts[2]);
    }
  }
  await ended;
  if (!closed) {
    failed++;
    console.log(`FAILED  ${part} ended before it was done`);
  }
}

if (only) {
  await runPart(only.slice("--part=".length));
} else {
  const waiting = [...PARTS];
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) await delegate(part);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
