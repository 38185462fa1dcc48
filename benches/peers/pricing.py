"""The pricing of benches/pricing.rs in numpy and in DuckDB: the same months, plans, rounding and sums, on one core.

The folder named on the command line holds usage.i64 (thousandths of a unit, customer by customer) and plans.json.
Prints a line of JSON for each peer: its name, the median of its seconds, and the sum of all bills in cents.
"""

import json
import pathlib
import statistics
import sys
import time

import duckdb
import numpy as np

# A bill in parts: thousandths of a unit times ten-thousandths of a euro, of which a cent has so many.
PARTS = 100_000
# Customers at once: their months stay in the nearest caches. Of 250 to 5,000, those from 2,000 on were the fastest.
BLOCK = 2_000


def lines(plan):
    """Each tier as bound, price and what to add, in thousandths and parts of a cent; with fee and half a cent."""
    bounds = [0] + [end * 1_000 for end in plan["ends"]]
    add = plan["fee"] * PARTS + PARTS // 2
    found, before = [], 0
    for bound, price in zip(bounds, plan["prices"]):
        add += (before - price) * bound
        found.append((bound, price, add))
        before = price
    return found


def numpy_sum(blocks, plans):
    """What is above each bound at the difference of two prices, then the sum rounded, in place in 64-bit integers.

    The fastest of four: finding each tier by searchsorted and take is a third as fast; subtracting each bound first
    and unsigned integers are a little slower.
    """
    total = 0
    for months in blocks:
        bills, part, sums = np.empty_like(months), np.empty_like(months), np.empty(months.shape[1], np.int64)
        for plan in plans:
            (_, before, add), *further = plan
            np.multiply(months, before, out=bills)
            for bound, price, _ in further:
                np.maximum(months, bound, out=part)
                part *= price - before
                bills += part
                add -= (price - before) * bound
                before = price
            bills += add
            np.floor_divide(bills, PARTS, out=bills)
            np.sum(bills, axis=0, out=sums)
            total += int(sums.sum())
    return total


def duckdb_sum(connection, plans):
    """Plans as rows of a table, as a company keeps them: every month beside every plan."""
    columns = ", ".join(f"bound_{at} BIGINT, price_{at} BIGINT, add_{at} BIGINT" for at in range(len(plans[0])))
    connection.execute(f"CREATE OR REPLACE TABLE plans (plan INTEGER, {columns})")
    for at, plan in enumerate(plans):
        values = [value for tier in plan for value in tier]
        connection.execute(f"INSERT INTO plans VALUES ({', '.join('?' * (1 + len(values)))})", [at, *values])
    cases = " ".join(
        f"WHEN used > bound_{at} THEN used * price_{at} + add_{at}" for at in range(len(plans[0]) - 1, 0, -1)
    )
    bill = f"(CASE {cases} ELSE used * price_0 + add_0 END) // {PARTS}"
    query = f"""SELECT sum(year)::BIGINT FROM (
        SELECT customer, plan, sum({bill})::BIGINT AS year FROM usage CROSS JOIN plans GROUP BY customer, plan)"""
    return int(connection.execute(query).fetchone()[0])


def duckdb_written_sum(connection, plans):
    """Plans written into the query: a CASE of the tiers for each plan, all in one query.

    The fastest of six: a query for each plan is half as fast, greatest() for CASE or a column for each month slower.
    """

    def bill(plan):
        cases = " ".join(f"WHEN used > {bound} THEN used * {price} + {add}" for bound, price, add in reversed(plan[1:]))
        _, price, add = plan[0]
        return f"((CASE {cases} ELSE used * {price} + {add} END) // {PARTS})"

    years = ", ".join(f"sum({bill(plan)})::BIGINT AS year_{at}" for at, plan in enumerate(plans))
    total = " + ".join(f"sum(year_{at})" for at in range(len(plans)))
    query = f"SELECT {total} FROM (SELECT customer, {years} FROM usage GROUP BY customer)"
    return int(connection.execute(query).fetchone()[0])


def report(name, price, runs):
    found = price()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        assert price() == found
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"name": name, "seconds": statistics.median(seconds), "sum": found}), flush=True)


def main():
    folder = pathlib.Path(sys.argv[1])
    terms = json.loads((folder / "plans.json").read_text())
    plans = [lines(plan) for plan in terms["plans"]]
    used = np.fromfile(folder / "usage.i64", dtype="<i8").reshape(terms["customers"], terms["months"])

    blocks = [np.ascontiguousarray(used[at : at + BLOCK].T) for at in range(0, len(used), BLOCK)]
    report("numpy", lambda: numpy_sum(blocks, plans), 5)

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    customer = np.repeat(np.arange(len(used), dtype=np.int32), terms["months"])
    rows = {"customer": customer, "used": used.ravel()}
    connection.register("rows", rows)
    connection.execute("CREATE TABLE usage AS SELECT customer, used FROM rows")
    report("duckdb, plans in a table", lambda: duckdb_sum(connection, plans), 3)
    report("duckdb, plans written into the query", lambda: duckdb_written_sum(connection, plans), 3)


main()
