"""One look at every customer, as `candor advise --as-of DATE` takes it, written with polars.

    python advise.py DATABASE_URL DATE

Reads the same tables and writes the same rows to `notices`, in one transaction. Everything about customers is worked out in
columns; only plans, policies and rules, of which there are few, are gone through one by one. What the measured data does not
have is refused, not done: credit, competitors, other charges than one graduated one of `gb`, other currencies than the
euro, plans that include units, which alone have a size to advise on, and the rules that Candor comes with, which must each
have been replaced by one that was published.
"""

import json
import re
import sys
import time
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

METER = "gb"
LOOK_BACK_MONTHS = 12
SHOWN_DAYS = 100
REMEMBERED_DAYS = 800
# Quantities are kept in millionths.
UNIT = 1_000_000
# More months than any number of one, and more units than anybody uses.
MONTHS_OF_A_KEY = 200_000
NO_END = 1 << 62


def main():
    url, day = sys.argv[1], date.fromisoformat(sys.argv[2])
    refuse_what_is_not_done(url, day)
    told = Told(url, day)
    rules = rules_in_force(url, day)
    notices = pl.concat([about_offers(url, day, rules, told), about_bills(url, day, rules, told)])
    write(url, finished(notices, day))
    for kind, many in notices["kind"].value_counts().sort("kind").iter_rows():
        print(f"{kind:<20}{many:>8}")


# Reading


def read(url, query):
    """What was fastest for each of what polars can read it with; rows of Python's own took two to three times as long."""
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:").removeprefix("//")
        return pl.read_database_uri(query, f"sqlite://{path}", engine="connectorx")
    return pl.read_database_uri(query, url, engine="adbc")


def refuse_what_is_not_done(url, day):
    others = read(
        url,
        f"""select (select count(*) from credits) as credits,
                   (select count(*) from notices where kind = 'fee_warning') as warnings,
                   (select count(*) from competitors where checked_on <= '{day}') as competitors,
                   (select count(*) from plans where currency <> 'EUR')
                   + (select count(*) from invoices where currency <> 'EUR')
                   + (select count(*) from fee_policies where currency <> 'EUR') as currencies""",
    )
    for what, many in others.row(0, named=True).items():
        if many:
            sys.exit(f"{many} {what} that this script does not know what to do with")


class Told:
    """What customers were told before."""

    def __init__(self, url, day):
        since = day - timedelta(REMEMBERED_DAYS)
        notices = read(url, f"select customer_id, kind, dedupe_key, as_of from notices where as_of >= '{since}'")
        self.keys = notices.select("dedupe_key")
        before = notices.filter(pl.col("as_of") <= str(day))
        last = pl.col("as_of").max().str.to_date()
        self.times = before.group_by("customer_id", "kind").agg(
            times_told=pl.len().cast(pl.Int64), days_since_told=(pl.lit(day) - last).dt.total_days()
        )

    def facts(self, subjects, kind):
        """How often they were told of this kind, and how long ago; not known where they never were."""
        times = self.times.filter(pl.col("kind") == kind).drop("kind")
        return subjects.join(times, on="customer_id", how="left").with_columns(pl.col("times_told").fill_null(0))

    def new(self, notices):
        return notices.join(self.keys, on="dedupe_key", how="anti")


# Rules: JSONLogic and words to expressions, the facts being columns

