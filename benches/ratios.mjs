// The figures that the benches beside peers kept, one JSON object a line, as the table of the README.
import { readFileSync } from "node:fs";

const [path] = process.argv.slice(2);
const figures = readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));

/** Where the unit is seconds, less is better. */
const ratio = ({ unit, ours }, theirs) => (unit === "s" ? theirs / ours : ours / theirs);

function shown(value, unit) {
  if (unit === "s") return `${value.toFixed(2)} s`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(value >= 1e8 ? 0 : 1)} M ${unit}` : `${Math.round(value).toLocaleString("en")} ${unit}`;
}

const rows = figures.flatMap((figure) =>
  Object.entries(figure.peers).map(([peer, theirs]) => [
    figure.name,
    shown(figure.ours, figure.unit),
    peer,
    shown(theirs, figure.unit),
    `${ratio(figure, theirs).toFixed(ratio(figure, theirs) < 10 ? 1 : 0)} x`,
  ]),
);
if (rows.length > 0) {
  console.log("| What | Candor | Beside | It | Ratio |");
  console.log("|---|---|---|---|---|");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
}
