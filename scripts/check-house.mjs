// The rules of the house, read from the sources. `--self-test` breaks each rule on a copy and sees that it is caught;
// a folder looks at that one instead.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const home = join(dirname(fileURLToPath(import.meta.url)), "..");

// Who may import whom: only what stands on the same line or above.
const ORDER = ["domain", "error", "server", "ui", "wire", "store", "service", "api", "frame", "page", "app", "router", "cli"];

/** The layer of a source file, by its path below `src`. */
function layerOf(src, path) {
  const parts = path.replace(/\.rs$/, "").split("/");
  if (parts.at(-1) === "mod") parts.pop();
  const [first, second, third] = parts;
  if (first === "domain") return "domain";
  if (first === "error") return "error";
  if (first === "ui" || (first === "app" && second?.startsWith("status"))) return "ui";
  if (first === "app") return second ? "frame" : "app";
  if (first === "server") return ["router", "serve", "demo", undefined].includes(second) ? "router" : "server";
  if (first === "features") {
    if (!second) return "router"; // The list of features, and the addresses that are not pages.
    if (!third) return "wire";
    if (/^(?:\w+_)?(?:portal|staff|admin|islands)$/.test(third)) return "page";
    if (["store", "service", "api"].includes(third)) return third;
    // A part of the feature with a name of its own: of the server alone, or a type that crosses the wire.
    return isMod(src, second, third, /#\[cfg\(feature = "ssr"\)\]/) ? "service" : "wire";
  }
  return "cli"; // cli, lib, main
}

/** Whether the feature's `mod.rs` has this attribute on the line of `part`. */
function isMod(src, feature, part, attribute) {
  const file = join(src, "features", feature, "mod.rs");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return new RegExp(`${attribute.source}\\s*(?:pub(?:\\([\\w ]+\\))? )?mod ${part};`).test(text);
}

const featureOf = (path) => /^features\/([^/]+)/.exec(path)?.[1];

// What a page may take from `app`: its frame, re-exported there.
const FRAME = new Set(["Layout", "WithIslands", "page", "layout", "status"]);
const DOMAIN_CRATES = new Set(["std", "core", "alloc", "serde", "serde_json", "thiserror", "jiff", "iso_currency", "csv", "bigdecimal", "pulp"]);
const IMPURE = /\b(?:(?:std|core)::(?:fs|net|env|process|thread|io|os)\b|SystemTime\b|Instant\b|(?:Timestamp|Zoned)::now\b|TimeZone::(?:get|system)\b|println!|eprintln!|print!|dbg!)/;
// Files that choose between server and browser beyond a `mod` line: the entry points and the words of an error.
const CHOOSES_TARGET = new Set(["main.rs", "lib.rs", "features/mod.rs", "error.rs"]);

/** The source with comments and the insides of strings blanked, every line where it was. */
function bare(text) {
  const blank = (part) => part.replace(/[^\n]/g, " ");
  return text.replace(
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\br(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^\n]{1,8}|[^\\'\n])'/g,
    (part) => (part.startsWith("//") || part.startsWith("/*") ? blank(part) : part[0] + blank(part.slice(1, -1)) + part.at(-1)),
  );
}

/** Without `#[cfg(test)] mod … { … }`: tests may reach wherever they need to. */
function withoutTests(code) {
  const start = /#\[cfg\(test\)\]\s*(?:pub(?:\([\w ]+\))? )?mod \w+ \{/.exec(code);
  if (!start) return code;
  let depth = 1;
  let at = start.index + start[0].length;
  while (depth > 0 && at < code.length) depth += { "{": 1, "}": -1 }[code[at++]] ?? 0;
  return code.slice(0, start.index) + code.slice(start.index, at).replace(/[^\n]/g, " ") + withoutTests(code.slice(at));
}

const lineAt = (text, index) => text.slice(0, index).split("\n").length;

/** `a::{b, c::{d, e}}` as `a::b`, `a::c::d`, `a::c::e`. */
function spread(tree) {
  const open = tree.indexOf("{");
  if (open < 0) return [tree.replace(/\s+as\s+\w+/, "").replace(/\s/g, "")];
  const before = tree.slice(0, open).replace(/\s/g, "");
  const parts = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open + 1; at < tree.length; at++) {
    if (tree[at] === "{") depth++;
    if ((tree[at] === "," && depth === 0) || (tree[at] === "}" && depth-- === 0)) {
      if (tree.slice(from, at).trim()) parts.push(tree.slice(from, at));
      from = at + 1;
      if (depth < 0) break;
    }
  }
  return parts.flatMap((part) => spread(part).map((rest) => before + (rest === "self" ? "" : rest)));
}

/** Every path into our own crate that a file names, from the crate's root, with its line. */
function imports(path, code) {
  const here = path.replace(/\.rs$/, "").split("/").filter((part) => part !== "mod" && part !== "lib" && part !== "main");
  const named = [];
  const add = (text, index) => {
    for (const one of spread(text)) {
      const parts = one.split("::").filter(Boolean);
      let base = [];
      if (parts[0] === "super" || parts[0] === "self") {
        base = [...here];
        // A `mod` inside a file, such as `mod asked`, is one deeper than its file.
        if (parts[0] === "super" && insideModule(code, index)) parts.shift();
        while (parts[0] === "super") base.pop(), parts.shift();
        if (parts[0] === "self") parts.shift();
      } else if (parts[0] === "crate" || parts[0] === "candor") {
        parts.shift();
      } else continue;
      named.push({ to: [...base, ...parts], line: lineAt(code, index) });
    }
  };
  for (const use of code.matchAll(/\buse\s+((?:crate|candor|super|self)\b[^;]*);/g)) add(use[1], use.index);
  const rest = code.replace(/\buse\s+[^;]*;/g, (part) => part.replace(/[^\n]/g, " "));
  for (const use of rest.matchAll(/(?<![\w:$])(?:crate|super)(?:::\w+)+/g)) add(use[0], use.index);
  return named;
}

function insideModule(code, index) {
  let depth = 0;
  for (const found of code.slice(0, index).matchAll(/\bmod \w+ \{|[{}]/g)) {
    if (found[0] === "}") depth = Math.max(0, depth - 1);
    else if (found[0] !== "{" || depth > 0) depth++;
  }
  return depth > 0;
}

/** The layer that a path from the crate's root leads to. */
function layerOfPath(src, to) {
  if (to[0] === "app" && to.length > 1 && FRAME.has(to[1])) return to[1] === "status" ? "ui" : "frame";
  if (to[0] === "sql") return "server";
  // A wire type is named by its feature: crate::features::bills::Bill.
  for (let length = to.length; length > 0; length--) {
    const module = to.slice(0, length).join("/");
    for (const file of [`${module}.rs`, `${module}/mod.rs`]) if (existsSync(join(src, file))) return layerOf(src, file);
  }
  return null;
}

function* rustFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* rustFiles(path);
    else if (entry.name.endsWith(".rs")) yield path;
  }
}

