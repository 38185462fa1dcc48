"""Fills a database that `candor migrate` has just made with data that is the same each time.

    python seed.py DATABASE_URL [CUSTOMERS]

Everything is as of 15 November 2026. Every customer has one plan and twelve whole months of use before that day. Seven in
ten have the plan that is cheapest for them, so that more than a quarter can be told of a better one; a third have bills
about that day.
"""

import json
import sqlite3
import sys
from contextlib import closing
from datetime import date, timedelta

import numpy as np

AS_OF = date(2026, 11, 15)
CUSTOMERS = 100_000
PLANS = 20
MONTHS = [date(2025 + (10 + at) // 12, (10 + at) % 12 + 1, 1) for at in range(12)]
MADE_ON = "2026-10-01"
MADE_AT = 1_790_812_800_000
# Every price for a unit has five digits behind the point.
PRICE_DIGITS = 5


def main():
    url = sys.argv[1]
    customers = int(sys.argv[2]) if len(sys.argv) > 2 else CUSTOMERS
    chance = np.random.default_rng(20_261_115)
    with closing(connect(url)) as db:
        for table, columns, rows in tables(customers, chance):
            load(db, table, columns, rows)
        finish(db)


def tables(customers, chance):
    """Every table with its columns and rows, in an order in which no row comes before the one it points at."""
    ids = [made_id(at, bits) for at, bits in enumerate(chance.integers(0, 1 << 60, customers).tolist())]
    plans = [made_plan(at) for at in range(PLANS)]
    used = made_usage(customers, chance)
    held = chosen_plans(plans, used, chance)
    yield customer_rows(ids)
    yield plan_rows(plans)
    yield subscription_rows(ids, plans, held, chance)
    yield usage_rows(ids, used)
    yield from bill_tables(ids, chance)
    yield fee_policy_rows()
    yield rule_rows()


def made_id(at, bits):
    """Like a UUID of version 7: text that sorts in the order of making."""
    when = 0x0193_0000_0000 + at
    groups = [f"{when >> 16:08x}", f"{when & 0xFFFF:04x}", f"7{bits & 0xFFF:03x}", f"8{bits >> 12 & 0xFFF:03x}"]
    return "-".join([*groups, f"{bits >> 12:012x}"])


def made_plan(at):
    """The fee rises from plan to plan and the price of a unit falls, so that each is the cheapest for some use."""
    rate = 0.55 * 0.83**at
    prices = [round(rate * part * 10**PRICE_DIGITS) for part in (1, 0.92, 0.85, 0.8)]
    return {
        "code": f"data-{at + 1:02}",
        "name": f"Data {at + 1}",
        "fee": 300 + 180 * at,
        "bounds": [10 + 2 * at, 60 + 5 * at, 250 + 10 * at],
        "prices": prices,
        # A start into the second tier that costs something, a least sum, an end and a condition: each on few plans.
        "flat": 50 if at % 7 == 3 else 0,
        "minimum": 500 + 180 * at if at % 9 == 4 else None,
        "open_until": {6: "2026-06-30", 13: "2026-12-31"}.get(at),
        "eligibility": "people in training" if at == 10 else None,
    }


def charges(plan):
    """As the Lago API writes them."""
    starts = [0, *(bound + 1 for bound in plan["bounds"])]
    ranges = [
        {"from_value": start, "to_value": end, "per_unit_amount": f"{price / 10**PRICE_DIGITS:.{PRICE_DIGITS}f}"}
        for start, end, price in zip(starts, [*plan["bounds"], None], plan["prices"])
    ]
    if plan["flat"]:
        ranges[1]["flat_amount"] = f"{plan['flat'] / 100:.2f}"
    return json.dumps([{"meter": "gb", "charge_model": "graduated", "properties": {"graduated_ranges": ranges}}])


def made_usage(customers, chance):
    """Millionths of a gigabyte by customer and month: a level of one's own, a season, and chance."""
    level = np.exp(chance.normal(np.log(90), 0.9, (customers, 1))).clip(2, 1_500)
    season = 1 + 0.25 * np.cos(np.arange(12) / 12 * 2 * np.pi + chance.uniform(0, 6.28, (customers, 1)))
    month = np.exp(chance.normal(0, 0.12, (customers, 12)))
    return (level * season * month * 1_000_000).astype(np.int64)


def cents(plan, used):
    """What each month costs, rounded once."""
    scale = 10 ** (6 + PRICE_DIGITS - 2)
    billed = np.full(used.shape, plan["fee"] * scale, np.int64)
    for above, end, price in zip([0, *plan["bounds"]], [*plan["bounds"], 1 << 40], plan["prices"]):
        billed += (used.clip(above * 1_000_000, end * 1_000_000) - above * 1_000_000) * price
    billed += np.where(used > plan["bounds"][0] * 1_000_000, plan["flat"] * scale, 0)
    return (np.maximum(billed, (plan["minimum"] or 0) * scale) + scale // 2) // scale


def chosen_plans(plans, used, chance):
    """Seven in ten have the cheapest plan that everybody can choose; the others one that is near it."""
    year = np.stack([cents(plan, used).sum(axis=1) for plan in plans], axis=1)
    closed = [at for at, plan in enumerate(plans) if plan["eligibility"] or plan["open_until"]]
    free = year.copy()
    free[:, closed] = 1 << 60
    best = free.argmin(axis=1)
    beside = (best + chance.choice([-6, -4, -3, -2, -1, 1, 2, 3, 4, 6], len(best))).clip(0, len(plans) - 1)
    return np.where(chance.random(len(best)) < 0.7, best, beside).tolist()


def customer_rows(ids):
    columns = "id external_id name email time_zone country search_text created_at updated_at"
    rows = (
        (id, f"C-{at:07}", f"Customer {at:07}", f"c{at:07}@example.com", "Europe/Dublin", "IE",
         f"customer {at:07} c{at:07}@example.com c-{at:07}", MADE_AT, MADE_AT)
        for at, id in enumerate(ids)
    )  # fmt: skip
    return "customers", columns, rows


def plan_rows(plans):
    columns = (
        "id code name currency monthly_fee minimum_commitment charges open_from open_until eligibility created_at updated_at"
    )
    rows = [
        (f"plan-{plan['code']}", plan["code"], plan["name"], "EUR", plan["fee"], plan["minimum"], charges(plan), None,
         plan["open_until"], plan["eligibility"], MADE_AT, MADE_AT)
        for plan in plans
    ]  # fmt: skip
    return "plans", columns, rows


def subscription_rows(ids, plans, held, chance):
    """One in seven is in a commitment that ends within two years, or has just ended."""
    columns = "id reference customer_id plan_id starts_on ends_on committed_until created_at updated_at"
    days = chance.integers(-200, 730, len(ids)).tolist()
    is_committed = (chance.random(len(ids)) < 0.15).tolist()
    rows = (
        (f"s{id[1:]}", f"S-{at:07}", id, f"plan-{plans[plan]['code']}", "2025-01-01", None,
         str(AS_OF + timedelta(days[at])) if is_committed[at] else None, MADE_AT, MADE_AT)
        for at, (id, plan) in enumerate(zip(ids, held))
    )  # fmt: skip
    return "subscriptions", columns, rows


def usage_rows(ids, used):
    columns = "customer_id meter used_on covers quantity created_at updated_at"
    months = [str(month) for month in MONTHS]
    rows = (
        (id, "gb", month, "month", quantity, MADE_AT, MADE_AT)
        for id, quantities in zip(ids, used.tolist())
        for month, quantity in zip(months, quantities)
    )
    return "usage", columns, rows


def bill_tables(ids, chance):
    """Bills of a third of the customers, two for some, with what was paid of them and who is not charged fees."""
    owner = np.flatnonzero(chance.random(len(ids)) < 1 / 3)
    owner = np.repeat(owner, 1 + (chance.random(len(owner)) < 0.3)).tolist()
    amount = chance.integers(400, 12_000, len(owner)).tolist()
    days = chance.integers(-20, 26, len(owner)).tolist()
    bills = [
        {"id": f"b{ids[of][1:-2]}{at % 256:02x}", "of": ids[of], "amount": amount[at], "due": AS_OF + timedelta(days[at])}
        for at, of in enumerate(owner)
    ]
    yield invoice_rows(bills, chance)
    yield payment_rows(bills, chance)
    yield exemption_rows(ids, chance)


def issued(bill):
    return bill["due"] - timedelta(21)


def invoice_rows(bills, chance):
    """Some are disputed, of some a later day is agreed; both also after the day that is looked at."""
    columns = (
        "id customer_id number currency amount issued_on due_on disputed_on agreed_due_on agreed_on created_at updated_at"
    )
    is_disputed, is_agreed = ((chance.random(len(bills)) < part).tolist() for part in (0.04, 0.03))
    rows = (
        (bill["id"], bill["of"], f"R-{at:07}", "EUR", bill["amount"], str(issued(bill)), str(bill["due"]),
         str(issued(bill) + timedelta(9)) if is_disputed[at] else None,
         str(bill["due"] + timedelta(10)) if is_agreed[at] else None,
         str(bill["due"] - timedelta(3)) if is_agreed[at] else None, MADE_AT, MADE_AT)
        for at, bill in enumerate(bills)
    )  # fmt: skip
    return "invoices", columns, rows


def payment_rows(bills, chance):
    """One bill in eight is paid in part, and a few of those are paid in full."""
    quarters = chance.integers(1, 5, len(bills)).tolist()
    rows = (
        (f"p{bills[at]['id'][1:]}", bills[at]["id"], f"P-{at:07}", bills[at]["amount"] * quarters[at] // 4,
         str(issued(bills[at]) + timedelta(12)), MADE_AT, MADE_AT)
        for at in np.flatnonzero(chance.random(len(bills)) < 0.12).tolist()
    )  # fmt: skip
    return "payments", "id invoice_id reference amount paid_on created_at updated_at", rows


def exemption_rows(ids, chance):
    rows = (
        (f"e{ids[of][1:]}", ids[of], "2026-01-01", None if of % 2 else "2026-12-31", "A hard year.", MADE_AT)
        for of in np.flatnonzero(chance.random(len(ids)) < 0.01).tolist()
    )
    return "fee_exemptions", "id customer_id starts_on ends_on reason made_at", rows


def fee_policy_rows():
    columns = (
        "id currency version starts_on grace_days flat_amount percent_millionths minimum_amount cap_amount warn_days made_on"
        " reason made_at"
    )
    rows = [
        ("policy-2", "EUR", 2, "2026-01-01", 3, 250, 15_000, 300, 1_000, 5, "2025-12-01", "The first of our own.", MADE_AT),
        ("policy-3", "EUR", 3, "2026-11-20", 5, 200, 12_500, 250, 900, 7, MADE_ON, "A little milder.", MADE_AT),
    ]
    return "fee_policies", columns, rows


def fact(name):
    return {"var": name}


# What every rule of a kind asks, as in the rule that Candor comes with.
FREE_TO_GO = [
    {"==": [fact("other_plan_is_open"), True]},
    {"==": [fact("is_eligible"), True]},
    {"==": [fact("price_is_known"), True]},
    {">=": [fact("months_compared"), 3]},
    {">": [fact("saving"), 0]},
]
WORTH_IT = [*FREE_TO_GO, {">": [fact("saving"), fact("switching_cost")]}]
FEE_IS_NEAR = [
    {">": [fact("bill_open"), 0]},
    {">": [fact("late_fee"), 0]},
    {"==": [fact("is_exempt_from_fees"), False]},
    {"<=": [fact("days_until_due"), fact("warn_days")]},
    {"==": [fact("bill_is_disputed"), False]},
    {">": [fact("days_until_fee"), 0]},
]
NOT_COVERED = {"or": [{"missing": ["credit_for_bill"]}, {"<": [fact("credit_for_bill"), fact("bill_open")]}]}

USUAL_PRICE = "Over {months_compared} months you would have paid {saving} less on {other_plan}."
USUAL_FEE = (
    "Your bill of {bill_open} is due on {due_on}. From {fee_on} a late fee of {late_fee} would be added. Pay before that day"
    " and there is no fee."
)

# Id, priority, what is asked beyond the usual, words.
BETTER_PRICE = [
    ("better-price", 100, WORTH_IT, [], USUAL_PRICE),
    ("half-the-price", 300, WORTH_IT, [{">=": [fact("saving_percent"), 50]}], "On {other_plan} you would have paid {saving_percent} less than on {plan}: {saving} in {months_compared} months."),
    ("third-of-the-price", 290, WORTH_IT, [{"<=": [33.3333, fact("saving_percent"), 50]}], "A third less: {other_plan} instead of {plan} would have saved you {saving}."),
    ("quarter-every-month", 280, WORTH_IT, [{">=": [fact("saving_percent"), 25]}, {"==": [fact("months_dearer"), 0]}], "{other_plan} would have cost you less in each of {months_compared} months, {saving} in all."),
    ("fifth-most-months", 270, WORTH_IT, [{">=": [fact("saving_percent"), 20]}, {"<": [fact("months_dearer"), 3]}], "{other_plan} would have cost {saving} less; {months_dearer} months would have cost more."),
    ("hundred-euros", 260, WORTH_IT, [{">=": [fact("saving"), 10_000]}], "{saving} less in {months_compared} months: look at {other_plan}."),
    ("fifty-euros-surely", 250, WORTH_IT, [{">=": [fact("saving"), 5_000]}, {"in": [fact("months_dearer"), [0, 1]]}], "{other_plan} would have saved you {saving}, and hardly a month would have cost more."),
    ("saving-a-month", 240, WORTH_IT, [{">": [fact("saving"), {"*": [fact("switching_cost"), 12]}]}, {">=": [{"/": [fact("saving"), 12]}, 400]}], "{saving} in {months_compared} months is what {plan} cost you above {other_plan}."),
    ("tenth-every-month", 230, WORTH_IT, [{">=": [fact("saving_percent"), 10]}, {"!": {">": [fact("months_dearer"), 0]}}], "No month would have cost more on {other_plan}, and all of them {saving} less."),
    ("from-the-smallest", 220, WORTH_IT, [{"in": [fact("plan"), ["Data 1", "Data 2", "Data 3"]]}, {">": [fact("saving"), 1_000]}], "You have outgrown {plan}: {other_plan} would have cost you {saving} less."),
    ("from-the-largest", 210, WORTH_IT, [{"in": [fact("plan"), ["Data 18", "Data 19", "Data 20"]]}, {">": [fact("saving"), 1_000]}], "{plan} is more than you need: {other_plan} would have cost you {saving} less."),
    ("after-commitment", 200, WORTH_IT, [{"==": [fact("commitment_days_left"), 0]}, {">=": [fact("saving"), 2_500]}], "You are free to change: {other_plan} would have saved you {saving}."),
    ("never-told", 190, WORTH_IT, [{"missing": ["days_since_told"]}, {">=": [fact("saving_percent"), 7.5]}], "We have not told you this before: {other_plan} would have cost you {saving} less."),
    ("told-long-ago", 180, WORTH_IT, [{">": [fact("days_since_told"), 180]}, {"<=": [fact("times_told"), 3]}], "Once more: {other_plan} would have cost you {saving} less."),
    ("few-dear-months", 170, WORTH_IT, [{"or": [{"<=": [fact("months_dearer"), 2]}, {">=": [fact("saving"), 3_000]}]}, {">=": [fact("saving_percent"), 4]}], "{other_plan} would have saved you {saving}. In {months_dearer} months it would have cost more."),
    ("some-dear-months", 160, WORTH_IT, [{"<=": [3, fact("months_dearer"), 5]}, {">": [fact("saving"), 500]}], "Not every month, yet over {months_compared}: {other_plan} would have cost you {saving} less."),
    ("commitment-ends-soon", 90, FREE_TO_GO, [{"missing": ["switching_cost"]}, {"<=": [fact("commitment_days_left"), 60]}], "In {commitment_days_left} days your commitment ends. {other_plan} would have saved you {saving}."),
    ("commitment-costs-much", 80, FREE_TO_GO, [{"missing": ["switching_cost"]}, {">=": [fact("saving_percent"), 30]}], "Your commitment lasts {commitment_days_left} days more. Ask us: {other_plan} would have saved you {saving_percent}."),
]  # fmt: skip
FEE_WARNING = [
    ("fee-warning", 100, [NOT_COVERED], USUAL_FEE),
    ("fee-tomorrow", 300, [NOT_COVERED, {"<=": [fact("days_until_fee"), 1]}], "Tomorrow a late fee of {late_fee} would be added to your bill of {bill_open}. Pay today and there is no fee."),
    ("fee-in-grace", 280, [NOT_COVERED, {"<": [fact("days_until_due"), 0]}, {">": [fact("days_until_fee"), 1]}], "Your bill was due on {due_on}. Until {fee_on} it costs nothing more; then {late_fee}."),
    ("fee-due-today", 270, [NOT_COVERED, {"==": [fact("days_until_due"), 0]}], "Your bill of {bill_open} is due today. From {fee_on} a late fee of {late_fee} would be added."),
    ("fee-after-agreement", 260, [NOT_COVERED, {"==": [fact("has_agreed_date"), True]}], "We agreed on {due_on} for your bill of {bill_open}. From {fee_on} a late fee of {late_fee} would be added."),
    ("fee-of-a-small-bill", 250, [NOT_COVERED, {"<": [fact("bill_open"), 1_000]}], "A late fee of {late_fee} is much beside {bill_open}. Pay before {fee_on} and there is none."),
    ("fee-half-the-bill", 240, [{">=": [{"*": [fact("late_fee"), 2]}, fact("bill_open")]}], "The late fee of {late_fee} would be half of your bill. Pay before {fee_on}."),
    ("fee-of-a-large-bill", 230, [NOT_COVERED, {">=": [fact("bill_open"), 10_000]}], "Your bill of {bill_open} is due in {days_until_due} days. If that is hard, tell us before {fee_on}."),
    ("fee-high", 220, [NOT_COVERED, {">": [fact("late_fee"), 400]}, {"missing": ["days_since_told"]}], "Pay {bill_open} before {fee_on}, and the late fee of {late_fee} does not come."),
    ("fee-soon", 210, [NOT_COVERED, {"<=": [1, fact("days_until_due"), 2]}], "Your bill of {bill_open} is due in {days_until_due} days, on {due_on}."),
]  # fmt: skip
NOTHING_TO_DO = [{">=": [fact("credit_for_bill"), fact("bill_open")]}]
DISPUTE = [
    {">": [fact("bill_open"), 0]},
    {"==": [fact("bill_is_disputed"), True]},
    {"<=": [fact("days_until_due"), fact("warn_days")]},
]


IS_LATE = [
    {">": [fact("bill_open"), 0]},
    {"==": [fact("bill_is_disputed"), False]},
]
FEE_CAME = [
    *IS_LATE,
    {">": [fact("late_fee"), 0]},
    {"==": [fact("is_exempt_from_fees"), False]},
    {"<=": [fact("days_until_fee"), 0]},
]
OVERDUE = [
    *IS_LATE,
    {"<=": [fact("days_until_due"), -1]},
    {
        "or": [
            {"==": [fact("fee_is_set"), False]},
            {"==": [fact("is_exempt_from_fees"), True]},
            {"<=": [fact("late_fee"), 0]},
        ]
    },
]


def rule_rows():
    """Eighteen rules about a better price, ten about a late fee, and one each about credit, a dispute and what is late."""
    rules = [rule(id, "better_price", priority, all + more, words) for id, priority, all, more, words in BETTER_PRICE]
    rules += [rule(id, "fee_warning", priority, FEE_IS_NEAR + more, words) for id, priority, more, words in FEE_WARNING]
    covered = "Your bill of {bill_open} is due on {due_on}. Your credit covers it, so there is nothing to do."
    rules.append(rule("nothing-to-do", "nothing_to_do", 100, FEE_IS_NEAR + NOTHING_TO_DO, covered))
    settled = "You told us that your bill due on {due_on} is wrong. Let us settle that first."
    rules.append(rule("dispute", "dispute", 100, DISPUTE, settled))
    came = "Your bill was due on {due_on}, and {bill_open} of it is still open. Since {fee_on} a late fee of {late_fee} applies."
    rules.append(rule("fee-came", "fee_came", 100, FEE_CAME, came))
    late = "Your bill was due on {due_on}, and {bill_open} of it is still open."
    rules.append(rule("overdue", "overdue", 100, OVERDUE, late))
    rows = [(rule["id"], rule["version"], json.dumps(rule, ensure_ascii=False), MADE_ON, MADE_AT) for rule in rules]
    return "rules", "id version body made_on made_at", rows


def rule(id, kind, priority, conditions, words):
    # The rule Candor comes with is version 1 of its id.
    is_usual = id == kind.replace("_", "-")
    return {
        "id": id,
        "kind": kind,
        "version": 2 if is_usual else 1,
        "name": id.replace("-", " ").capitalize(),
        "condition": {"and": conditions},
        "words": words,
        "priority": priority,
        "starts_on": MADE_ON,
        "reason": "Measured with many rules.",
    }


def connect(url):
    if url.startswith("sqlite:"):
        db = sqlite3.connect(url.removeprefix("sqlite:").removeprefix("//"))
        # Data that can be made again need not survive a loss of power.
        db.execute("pragma synchronous = off")
        return db
    import psycopg

    return psycopg.connect(url)


def load(db, table, columns, rows):
    names = columns.split()
    if isinstance(db, sqlite3.Connection):
        places = ", ".join("?" * len(names))
        db.executemany(f"insert into {table} ({', '.join(names)}) values ({places})", rows)
        return
    with db.cursor() as cursor, cursor.copy(f"copy {table} ({', '.join(names)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def finish(db):
    db.commit()
    if isinstance(db, sqlite3.Connection):
        db.execute("pragma wal_checkpoint(truncate)")
        return
    # As its own housekeeping would do a minute later.
    db.autocommit = True
    db.execute("vacuum (analyze)")


if __name__ == "__main__":
    main()
