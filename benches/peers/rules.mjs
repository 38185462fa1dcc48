// Asks json-logic-js and json-rules-engine the rules in DIR/rules.json of each customer in DIR/customers.json, and prints how
// often one held and how many were asked in a second of processor time. `cargo bench --bench rule_peers` starts it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import jsonLogic from "json-logic-js";
import { Engine } from "json-rules-engine";

const [folder] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const rules = read("rules.json");
const customers = read("customers.json");
const RUNS = 5;
const SECONDS = 0.4;

const COMPARISONS = {
  "==": ["equal", "equal"],
  "!=": ["notEqual", "notEqual"],
  "<": ["lessThan", "greaterThan"],
  "<=": ["lessThanInclusive", "greaterThanInclusive"],
  ">": ["greaterThan", "lessThan"],
  ">=": ["greaterThanInclusive", "lessThanInclusive"],
};

/** JSONLogic as json-rules-engine writes it, where it can. */
function translated(rule) {
  const [[operator, parts]] = Object.entries(rule);
  if (operator === "and") return { all: parts.map(translated) };
  if (operator === "or") return { any: parts.map(translated) };
  if (operator === "!") return { not: translated(Array.isArray(parts) ? parts[0] : parts) };
  if (operator === "var") return { fact: parts, operator: "equal", value: true };
  if (operator === "in") return { fact: parts[0].var, operator: "in", value: parts[1] };
  if (operator === "missing") {
    const is = (fact) => ({ fact, operator: "isMissing", value: true });
    return { any: [parts].flat().map(is) };
  }
  const [left, right] = parts;
  if (!COMPARISONS[operator] || parts.length !== 2) throw new Error(`json-rules-engine has nothing for ${JSON.stringify(rule)}`);
  const value = (part) => (part?.var === undefined ? part : { fact: part.var });
  if (left?.var !== undefined) return { fact: left.var, operator: COMPARISONS[operator][0], value: value(right) };
  return { fact: right.var, operator: COMPARISONS[operator][1], value: left };
}

function withJsonLogic() {
  let held = 0;
  for (const customer of customers) for (const rule of rules) if (jsonLogic.apply(rule, customer) === true) held++;
  return held;
}

const engine = new Engine([], { allowUndefinedFacts: true });
engine.addOperator("isMissing", (value, is) => (value === undefined) === is);
for (const rule of rules) {
  const conditions = translated(rule);
  const isJoined = conditions.all || conditions.any || conditions.not;
  engine.addRule({ conditions: isJoined ? conditions : { all: [conditions] }, event: { type: "holds" } });
}

async function withRulesEngine() {
  let held = 0;
  for (const customer of customers) held += (await engine.run(customer)).events.length;
  return held;
}

const processorSeconds = (since) => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
};

/** The median of runs, after one to warm up. */
async function timed(all) {
  const held = await all();
  const speeds = [];
  for (let run = -1; run < RUNS; run++) {
    const since = process.cpuUsage();
    let rounds = 0;
    do {
      await all();
      rounds++;
    } while (processorSeconds(since) < SECONDS);
    const speed = (rounds * rules.length * customers.length) / processorSeconds(since);
    if (run >= 0) speeds.push(speed);
  }
  speeds.sort((left, right) => left - right);
  return { held, per_second: speeds[Math.floor(RUNS / 2)] };
}

const figures = { "json-logic-js": await timed(withJsonLogic), "json-rules-engine": await timed(withRulesEngine) };
console.log(JSON.stringify(figures));
