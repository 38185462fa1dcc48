// A whole `candor advise` for every customer beside a polars script that reads the same tables and writes the same rows.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { candor, measured, median, peer, PostgresCopies, ROUNDS, said, SqliteCopies } from "./measured.mjs";

const AS_OF = "2026-11-15";
const advise = candor("advise", "--as-of", AS_OF);

const seconds = (values) => median(values.map(({ seconds }) => seconds));
const megabytes = (values) => median(values.map(({ mb }) => mb));
const written = (run) => Number(/wrote ([\d,]+) new/.exec(run.text)[1].replaceAll(",", ""));

/** Both in turns, each time on a new copy; then Candor once more where everything has been told. */
async function beside(copies) {
  const [ours, theirs, again] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const DATABASE_URL = copies.copy("ours");
    ours.push(await measured(advise, { DATABASE_URL }));
    const url = copies.copy("theirs");
    theirs.push(await measured(peer("advise.py", url, AS_OF)));
    checkSame(DATABASE_URL, url);
    again.push(await measured(advise, { DATABASE_URL }));
  }
  if (again.some((run) => written(run) > 0)) throw new Error("a second run told something once more");
  return { ours, theirs, again };
}

function checkSame(ours, theirs) {
  const [own, other] = [ours, theirs].map((url) => said(...peer("checksum.py", url)));
  if (own !== other) throw new Error(`Candor wrote ${own}, the script ${other}`);
}

function report({ name }, { ours, theirs, again }) {
  const [own, other, second] = [ours, theirs, again].map(seconds);
  const where = name === "sqlite" ? "" : `, ${name}`;
  const part = ((100 * second) / own).toFixed(0);
  console.log(
    `advise${where}  candor ${own.toFixed(2)} s, ${megabytes(ours).toFixed(0)} MB  polars ${other.toFixed(2)} s, ${megabytes(theirs).toFixed(0)} MB (${(other / own).toFixed(1)} x), ${written(ours[0])} notices`,
  );
  console.log(`advise again${where}  ${second.toFixed(2)} s (${part} %), ${written(again[0])} written`);
  return { name: `advise ${name}`, unit: "s", ours: own, rss_mb: megabytes(ours), peers: { polars: other }, again: second };
}

const folder = mkdtempSync(join(tmpdir(), "candor-advise-"));
const figures = [];
try {
  const engines = [() => new SqliteCopies(folder)];
  if (process.env.CANDOR_BENCH_POSTGRES) engines.push(() => new PostgresCopies(process.env.CANDOR_BENCH_POSTGRES));
  for (const engine of engines) {
    const copies = engine();
    try {
      figures.push(report(copies, await beside(copies)));
    } finally {
      copies.end();
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const figure of figures) console.log(JSON.stringify(figure));
