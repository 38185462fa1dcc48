// A million rows of usage and 200,000 invoices through `candor import`, beside sqlite3's own import of the same file.
//
// The peer does far less: it takes every cell as text and puts it away. It checks no date, amount or quantity, looks up no
// customer, changes no earlier row and says of none what became of it. It has what makes the two alike: a unique index on
// the key, a log written ahead, and one commit that is on disk when it is done.
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { candor, CUSTOMERS, measured, median, ROUNDS, SqliteCopies } from "./measured.mjs";

const cents = (minor) => (minor / 100).toFixed(2);
const customer = (at) => `C-${String(at % CUSTOMERS).padStart(7, "0")}`;
const day = (at) => String(at).padStart(2, "0");

/** Days that the seeded customers have no readings of, so that every row is new. */
const usageRow = (at) => `${customer(at)},gb,2026-11-${day(1 + Math.floor(at / CUSTOMERS))},${(((at * 7919) % 90_000) / 1000).toFixed(3)}`;

const invoiceRow = (at) => `N-${String(at).padStart(8, "0")},${customer(at)},EUR,${cents(500 + ((at * 7919) % 20_000))},2026-11-${day(1 + (at % 9))},2026-11-${day(15 + (at % 14))},,`;

const KINDS = [
  { kind: "usage", columns: "customer,meter,used_on,quantity", key: "customer, meter, used_on", rows: 10 * CUSTOMERS, row: usageRow },
  { kind: "invoices", columns: "number,customer,currency,amount,issued_on,due_on,disputed,disputed_on", key: "number", rows: 2 * CUSTOMERS, row: invoiceRow },
];

function writeCsv(path, { columns, rows, row }) {
  const file = openSync(path, "w");
  writeSync(file, `${columns}\n`);
  for (let from = 0; from < rows; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - from) }, (_, at) => `${row(from + at)}\n`);
    writeSync(file, lines.join(""));
  }
  closeSync(file);
}

/** Into a new file each time, as Candor has a new copy. */
function plainImport(path, csv, { kind, columns, key }) {
  rmSync(path, { force: true });
  const table = `pragma journal_mode = wal; create table ${kind} (${columns}); create unique index ${kind}_once on ${kind} (${key});`;
  execFileSync("sqlite3", [path, table], { stdio: ["ignore", "ignore", "inherit"] });
  return ["sqlite3", ["-cmd", "pragma synchronous = full", path, `.import --csv --skip 1 ${csv} ${kind}`]];
}

async function beside(copies, of) {
  const csv = join(folder, `${of.kind}.csv`);
  writeCsv(csv, of);
  const [ours, theirs] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const DATABASE_URL = copies.copy("ours");
    const run = await measured(candor("import", of.kind, csv, "--json"), { DATABASE_URL });
    const { created } = JSON.parse(run.text);
    if (created !== of.rows) throw new Error(`${created} of ${of.rows} rows were new`);
    ours.push(run);
    theirs.push(await measured(plainImport(join(folder, "plain.db"), csv, of)));
  }
  rmSync(csv);
  return { ours, theirs };
}

function report({ kind, rows }, { ours, theirs }) {
  const rate = (runs) => Math.round(rows / median(runs.map(({ seconds }) => seconds)));
  const mb = median(ours.map(({ mb }) => mb));
  const [own, other] = [rate(ours), rate(theirs)];
  console.log(`import ${kind}  candor ${own} rows/s, ${mb.toFixed(0)} MB  sqlite3 .import ${other} rows/s (${(own / other).toFixed(2)} x), ${rows} rows`);
  return { name: `import ${kind}`, unit: "rows/s", ours: own, rss_mb: mb, peers: { "sqlite3 .import": other } };
}

const folder = mkdtempSync(join(tmpdir(), "candor-import-"));
const figures = [];
try {
  const copies = new SqliteCopies(folder);
  for (const of of KINDS) figures.push(report(of, await beside(copies, of)));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const figure of figures) console.log(JSON.stringify(figure));
