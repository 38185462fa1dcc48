// What the benches of whole commands share: how long a command takes and how much memory it needs, and databases to run it on.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, existsSync, fsyncSync, openSync, readFileSync, rmSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { home, program } from "../end2end/support/server.mjs";

export const ROUNDS = 3;
export const CUSTOMERS = Number(process.env.CANDOR_BENCH_CUSTOMERS ?? 100_000);
const python = process.env.CANDOR_PEERS_PYTHON ?? "python3";

export const median = (values) => values.slice().sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A peer's program with what it is given. */
export const peer = (name, ...args) => [python, [fileURLToPath(new URL(`peers/${name}`, import.meta.url)), ...args]];

export const candor = (...args) => [program, args];

export const said = (command, args, env = {}) =>
  execFileSync(command, args, { cwd: home, env: { ...process.env, CANDOR_LOG: "warn", ...env }, encoding: "utf8", maxBuffer: 1 << 28 }).trim();

/**
 * Runs a command: seconds from its start to its end, the most memory it had in MB, and what it said. The system keeps the
 * peak itself, so asking now and then misses only what is added in the last moments.
 */
export async function measured([command, args], env = {}) {
  const began = performance.now();
  const child = spawn(command, args, { cwd: home, env: { ...process.env, CANDOR_LOG: "warn", ...env }, stdio: ["ignore", "pipe", "inherit"] });
  let peak = 0;
  const look = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 10);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  const [code] = await once(child, "close");
  const seconds = (performance.now() - began) / 1000;
  clearInterval(look);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { seconds, mb: peak / 1e6, text };
}

function peakOf(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [0, 0];
    return Number(kilobytes) * 1024;
  } catch {
    return 0;
  }
}

/** The same database as often as it is needed, in files. */
export class SqliteCopies {
  name = "sqlite";

  constructor(folder) {
    this.folder = folder;
    this.seed = this.url("seed");
    said(...candor("migrate"), { DATABASE_URL: this.seed });
    said(...peer("seed.py", this.seed, `${CUSTOMERS}`));
    const log = `${this.path("seed")}-wal`;
    if (existsSync(log) && statSync(log).size > 0) throw new Error("the seeded database still has a log beside it");
  }

  path(name) {
    return `${this.folder}/${name}.db`;
  }

  url(name) {
    return `sqlite:${this.path(name)}`;
  }

  /** On disk before it is used, so that nobody's time has the writing of the copy in it. */
  copy(name) {
    this.drop(name);
    copyFileSync(this.path("seed"), this.path(name));
    const file = openSync(this.path(name), "r+");
    fsyncSync(file);
    closeSync(file);
    return this.url(name);
  }

  drop(name) {
    for (const end of ["", "-wal", "-shm", ".lock"]) rmSync(`${this.path(name)}${end}`, { force: true });
  }

  end() {}
}

/** The same in databases beside the one that was named, which stays as it is. */
export class PostgresCopies {
  name = "postgres";

  constructor(url) {
    this.server = url;
    this.names = new Set();
    this.make("seed", "template0");
    said(...candor("migrate"), { DATABASE_URL: this.url("seed") });
    said(...peer("seed.py", this.url("seed"), `${CUSTOMERS}`));
  }

  database(name) {
    return `candor_bench_${process.pid}_${name}`;
  }

  url(name) {
    const url = new URL(this.server);
    url.pathname = `/${this.database(name)}`;
    return url.href;
  }

  ask(...texts) {
    const script = "import psycopg, sys\nwith psycopg.connect(sys.argv[1], autocommit=True) as db:\n  for text in sys.argv[2:]: db.execute(text)";
    said(python, ["-c", script, this.server, ...texts]);
  }

  make(name, from) {
    this.drop(name);
    this.names.add(name);
    this.ask(`create database ${this.database(name)} template ${from}`, "checkpoint");
  }

  copy(name) {
    this.make(name, this.database("seed"));
    return this.url(name);
  }

  drop(name) {
    this.ask(`drop database if exists ${this.database(name)} with (force)`);
  }

  end() {
    for (const name of this.names) this.drop(name);
  }
}