TYPES = {
    "today": "date",
    "currency": "text",
    "days_since_told": "number",
    "times_told": "number",
    "days_until_due": "number",
    "days_until_fee": "number",
    "warn_days": "number",
    "due_on": "date",
    "fee_on": "date",
    "fee_is_set": "yes or no",
    "late_fee": "money",
    "bill_open": "money",
    "credit_for_bill": "money",
    "bill_is_disputed": "yes or no",
    "is_exempt_from_fees": "yes or no",
    "has_agreed_date": "yes or no",
    "plan": "text",
    "other_plan": "text",
    "other_plan_is_open": "yes or no",
    "is_eligible": "yes or no",
    "price_is_known": "yes or no",
    "saving": "money",
    "saving_percent": "percent",
    "switching_cost": "money",
    "months_compared": "number",
    "months_dearer": "number",
    "coverage_percent": "percent",
    "commitment_days_left": "number",
}
# A percentage is kept in ten-thousandths of a percent.
PARTS = {"percent": 10_000}
ORDERS = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def rules_in_force(url, day):
    """By kind, the highest priority first. Of the versions of one rule the one that started last holds, until it ends."""
    bodies = read(url, f"select body from rules where made_on <= '{day}'")["body"]
    last = {}
    for rule in (json.loads(body, parse_float=Fraction) for body in bodies):
        start = rule.get("starts_on", "")
        if start <= str(day) and (start, rule["version"]) >= last.get(rule["id"], ("", 0))[:2]:
            last[rule["id"]] = (start, rule["version"], rule)
    for kind in ("better_price", *ABOUT_BILLS):
        if kind.replace("_", "-") not in last:
            sys.exit(f"no version of the usual rule of kind {kind} was published")
    rules = {}
    for _, _, rule in sorted(last.values(), key=lambda one: (-one[2]["priority"], one[2]["id"])):
        if str(day) <= (rule.get("ends_on") or "9999"):
            rules.setdefault(rule["kind"], []).append(rule)
    return rules


def holds(node):
    """Whether a condition holds, for each row; what is compared with something not known does not."""
    if isinstance(node, bool):
        return pl.lit(node)
    ((name, parts),) = node.items()
    if name == "and":
        return pl.all_horizontal(map(holds, parts))
    if name == "or":
        return pl.any_horizontal(map(holds, parts))
    if name == "!":
        return ~holds(parts[0] if isinstance(parts, list) else parts)
    if name == "missing":
        facts = parts if isinstance(parts, list) else [parts]
        return pl.any_horizontal(known(fact).is_null() for fact in facts)
    if name == "in":
        return pl.any_horizontal(compared("==", parts[0], item) for item in parts[1])
    if name == "var":
        return known(parts).fill_null(False)
    if len(parts) == 3:
        return compared(name, parts[0], parts[1]) & compared(name, parts[1], parts[2])
    return compared(name, *parts)


def known(fact):
    return pl.col(fact) if fact in TYPES else pl.lit(None, pl.Int64)


def compared(name, left, right):
    """Numbers are fractions, so that nothing is rounded; anything else is compared as it is."""
    order = ORDERS[name.replace("===", "==").replace("!==", "!=")]
    if is_number(left) and is_number(right):
        (above, below), (other_above, other_below) = number(left), number(right)
        return order(above * other_below, other_above * below).fill_null(False)
    return order(value(left, right), value(right, left)).fill_null(False)


def is_number(node):
    if isinstance(node, dict) and "var" in node:
        return TYPES.get(node["var"]) in ("number", "money", "percent")
    return not isinstance(node, (bool, str))


def number(node):
    """What is above and what is below the line; below is a plain number above zero."""
    if not isinstance(node, dict):
        return Fraction(node).numerator, Fraction(node).denominator
    ((name, parts),) = node.items()
    if name == "var":
        return known(parts), PARTS.get(TYPES[parts], 1)
    (above, below), (other_above, other_below) = map(number, parts)
    if name == "*":
        return above * other_above, below * other_below
    if name == "/" and isinstance(other_above, int) and other_above > 0:
        return above * other_below, below * other_above
    if name in "+-":
        other = other_above * below
        return above * other_below + (other if name == "+" else -other), below * other_below
    sys.exit(f"{name} is not reckoned by this script")


def value(node, beside):
    if isinstance(node, dict):
        return known(node["var"])
    is_date = isinstance(beside, dict) and TYPES.get(beside["var"]) == "date"
    return pl.lit(date.fromisoformat(node) if is_date else node)


def spoken(words):
    """The words of a rule with the facts filled in; nothing where one is not known."""
    parts = re.split(r"\{\s*(\w+)\s*\}", words)
    said = [pl.lit(part) if at % 2 == 0 else said_fact(part) for at, part in enumerate(parts) if part]
    return pl.concat_str(said)