/** Everything in `root` that breaks a rule, as `{ rule, where, words }`. */
export function findings(root) {
  const found = [];
  const src = join(root, "src");
  const [, dependencies] = readFileSync(join(root, "Cargo.toml"), "utf8").split(/^\[dependencies\]$/m);
  const crates = new Set(
    [...dependencies.matchAll(/^([a-z][\w-]*) = (?:\{|")/gm)].map((line) => line[1].replaceAll("-", "_")),
  );
  const files = [...rustFiles(src)].map((file) => ({ file, text: readFileSync(file, "utf8") }));
  // Modules of their own that are there for tests.
  const forTests = new Set(
    files.flatMap(({ file, text }) =>
      [...text.matchAll(/#\[cfg\((?:test|all\(test\b[^\]]*)\)\]\s*(?:pub(?:\([\w ]+\))? )?mod (\w+);/g)].flatMap((hit) => [join(dirname(file), `${hit[1]}.rs`), join(dirname(file), hit[1])]),
    ),
  );
  for (const { file, text } of files) {
    if (forTests.has(file) || forTests.has(dirname(file))) continue;
    const path = relative(src, file);
    const whole = bare(text);
    const code = withoutTests(whole);
    if (/\/tests(\.rs$|\/)/.test(path)) continue; // A test may look anywhere.
    const layer = layerOf(src, path);
    const report = (rule, line, words) => found.push({ rule, where: `src/${path}:${line}`, words });
    const each = (rule, pattern, words, source = code) => {
      for (const hit of source.matchAll(pattern)) report(rule, lineAt(source, hit.index), words(hit));
    };

    for (const { to, line } of imports(path, code)) {
      const target = layerOfPath(src, to);
      if (!target) continue;
      const name = to.join("::");
      const other = to[0] === "features" ? to[1] : undefined;
      const upward = ORDER.indexOf(target) > ORDER.indexOf(layer);
      // The words of an error carry a reference number from the log.
      if (layer === "error" && name.startsWith("server::telemetry")) continue;
      // The door asks whose addresses are the cast's.
      if (path === "features/sign_in/service.rs" && name === "server::demo") continue;
      if (upward) report("directions", line, `${layer} may not import ${name}, which is ${target}`);
      else if (target === "store" && (other !== featureOf(path) || !["service", "store"].includes(layer)))
        report("stores", line, `${name} is for the service of ${other} alone`);
      else if (target === "service" && layer === "page") report("pages", line, `a page reads through api, not ${name}`);
      else if (target === "server" && layer === "page") report("pages", line, `a page reads through api, not ${name}`);
    }

    if (layer === "domain") {
      each("pure", new RegExp(IMPURE, "g"), (hit) => `the domain reads no clock and no outside world: ${hit[0]}`);
      each("pure", /(?<![\w:$.])([a-z]\w*)::/g, (hit) => (crates.has(hit[1]) && !DOMAIN_CRATES.has(hit[1]) ? `the domain does not know ${hit[1]}` : ""));
      each("pure", /\bstd::time\b/g, () => "the domain reads no clock");
    }
    if (!["store", "server"].includes(layer) && !path.startsWith("server/")) {
      each("sql", /\bsql!\s*\(|\bsqlx::query\w*/g, (hit) => `SQL stands in a store or in server: ${hit[0]}`);
    }
    if (path !== "ui/field.rs") each("textarea", /<textarea\b/g, () => "a textarea is not escaped by the framework: use ui::TextArea");
    each("islands", /#\[island\b[^\]]*\]\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([\w ]+\))? )?fn \w+\((?!\))/g, () => "an island takes nothing, for JSON to read it weighs 70 kB: it reads the page");
    if (path.endsWith("/islands.rs")) each("islands", /\bapi\b/g, () => "an island asks through ui::asking: the code to call a server function is heavy");
    if (!path.startsWith("ui/")) each("raw", /\binner_html\b/g, () => "inner_html is for ui alone");
    each("styles", /(?<=[\s<])style(?:=|:[a-z(])/g, () => "the policy forbids inline styles: use a class");
    each("scripts", /(?<=\s)on[a-z]+="|<script\b/g, () => "the policy forbids inline scripts");
    each("encodings", /#\[server\([^\]]*\b(?:Get\w*|"(?:Get\w+)")[^\]]*\]/g, () => "a server function never answers to GET", text);
    each("allow", /#!?\[allow\(/g, () => "mend it, or say why with expect");
    each("unfinished", /\/\/.*\b(?:TODO|FIXME|XXX)\b/g, () => "finish it or leave it out", text);
    if (!text.startsWith("//! ") && path !== "main.rs") report("words", 1, "a module starts with one sentence of what it is");
    if (!CHOOSES_TARGET.has(path)) {
      each("targets", /#\[cfg\((?:not\(|any\(|all\()?feature\b[^\]]*\](?!\s*(?:#\[[^\]]*\]\s*)*(?:pub(?:\([\w ]+\))? )?mod\b)/g, () => "only a mod line chooses between server and browser");
      each("targets", /\bcfg!\(\s*feature\b/g, () => "only a mod line chooses between server and browser");
    }
  }

  const lock = readFileSync(join(root, "Cargo.lock"), "utf8");
  const versions = (name) => [...lock.matchAll(new RegExp(`^name = "${name}"\\nversion = "([^"]+)"`, "gm"))].map((hit) => hit[1]);
  for (const name of ["sqlx", "libsqlite3-sys", "leptos"]) {
    const all = versions(name);
    if (all.length !== 1) found.push({ rule: "lock", where: "Cargo.lock", words: `one ${name}, not ${all.join(" and ") || "none"}` });
  }
  for (const version of versions("libsqlite3-sys")) {
    const [major, minor] = version.split(".").map(Number);
    if (major === 0 && minor < 37) found.push({ rule: "lock", where: "Cargo.lock", words: `libsqlite3-sys ${version} has the WAL-reset bug: 0.37 or newer` });
  }
  return found.filter(({ words }) => words);
}

// Each breaks one rule: the file to add to, what to add, the rule that must catch it.
const BREACHES = [
  ["src/domain/money.rs", "use crate::error::AppError;", "directions"],
  ["src/error.rs", "use crate::features::sign_in::api;", "directions"],
  ["src/features/sign_in/store.rs", "use super::service;", "directions"],
  ["src/features/sign_in/service.rs", "use super::{api, portal};", "directions"],
  ["src/features/sign_in/api.rs", "use crate::app::App;", "directions"],
  ["src/features/sign_in/portal.rs", "fn up() { crate::server::router::router(); }", "directions"],
  ["src/ui/form.rs", "use crate::{domain::money, features::sign_in::api};", "directions"],
  ["src/server/db.rs", "use crate::features::sign_in::service;", "directions"],
  ["src/features/sign_in/service.rs", "use crate::features::bills::store::of_customer;", "stores"],
  ["src/features/sign_in/api.rs", "use super::store;", "stores"],
  ["src/features/sign_in/portal.rs", "use super::store;", "stores"],
  ["src/cli/mod.rs", "use crate::features::{bills::{service, store::open_on}};", "stores"],
  ["src/features/sign_in/portal.rs", "use super::service::doors;", "pages"],
  ["src/features/sign_in/portal.rs", "use crate::server::state::AppState;", "pages"],
  ["src/domain/role.rs", "fn today() -> jiff::Zoned { jiff::Zoned::now() }", "pure"],
  ["src/domain/role.rs", "use std::time::SystemTime;", "pure"],
  ["src/domain/role.rs", 'fn read() { let _ = std::fs::read("x"); }', "pure"],
  ["src/domain/role.rs", "use leptos::prelude::*;", "pure"],
  ["src/domain/role.rs", 'fn tell() { tracing::info!("x"); }', "pure"],
  ["src/features/sign_in/service.rs", 'fn ask() { sql!(conn, execute, "select 1"); }', "sql"],
  ["src/features/sign_in/api.rs", 'fn ask() { sqlx::query("select 1"); }', "sql"],
  ["src/features/sign_in/portal.rs", "fn area() { view! { <textarea name=\"x\"></textarea> } }", "textarea"],
  ["src/features/notes/islands.rs", "#[island]\npub fn Live(id: String) -> impl IntoView {}", "islands"],
  ["src/features/notes/islands.rs", "#[island]\n#[allow(x)]\npub(super) fn Live(id: String) -> impl IntoView {}", "islands"],
  ["src/features/notes/islands.rs", "use super::api;", "islands"],
  ["src/features/sign_in/portal.rs", "fn raw() { view! { <p inner_html=words></p> } }", "raw"],
  ["src/app/layout.rs", 'fn red() { view! { <p style="color:red"></p> } }', "styles"],
  ["src/app/layout.rs", "fn red() { view! { <p style:color=red></p> } }", "styles"],
  ["src/app/layout.rs", 'fn click() { view! { <p onclick="go()"></p> } }', "scripts"],
  ["src/features/sign_in/api.rs", '#[server(endpoint = "x/y", input = GetUrl)]', "encodings"],
  ["src/features/sign_in/api.rs", '#[server(prefix = "/api", encoding = "GetJson")]', "encodings"],
  ["src/ui/words.rs", "#[allow(dead_code)]", "allow"],
  ["src/ui/words.rs", "// TODO: later", "unfinished"],
  ["src/features/sign_in/portal.rs", '#[cfg(feature = "ssr")]\nfn only_here() {}', "targets"],
  ["src/features/sign_in/portal.rs", '#[cfg(not(feature = "hydrate"))]\nfn only_here() {}', "targets"],
  ["src/features/sign_in/portal.rs", 'fn which() -> bool { cfg!(feature = "ssr") }', "targets"],
  ["src/domain/silent.rs", "pub fn nothing() {}", "words"],
  ["Cargo.lock", '[[package]]\nname = "sqlx"\nversion = "0.8.6"', "lock"],
  ["Cargo.lock", '[[package]]\nname = "libsqlite3-sys"\nversion = "0.30.1"', "lock"],
  ["Cargo.lock", '[[package]]\nname = "leptos"\nversion = "0.9.0"', "lock"],
];

/** Adds each breach to a copy of the sources; what is not caught is returned. */
function missed() {
  const copy = mkdtempSync(join(tmpdir(), "candor-house-"));
  try {
    for (const name of ["src", "Cargo.toml", "Cargo.lock"]) cpSync(join(home, name), join(copy, name), { recursive: true });
    const before = new Set(findings(copy).map(({ rule, where }) => `${rule} ${where}`));
    return BREACHES.filter(([path, lines, rule]) => {
      const file = join(copy, path);
      const was = existsSync(file) ? readFileSync(file, "utf8") : null;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${was ?? ""}\n${lines}\n`);
      const caught = findings(copy).some((one) => one.rule === rule && !before.has(`${one.rule} ${one.where}`));
      if (was === null) rmSync(file);
      else writeFileSync(file, was);
      return !caught;
    });
  } finally {
    rmSync(copy, { recursive: true });
  }
}

if (process.argv.includes("--self-test")) {
  const uncaught = missed();
  for (const [path, lines, rule] of uncaught) console.log(`not caught (${rule}): ${path}: ${lines}`);
  process.exitCode = uncaught.length ? 1 : 0;
} else {
  const found = findings(process.argv[2] ?? home);
  for (const { rule, where, words } of found) console.log(`${where}: ${rule}: ${words}`);
  process.exitCode = found.length ? 1 : 0;
}
