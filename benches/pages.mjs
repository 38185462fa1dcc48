// Asks Candor and a plain axum page with the same queries for `/` as fast as they answer, in turns, and prints both.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, home, program, TODAY } from "../end2end/support/server.mjs";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const ROUNDS = 5;
const CONNECTIONS = 32;

const peer = execFileSync(
  "cargo",
  ["bench", "--quiet", "--features", "ssr", "--bench", "axum_page", "--no-run", "--message-format=json"],
  { cwd: home, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "inherit"] },
)
  .split("\n")
  .filter((line) => line.includes('"executable":"'))
  .map((line) => JSON.parse(line))
  .find(({ target }) => target.name === "axum_page").executable;

// The client gets a core of its own where there is one to spare, so that it does not take from what it measures.
const cores = cpus().length;
const pinned = cores > 1 ? { client: `${cores - 1}`, server: cores === 2 ? "0" : `0-${cores - 2}` } : null;
const on = (part, command, ...args) => (pinned ? ["taskset", ["-c", pinned[part], command, ...args]] : [command, args]);

const folder = mkdtempSync(join(tmpdir(), "candor-pages-"));
const running = [];

async function serve(command, args, env, address) {
  const [name, all] = on("server", command, ...args);
  const child = spawn(name, all, { cwd: home, env: { ...process.env, CANDOR_LOG: "warn", ...env }, stdio: ["ignore", "ignore", "inherit"] });
  running.push(child);
  for (let tries = 0; tries < 200; tries++) {
    if (await fetch(`http://${address}/`, { redirect: "manual" }).then(() => true, () => false)) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`${command} did not start`);
}

/** What stands on the page in its order, to know that both say the same: its words, and its tags with their attributes. */
async function read(address, cookie) {
  const answer = await fetch(`http://${address}/`, { headers: { cookie }, redirect: "manual" });
  if (answer.status !== 200) throw new Error(`http://${address}/ answers ${answer.status}`);
  const html = await answer.text();
  const body = html.replace(/<!(--[\s\S]*?--)?>/g, "").replace(/<(script|style)[\s\S]*?<\/\1>/g, "").replace(/^[\s\S]*<body/, "<body");
  const parts = body.split(/(<[^>]*>)/).map((part) => plain(part.startsWith("<") ? inOrder(part) : part.replace(/\s+/g, " ").trim()));
  return { bytes: html.length, parts: parts.filter(Boolean) };
}

/** A tag with its attributes sorted; an empty value is left out, and so is a class that is none. */
function inOrder(tag) {
  const [name, ...attributes] = tag.slice(1, -1).match(/[^\s=]+(="[^"]*")?/g);
  const said = attributes.map((one) => one.replace(/=""$/, "")).filter((one) => one !== "class");
  return `<${[name, ...said.sort()].join(" ")}>`;
}

const plain = (text) => text.replace(/&quot;/g, '"').replace(/&#(39|x27);/g, "'").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** Where the second page first differs from the first, in words; nothing where it does not. */
function difference([ours, theirs]) {
  const at = ours.findIndex((part, index) => part !== theirs[index]);
  if (at < 0 && ours.length === theirs.length) return null;
  const from = Math.max(0, (at < 0 ? ours.length : at) - 2);
  const [here, there] = [ours, theirs].map((parts) => parts.slice(from, from + 6).join(" ").slice(0, 300));
  return `The two pages differ, so these figures do not compare. In Candor: ${here}\nIn the plain page: ${there}`;
}

function load(address, cookie, seconds) {
  const [name, args] = on("client", "wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--latency", "-H", `Cookie: ${cookie}`, `http://${address}/`);
  const said = execFileSync(name, args, { encoding: "utf8" });
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(said);
  const [, amount, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(said);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(said)[1]),
    p99: Number(amount) * { us: 0.001, ms: 1, s: 1000 }[unit],
  };
}

const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  const ours = `127.0.0.1:${await freePort()}`;
  const theirs = `127.0.0.1:${await freePort()}`;
  const DATABASE_URL = `sqlite:${join(folder, "candor.db")}`;
  await serve(program, ["serve", "--demo", "--today", TODAY], { DATABASE_URL, CANDOR_ADDR: ours }, ours);
  await serve(peer, [], { DATABASE_URL, PEER_ADDR: theirs, CANDOR_TODAY: TODAY }, theirs);

  const door = await fetch(`http://${ours}/api/sign_in/as_cast`, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: `http://${ours}`, referer: `http://${ours}/sign-in`, accept: "text/html" },
    body: new URLSearchParams({ email: "customer@demo.example" }),
  });
  const cookie = door.headers.get("set-cookie")?.split(";")[0];
  if (!cookie) throw new Error("customer@demo.example could not sign in");

  const sites = [{ name: "Candor", address: ours, runs: [] }, { name: "axum and maud", address: theirs, runs: [] }];
  const pages = [];
  for (const { name, address } of sites) {
    const { bytes, parts } = await read(address, cookie);
    pages.push(parts);
    const words = parts.filter((part) => !part.startsWith("<")).join(" ").split(" ");
    console.log(`${name}: ${bytes} bytes of html, ${words.length} words`);
  }
  const differs = difference(pages);

  for (const { address } of sites) load(address, cookie, 2);
  for (let round = 0; round < ROUNDS; round++) for (const site of sites) site.runs.push(load(site.address, cookie, SECONDS));
  console.log(`${CONNECTIONS} connections, median of ${ROUNDS} runs of ${SECONDS} s${pinned ? `, server on core ${pinned.server}, client on core ${pinned.client}` : ""}`);
  console.log(`${"".padEnd(16)}${"requests/s".padStart(12)}${"p99 ms".padStart(10)}`);
  for (const site of sites) {
    site.perSecond = median(site.runs.map(({ perSecond }) => perSecond));
    site.p99 = median(site.runs.map(({ p99 }) => p99));
    console.log(`${site.name.padEnd(16)}${site.perSecond.toFixed(0).padStart(12)}${site.p99.toFixed(1).padStart(10)}`);
  }
  console.log(`Candor does ${((100 * sites[0].perSecond) / sites[1].perSecond).toFixed(0)} % of the plain page's requests (at least 50 %)`);
  if (differs) {
    console.log(differs);
    process.exitCode = 1;
  }
} finally {
  for (const child of running) {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
}
