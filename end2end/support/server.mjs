// A Candor of our own: demo data in a temporary file, a fixed day, a free port on loopback.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startMailbox } from "./mail.mjs";

export const home = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const results = join(home, "end2end/results");
export const program = resolve(home, process.env.CANDOR_BIN ?? join(process.env.CARGO_TARGET_DIR ?? "target", "release/candor"));
export const TODAY = "2026-11-22";

/** What the Candor that was started last was told; its other commands are told the same. */
let env;

/** What a command of the program says, run beside the server on its database. */
function run(...words) {
  return execFileSync(program, words, { cwd: home, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** A path that signs this person in, once; their earlier ones end. */
export const signInLink = (email) => run("sign-in-link", email);

/** Brings in rows of a kind of file, the names of its columns first. */
export function bringIn(kind, rows) {
  const file = join(mkdtempSync(join(tmpdir(), "candor-rows-")), `${kind}.csv`);
  writeFileSync(file, `${rows.join("\n")}\n`);
  const said = run("import", kind, file);
  rmSync(dirname(file), { recursive: true });
  return said;
}

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** `part` names what it is for, in its log. */
export async function startCandor(part = "candor") {
  const folder = mkdtempSync(join(tmpdir(), "candor-end2end-"));
  const mailbox = await startMailbox();
  const address = `127.0.0.1:${await freePort()}`;
  mkdirSync(results, { recursive: true });
  const logFile = join(results, `server-${part.replace(/\W+/g, "-")}.log`);
  const log = openSync(logFile, "w");
  env = {
    ...process.env,
    DATABASE_URL: `sqlite:${join(folder, "candor.db")}`,
    CANDOR_ADDR: address,
    CANDOR_SITE_ROOT: process.env.CANDOR_SITE_ROOT ?? "target/site",
    CANDOR_SMTP_URL: mailbox.url,
    CANDOR_MAIL_FROM: "Harbour <hello@harbour.example>",
    // Each payload comes from an address of its own, so that the limits on tries do not hide a hole.
    CANDOR_TRUST_PROXY: "true",
  };
  const child = spawn(program, ["serve", "--demo", "--today", TODAY], { cwd: home, env, stdio: ["ignore", log, log] });
  closeSync(log);
  child.on("error", () => {});
  const stop = async () => {
    mailbox.stop();
    if (child.exitCode === null && child.pid) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  for (let tries = 0; tries < 200; tries++) {
    if (child.exitCode !== null || !child.pid) break;
    const ready = await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false);
    if (ready) return { url, mailbox, folder, pid: child.pid, stop };
    await new Promise((done) => setTimeout(done, 50));
  }
  await stop();
  const said = child.pid ? readFileSync(logFile, "utf8").trim() : `${program} is not there: run make build`;
  throw new Error(`Candor did not start: ${said}`);
}
