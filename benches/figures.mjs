// What Candor weighs: WASM, first visits, memory while idle, time from start to the first answer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { doors, launch } from "../end2end/support/browser.mjs";
import { freePort, home, program, startCandor, TODAY } from "../end2end/support/server.mjs";
import { VISIT_LIMIT, WASM_LIMIT, firstVisit, kilobytes, wasmSize } from "../end2end/specs/size.mjs";

const rows = [];
const row = (what, is, limit = "") => rows.push([what, is, limit]);

const wasm = wasmSize();
row("WASM", kilobytes(wasm.plain));
row("WASM, brotli", kilobytes(wasm.brotli), kilobytes(WASM_LIMIT));

const candor = await startCandor();
const browser = await launch();
try {
  const { open } = doors(browser, candor.url);
  for (const [who, path, limit] of [["nobody", "/sign-in"], ["customer", "/", VISIT_LIMIT], ["customer", "/plan", VISIT_LIMIT], ["customer", "/notes", VISIT_LIMIT], ["staff", "/staff"], ["admin", "/admin"], ["admin", "/admin/fees"]]) {
    const one = await open(who);
    const { total } = await firstVisit(one, path);
    row(`first visit to ${path}, over the wire`, kilobytes(total), limit ? kilobytes(limit) : "");
    await one.close();
  }
  const one = await open("customer");
  await one.page.goto("/plan");
  await one.page.waitForFunction(() => document.querySelector("form.what-if-form")?.hasAttribute("data-live"));
  const { busy, idle } = await one.page.evaluate(frames);
  row("what if: a frame while the slider moves", `${busy.toFixed(1)} ms`, "16.7 ms");
  row("the same with nothing to do", `${idle.toFixed(1)} ms`);
} finally {
  await browser.close();
  await candor.stop();
}

/** How long a frame takes while the slider of the what-if moves, and with nothing to do: medians in milliseconds. */
function frames() {
  const slider = document.querySelector("form.what-if-form [name=use0]");
  const next = () => new Promise((done) => requestAnimationFrame(done));
  const middle = (times) => times.sort((one, two) => one - two)[Math.floor(times.length / 2)];
  const timed = async (times, act) => {
    const took = [];
    for (let move = 0; move < times; move++) {
      const started = performance.now();
      act(move);
      await next();
      // What is left to do of the frame after pricing: style and layout.
      document.body.getBoundingClientRect();
      took.push(performance.now() - started);
    }
    return middle(took);
  };
  const move = (at) => {
    slider.value = String((at % 61) * 5);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return timed(120, move).then(async (busy) => ({ busy, idle: await timed(60, () => {}) }));
}

/** Starts a fresh process on an existing database; milliseconds until /sign-in is answered, and its memory after that. */
async function start(database) {
  const port = await freePort();
  const env = { ...process.env, DATABASE_URL: `sqlite:${database}`, CANDOR_ADDR: `127.0.0.1:${port}`, CANDOR_LOG: "warn" };
  const began = performance.now();
  const child = spawn(program, ["serve", "--demo", "--today", TODAY], { cwd: home, env, stdio: "ignore" });
  const answered = () =>
    new Promise((done) => get({ port, host: "127.0.0.1", path: "/sign-in" }, (answer) => answer.resume().on("end", () => done(answer.statusCode === 200))).on("error", () => done(false)));
  while (!(await answered())) {
    if (child.exitCode !== null) throw new Error("Candor did not start");
    await new Promise((done) => setTimeout(done, 2));
  }
  const took = performance.now() - began;
  await new Promise((done) => setTimeout(done, 1000));
  const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) * 1024;
  child.kill("SIGTERM");
  await once(child, "exit");
  return { took, resident };
}

const folder = mkdtempSync(join(tmpdir(), "candor-figures-"));
try {
  const database = join(folder, "candor.db");
  row("start to first answer, new database with demo", `${(await start(database)).took.toFixed(0)} ms`);
  const starts = [];
  for (let time = 0; time < 5; time++) starts.push(await start(database));
  const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  row("start to first answer, median of 5", `${median(starts.map(({ took }) => took)).toFixed(0)} ms`, "300 ms");
  row("memory while idle, median of 5", `${(median(starts.map(({ resident }) => resident)) / 1e6).toFixed(1)} MB`, "60 MB");
} finally {
  rmSync(folder, { recursive: true, force: true });
}
row("the program itself", `${(statSync(program).size / 1e6).toFixed(1)} MB`);

const width = Math.max(...rows.map(([what]) => what.length));
for (const [what, is, limit] of rows) console.log(`${what.padEnd(width)}  ${is.padStart(10)}${limit && `  of ${limit}`}`);