def said_fact(fact):
    is_of, column = TYPES[fact], known(fact)
    if is_of == "money":
        return euros(column)
    if is_of == "percent":
        # What is below a hundredth is cut off.
        part = (column % 10_000 // 100).cast(pl.String).str.zfill(2).str.strip_chars_end("0")
        point = pl.when(part == "").then(pl.lit("")).otherwise(pl.lit("."))
        return pl.concat_str((column // 10_000).cast(pl.String), point, part, pl.lit(" %"))
    if is_of == "date":
        return column.dt.strftime("%-d %B %Y")
    if is_of == "yes or no":
        return yes_or_no(column)
    return column.cast(pl.String)


def yes_or_no(column):
    return pl.when(column).then(pl.lit("yes")).otherwise(pl.lit("no"))


def euros(cents):
    """`€1,234.50`"""
    whole = cents // 100
    threes = [(whole // 1000**at % 1000).cast(pl.String).str.zfill(3) for at in (1, 0)]
    first = [(whole // 1000**at).cast(pl.String) for at in (2, 1, 0)]
    grouped = (
        pl.when(whole < 1_000)
        .then(first[2])
        .when(whole < 1_000_000)
        .then(pl.concat_str(first[1], pl.lit(","), threes[1]))
        .otherwise(pl.concat_str(first[0], pl.lit(","), threes[0], pl.lit(","), threes[1]))
    )
    return pl.concat_str(pl.lit("€"), grouped, pl.lit("."), (cents % 100).cast(pl.String).str.zfill(2))


def first_that_holds(rules):
    """The place of the first of `rules` that holds for a row; nothing where none does."""
    return pl.coalesce([pl.when(holds(rule["condition"])).then(pl.lit(at)) for at, rule in enumerate(rules)])


def with_rule(notices, rules):
    """The words, the id and the version of each row's rule. Where the words speak of what is not known nothing is told."""
    each = [
        notices.filter(pl.col("rule_at") == at).with_columns(
            words=spoken(rule["words"]), rule=pl.lit(rule["id"]), rule_version=pl.lit(rule["version"], pl.Int64)
        )
        for at, rule in enumerate(rules)
    ]
    return pl.concat(each).filter(pl.col("words").is_not_null())


# Evidence: JSON put together by columns, with no object for each customer


def text_fact(name, value):
    return pl.concat_str(pl.lit(f'{{"name":"{name}","value":{{"text":'), quoted(value), pl.lit("}}"))


def quoted(text):
    return pl.concat_str(pl.lit('"'), text.str.replace_many(["\\", '"'], ["\\\\", '\\"']), pl.lit('"'))


def money_fact(name, cents):
    return pl.concat_str(
        pl.lit(f'{{"name":"{name}","value":{{"money":{{"minor":'), cents.cast(pl.String), pl.lit(',"currency":"EUR"}}}')
    )


def date_fact(name, day):
    return pl.concat_str(pl.lit(f'{{"name":"{name}","value":{{"date":"'), day.cast(pl.String), pl.lit('"}}'))


def days_fact(name, days):
    return pl.concat_str(pl.lit(f'{{"name":"{name}","value":{{"days":'), days.cast(pl.String), pl.lit("}}"))


def step(words, cents):
    return pl.concat_str(
        pl.lit('{"words":"'), words, pl.lit('","amount":{"minor":'), cents.cast(pl.String), pl.lit(',"currency":"EUR"}}')
    )


def evidence(says, facts, steps):
    """Facts and steps that are nothing are left out."""
    return pl.concat_str(
        pl.lit('{"says":'), quoted(says), pl.lit(',"facts":['), pl.concat_str(facts, separator=",", ignore_nulls=True),
        pl.lit('],"steps":['), pl.concat_str(steps, separator=",", ignore_nulls=True), pl.lit("]}"),
    )  # fmt: skip


# Another plan that would have cost less

BETTER_PRICE_SAYS = (
    "we price your own use of each month on your plan and on the other plans open to you, with everything above an"
    " allowance included. Months of which fewer than 75 % of the days were read are left out, and where these are more than"
    " a quarter we advise nothing. We tell you also where some months would have cost more."
)


class Plans:
    """Every plan by its code, with prices as whole numbers of one scale, so that all arithmetic is of integers."""

    def __init__(self, url):
        columns = "id, code, name, monthly_fee, minimum_commitment, charges, open_from, open_until, eligibility"
        rows = list(read(url, f"select {columns} from plans").sort("code").iter_rows(named=True))
        ranges = [graduated_ranges(row) for row in rows]
        prices = [Fraction(tier["per_unit_amount"]) for tiers in ranges for tier in tiers]
        flats = [Fraction(tier.get("flat_amount", 0)) for tiers in ranges for tier in tiers]
        self.digits = next(n for n in range(2, 13) if all((p * 10**n).denominator == 1 for p in prices + flats))
        self.scale = UNIT * 10 ** (self.digits - 2)
        self.most_tiers = max(map(len, ranges))
        terms = [self.terms(at, row, tiers) for at, (row, tiers) in enumerate(zip(rows, ranges))]
        self.frame = pl.DataFrame(terms, infer_schema_length=None)

    def terms(self, at, row, tiers):
        terms = {
            "plan_at": at,
            **{name: row[name] for name in ("id", "code", "name", "open_from", "open_until", "eligibility")},
            "fee": row["monthly_fee"] * self.scale,
            "least": (row["minimum_commitment"] or 0) * self.scale,
        }
        above = price = 0
        # A plan of fewer tiers has others that nobody reaches.
        for tier in range(self.most_tiers):
            given = tiers[tier] if tier < len(tiers) else {"to_value": None, "per_unit_amount": 0}
            end = given["to_value"]
            # What a unit above the start of the tier costs more than one below it, or less.
            each = int(Fraction(given["per_unit_amount"]) * 10**self.digits)
            terms[f"above{tier}"] = above
            terms[f"more{tier}"] = each - price
            terms[f"flat{tier}"] = int(Fraction(given.get("flat_amount", 0)) * UNIT * 10**self.digits)
            above, price = NO_END if end is None else int(Fraction(end) * UNIT), each
        return terms

    def cents(self, units, terms):
        """What a month costs, rounded once, a half up. `terms` gives a number or a column by its name."""
        billed = units * terms("more0") + (terms("fee") + terms("flat0"))
        for tier in range(1, self.most_tiers):
            above, more, flat = (terms(f"{name}{tier}") for name in ("above", "more", "flat"))
            billed = billed + (units - above).clip(0) * more
            if is_some(flat):
                billed = billed + (units > above) * flat
        if is_some(terms("least")):
            billed = pl.max_horizontal(billed, terms("least"))
        return (billed + self.scale // 2) // self.scale

    def open_to_all(self, day):
        """Those that everybody can choose on the day."""
        column = pl.col
        is_open = (column("open_from").fill_null("") <= str(day)) & (column("open_until").fill_null("9999") >= str(day))
        return self.frame.filter(is_open & column("eligibility").is_null()).rows(named=True)


def is_some(term):
    return isinstance(term, pl.Expr) or term != 0


def graduated_ranges(plan):
    charges = json.loads(plan["charges"], parse_float=Fraction)
    if len(charges) != 1 or charges[0]["meter"] != METER or charges[0]["charge_model"] != "graduated":
        sys.exit(f"{plan['code']} has charges that this script does not price")
    ranges = charges[0]["properties"]["graduated_ranges"]
    if not Fraction(ranges[0]["per_unit_amount"]) and not Fraction(ranges[0].get("flat_amount", 0)):
        sys.exit(f"{plan['code']} includes units, and this script advises on no sizes")
    return ranges


def about_offers(url, day, rules, told):
    rules = rules.get("better_price", [])
    plans = Plans(url)
    held = subscriptions(url, day, plans)
    months = priced_months(url, day, plans, held)
    chosen = told.facts(candidates(day, plans, held, months), "better_price")
    chosen = chosen.with_columns(rule_at=first_that_holds(rules)).filter(pl.col("rule_at").is_not_null())
    # The plan that saves the most of those for which a rule holds; of two that save the same, the first by its code.
    chosen = chosen.sort("held_at", "saving", "other_at", descending=[False, True, False])
    quarter = f"{day.year}-{(day.month + 2) // 3}"
    chosen = chosen.unique("held_at", keep="first", maintain_order=True).with_columns(
        kind=pl.lit("better_price"),
        dedupe_key=pl.format("switch:{}:{}:{}", "subscription_id", "other_code", pl.lit(quarter)),
    )
    chosen = with_rule(told.new(chosen), rules)
    chosen = chosen.join(compared_months(plans, chosen, months), on="held_at")
    return chosen.select(
        "customer_id", pl.lit(None, pl.String).alias("invoice_id"), "subscription_id", "kind", "dedupe_key",
        pl.col("other_code").alias("subject"), pl.col("saving").alias("amount"),
        pl.lit(None, pl.Date).alias("due_on"), pl.lit(None, pl.Date).alias("fee_on"),
        pl.min_horizontal(pl.lit(day + timedelta(SHOWN_DAYS)), "other_open_until").alias("holds_until"),
        "rule", "rule_version", "words", offer_evidence(day).alias("evidence"),
    )  # fmt: skip


def subscriptions(url, day, plans):
    """Those that run. What two of one customer used of one meter cannot be told apart, and all plans have the same."""
    rows = read(
        url,
        f"""select id as subscription_id, customer_id, plan_id, committed_until from subscriptions
            where starts_on <= '{day}' and (ends_on is null or ends_on >= '{day}')""",
    )
    rows = rows.filter(pl.len().over("customer_id") == 1).with_columns(pl.col("committed_until").str.to_date())
    left = days_until("committed_until", day)
    named = plans.frame.select(plan_id="id", plan_at="plan_at", plan="name")
    return rows.join(named, on="plan_id").with_row_index("held_at").with_columns(
        commitment_days_left=left.fill_null(0).clip(0),
        # What leaving a commitment costs is not known.
        switching_cost=pl.when(left.fill_null(-1) < 0).then(pl.lit(0, pl.Int64)),
    )


def priced_months(url, day, plans, held):
    """What each whole month with readings cost, by subscription and month."""
    first = day.replace(day=1)
    start = first.replace(year=first.year - LOOK_BACK_MONTHS // 12)
    usage = read(
        url,
        f"""select customer_id, used_on, quantity from usage
            where meter = '{METER}' and used_on >= '{start}' and used_on < '{first}'""",
    )
    terms = plans.frame.drop("id", "code", "name", "open_from", "open_until", "eligibility")
    # One number for subscription and month sorts and groups in a third of the time of two columns.
    key = pl.col("held_at").cast(pl.Int64) * MONTHS_OF_A_KEY + month_number(pl.col("used_on"))
    return (
        usage.lazy()
        .join(held.lazy().select("customer_id", "held_at", "plan_at"), on="customer_id")
        .select("plan_at", "quantity", key=key)
        .sort("key")
        .group_by("key", maintain_order=True)
        .agg(pl.col("plan_at").first(), units=pl.col("quantity").sum())
        .join(terms.lazy(), on="plan_at", maintain_order="left")
        .select(
            held_at=(pl.col("key") // MONTHS_OF_A_KEY).cast(pl.UInt32),
            month=(pl.col("key") % MONTHS_OF_A_KEY).cast(pl.Int32),
            units="units",
            now=plans.cents(pl.col("units"), pl.col),
        )
        .collect()
    )


def month_number(day):
    return day.str.head(4).cast(pl.Int32) * 12 + day.str.slice(5, 2).cast(pl.Int32) - 1


def candidates(day, plans, held, months):
    """Each plan that would have cost a customer less, with everything a rule may ask about it."""
    others = plans.open_to_all(day)
    there = months.lazy().select(
        "held_at", "now", *(plans.cents(pl.col("units"), plan.get).alias(plan["code"]) for plan in others)
    )
    codes = [plan["code"] for plan in others]
    sums = there.group_by("held_at").agg(
        pl.len().cast(pl.Int64).alias("months_compared"),
        pl.col("now", *codes).sum(),
        *((pl.col(code) > pl.col("now")).sum().cast(pl.Int64).alias(f"{code} dearer") for code in codes),
    )
    sums = sums.collect()
    cheaper = [
        sums.lazy()
        .filter(pl.col(plan["code"]) < pl.col("now"))
        .select("held_at", "months_compared", "now", there=plan["code"], months_dearer=f"{plan['code']} dearer",
                other_at=pl.lit(plan["plan_at"]), other_code=pl.lit(plan["code"]), other_plan=pl.lit(plan["name"]),
                other_open_until=pl.lit(plan["open_until"], pl.String).str.to_date())
        for plan in others
    ]  # fmt: skip
    saving = pl.col("now") - pl.col("there")
    return (
        pl.concat(cheaper)
        .join(held.lazy(), on="held_at")
        .filter(pl.col("other_at") != pl.col("plan_at"))
        .with_columns(
            saving=saving,
            saving_percent=saving * 1_000_000 // pl.col("now"),
            today=pl.lit(day),
            currency=pl.lit("EUR"),
            other_plan_is_open=pl.lit(True),
            is_eligible=pl.lit(True),
            price_is_known=pl.lit(True),
            # Every month was read.
            coverage_percent=pl.lit(1_000_000),
        )
        .collect()
    )


def compared_months(plans, chosen, months):
    """The steps of each notice, month by month, and the months that would have cost more."""
    terms = plans.frame.drop("id", "code", "name", "open_from", "open_until", "eligibility").rename({"plan_at": "other_at"})
    names = {month: date(month // 12, month % 12 + 1, 1).strftime("%B %Y") for month in months["month"].unique()}
    name, now, there = pl.col("name"), pl.col("now"), pl.col("there")
    words = pl.concat_str(name, pl.lit(": "), euros(now), pl.lit(" now, "), euros(there), pl.lit(" there"))
    return (
        months.lazy()
        .join(chosen.lazy().select("held_at", "other_at"), on="held_at", maintain_order="left")
        .join(terms.lazy(), on="other_at", maintain_order="left")
        .select("held_at", "now", name=pl.col("month").replace_strict(names), there=plans.cents(pl.col("units"), pl.col))
        .select("held_at", step=step(words, now - there), dearer=pl.when(there > now).then(name))
        .group_by("held_at", maintain_order=True)
        .agg(pl.col("step").str.join(","), pl.col("dearer").str.join(", "))
        .collect()
    )


def offer_evidence(day):
    now, there = pl.col("now"), pl.col("there")
    dearer = pl.when(pl.col("dearer") == "").then(pl.lit("none")).otherwise(pl.col("dearer"))
    facts = [
        text_fact("Your plan", pl.col("plan")),
        text_fact("The other plan", pl.col("other_plan")),
        text_fact("Months with readings", pl.format(f"{{}} of {LOOK_BACK_MONTHS}", "months_compared")),
        text_fact("Months that would have cost more", dearer),
        money_fact("In all now", now),
        money_fact("In all there", there),
        money_fact("Changing costs", pl.col("switching_cost")),
        date_fact("Day we looked", pl.lit(day)),
    ]
    in_all = pl.concat_str(pl.lit("In all: "), euros(now), pl.lit(" now, "), euros(there), pl.lit(" there"))
    return evidence(pl.lit(BETTER_PRICE_SAYS), facts, [pl.col("step"), step(in_all, pl.col("saving"))])


# Bills

# What can be said of a bill, the first before the others.
ABOUT_BILLS = ("dispute", "nothing_to_do", "fee_warning", "overdue")
OF_A_FEE = ("nothing_to_do", "fee_warning")

OVERDUE_SAYS = "where a bill is still open after its day we tell you, also where being late costs nothing."

DISPUTES_FIRST = (
    "when you tell us that a bill is wrong, we settle that with you first. Until then we do not ask you to pay it, and we"
    " reckon no late fee."
)


def about_bills(url, day, rules, told):
    """The first kind of notice that is due for each open bill, where it was not told yet."""
    left = open_bills(url, day)
    notices = []
    for kind in ABOUT_BILLS:
        is_dispute = kind == "dispute"
        key = pl.format("dispute:{}", "invoice_id") if is_dispute else pl.format(f"{kind}:{{}}:{{}}", "invoice_id", "due_on")
        of_kind = rules.get(kind, [])
        due = told.facts(left, kind).with_columns(
            kind=pl.lit(kind),
            dedupe_key=key,
            amount=pl.col("late_fee" if kind == "fee_warning" else "bill_open"),
            notice_fee_on=pl.col("fee_on") if kind in OF_A_FEE else pl.lit(None, pl.Date),
            evidence=(overdue_evidence if kind == "overdue" else bill_evidence)(day),
            rule_at=first_that_holds(of_kind),
        )
        due = due.filter(pl.col("rule_at").is_not_null())
        left = left.join(due, on="invoice_id", how="anti")
        notices.append(with_rule(told.new(due), of_kind))
    return pl.concat(notices).select(
        "customer_id", "invoice_id", pl.lit(None, pl.String).alias("subscription_id"), "kind", "dedupe_key",
        pl.col("number").alias("subject"), "amount", "due_on", pl.col("notice_fee_on").alias("fee_on"),
        pl.lit(None, pl.Date).alias("holds_until"), "rule", "rule_version", "words", "evidence",
    )  # fmt: skip


def open_bills(url, day):
    """Every open bill with the policy for its due date and everything a rule may ask about it."""
    bills = read(
        url,
        f"""select id as invoice_id, customer_id, number, amount as billed, due_on as first_due_on, agreed_on, agreed_due_on,
                   disputed_on
            from invoices where issued_on <= '{day}'""",
    )
    paid = read(url, f"select invoice_id, amount as paid from payments where paid_on <= '{day}'")
    exempt = read(
        url,
        f"""select distinct customer_id from fee_exemptions
            where starts_on <= '{day}' and (ends_on is null or ends_on >= '{day}')""",
    )
    bills = bills.join(paid.group_by("invoice_id").agg(pl.col("paid").sum()), on="invoice_id", how="left")
    # What was agreed or disputed later is not known yet.
    is_agreed = pl.col("agreed_on") <= str(day)
    bills = bills.with_columns(
        pl.col("paid").fill_null(0),
        pl.col("first_due_on").str.to_date(),
        agreed_due_on=pl.when(is_agreed).then(pl.col("agreed_due_on")).str.to_date(),
        bill_is_disputed=(pl.col("disputed_on") <= str(day)).fill_null(False),
        is_exempt_from_fees=pl.col("customer_id").is_in(exempt["customer_id"].implode()),
    )
    bills = bills.filter(pl.col("billed") > pl.col("paid")).sort("first_due_on")
    known = bills.join_asof(fee_policies(url, day), left_on="first_due_on", right_on="starts_on")
    return with_bill_facts(known.filter(pl.col("version").is_not_null()), day)


def with_bill_facts(bills, day):
    column = pl.col
    bills = bills.with_columns(
        bill_open=column("billed") - column("paid"),
        due_on=pl.max_horizontal("first_due_on", "agreed_due_on"),
        today=pl.lit(day),
        currency=pl.lit("EUR"),
        credit_for_bill=pl.lit(0, pl.Int64),
    )
    bills = bills.with_columns(
        fee_on=column("due_on") + pl.duration(days=column("grace_days") + 1),
        has_agreed_date=column("due_on") > column("first_due_on"),
        fee_is_set=pl.lit(True),
    )
    share = column("bill_open") * column("percent_millionths") // 1_000_000
    bills = bills.with_columns(share=share, before_bounds=column("flat_amount") + share)
    raised = pl.min_horizontal(pl.max_horizontal("before_bounds", "minimum_amount"), "cap_amount")
    # Nobody was warned before, so no fee came where its day has.
    is_ahead = (column("before_bounds") > 0) & (column("fee_on") > pl.lit(day))
    bills = bills.with_columns(late_fee=pl.when(is_ahead).then(raised).otherwise(0))
    return bills.with_columns(days_until_due=days_until("due_on", day), days_until_fee=days_until("fee_on", day))


def days_until(name, day):
    return (pl.col(name) - pl.lit(day)).dt.total_days()


def fee_policies(url, day):
    """Each version that was made by the day."""
    columns = "version, starts_on, grace_days, flat_amount, percent_millionths, minimum_amount, cap_amount, warn_days"
    rows = read(url, f"select {columns} from fee_policies where made_on <= '{day}'").rows(named=True)
    rows = [{**row, "says": policy_words(row), "percent": percent_words(row)} for row in rows]
    policies = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.col("starts_on").str.to_date())
    return policies.sort("starts_on", "version").unique("starts_on", keep="last").sort("starts_on")


def percent_words(policy):
    return f"{policy['percent_millionths'] / 10_000:.4f}".rstrip("0").rstrip(".")


def policy_words(policy):
    flat, percent = policy["flat_amount"], policy["percent_millionths"]
    if not flat and not percent:
        return "a bill that is paid late costs nothing more."
    share = f"{percent_words(policy)} % of what is open"
    fee = " plus ".join([euro_words(flat)] * (flat > 0) + [share] * (percent > 0))
    if policy["minimum_amount"] > flat:
        fee += f", at least {euro_words(policy['minimum_amount'])}"
    if policy["cap_amount"] is not None:
        fee += f", at most {euro_words(policy['cap_amount'])}"
    grace, warn = policy["grace_days"], policy["warn_days"]
    paid_by = f"within {days_words(grace)} after its due date" if grace else "by its due date"
    warned = f"{days_words(warn)} before the due date" if warn else "on the due date"
    return f"a bill that is not paid {paid_by} draws a late fee, once: {fee}. We tell you from {warned} on."


def euro_words(cents):
    return f"€{cents // 100:,}.{cents % 100:02}"


def days_words(days):
    return "1 day" if days == 1 else f"{days} days"


def bill_evidence(day):
    column = pl.col
    undisputed = ~column("bill_is_disputed")
    says = pl.when(undisputed).then(column("says")).otherwise(pl.lit(DISPUTES_FIRST))
    facts = [
        text_fact("Bill", column("number")),
        money_fact("Amount of the bill", column("billed")),
        money_fact("Paid so far", column("paid")),
        money_fact("Still open", column("bill_open")),
        date_fact("Due date", column("first_due_on")),
        date_fact("Later date we agreed", column("agreed_due_on")),
        text_fact("In dispute", yes_or_no(column("bill_is_disputed"))),
        text_fact("Version of the fee policy", column("version").cast(pl.String)),
        days_fact("Days of grace", column("grace_days")),
        days_fact("Days we warn before", column("warn_days")),
        pl.when(undisputed).then(date_fact("A fee is added on", column("fee_on"))),
        date_fact("Day we looked", pl.lit(day)),
    ]
    steps = [pl.when(undisputed & is_taken).then(step(words, cents)) for is_taken, words, cents in fee_steps()]
    return evidence(says, facts, steps)


def overdue_evidence(day):
    column = pl.col
    facts = [
        text_fact("Bill", column("number")),
        date_fact("Due date", column("first_due_on")),
        date_fact("Later date we agreed", column("agreed_due_on")),
        date_fact("Day we looked", pl.lit(day)),
    ]
    less = pl.concat_str(pl.lit("less "), euros(column("paid")), pl.lit(" paid so far, leaves"))
    steps = [
        step(pl.lit("Amount of the bill"), column("billed")),
        pl.when(column("paid") != 0).then(step(less, column("bill_open"))),
    ]
    return evidence(pl.lit(OVERDUE_SAYS), facts, steps)


def fee_steps():
    """When each step of the fee is taken, its words and what the fee is after it."""
    column = pl.col
    has_share = column("percent_millionths") > 0
    has_flat = (column("flat_amount") > 0) | ~has_share
    sum_, least, most = column("before_bounds"), column("minimum_amount"), column("cap_amount")
    is_raised = (sum_ > 0) & (sum_ < least)
    plus = pl.when(has_flat).then(pl.lit("plus ")).otherwise(pl.lit(""))
    share = pl.concat_str(
        plus, column("percent"), pl.lit(" % of the "), euros(column("bill_open")), pl.lit(" still open, which is "),
        euros(column("share")),
    )  # fmt: skip
    return [
        (has_flat, pl.lit("A fixed fee"), column("flat_amount")),
        (has_share, share, sum_),
        (is_raised, pl.lit("but at least"), least),
        (pl.max_horizontal(sum_, pl.when(is_raised).then(least)) > most, pl.lit("but at most"), most),
    ]


# Writing


def finished(notices, day):
    """In the order of the customers, as both databases add to their indexes faster so."""
    now = time.time_ns() // 1_000_000
    return notices.sort("customer_id").with_row_index("at").select(
        pl.format(f"{now:012x}-{{}}", pl.col("at").cast(pl.String).str.zfill(8)).alias("id"),
        "customer_id", "invoice_id", "subscription_id", "kind", "dedupe_key", "subject", "amount",
        pl.lit("EUR").alias("currency"), pl.col("due_on", "fee_on", "holds_until").cast(pl.String), "rule", "rule_version",
        "words", "evidence", pl.lit(str(day)).alias("as_of"), pl.lit(now).alias("created_at"),
    )  # fmt: skip


def write(url, notices):
    """In one transaction, which is on disk when it is done. ADBC binds whole columns, which took half of `executemany`."""
    if url.startswith("sqlite:"):
        import adbc_driver_sqlite.dbapi as adbc

        url = url.removeprefix("sqlite:").removeprefix("//")
    else:
        import adbc_driver_postgresql.dbapi as adbc
    with adbc.connect(url) as db:
        notices.write_database("notices", db, if_table_exists="append")
        db.commit()


if __name__ == "__main__":
    main()
