"""What `notices` holds, in one line that does not depend on ids, on times of writing or on the order of rows.

    python checksum.py DATABASE_URL
"""

import hashlib
import sqlite3
import sys
from contextlib import closing

COLUMNS = (
    "customer_id, invoice_id, subscription_id, kind, dedupe_key, subject, amount, currency, due_on, fee_on, holds_until,"
    " rule, rule_version, words, evidence, as_of"
)


def main():
    url = sys.argv[1]
    with closing(connect(url)) as db:
        cursor = db.cursor()
        cursor.execute(f"select {COLUMNS} from notices")
        rows, hashes = 0, 0
        for row in cursor:
            rows += 1
            hashes += int.from_bytes(hashlib.sha256(repr(row).encode()).digest()[:8])
    print(f"{rows} {hashes % (1 << 64):016x}")


def connect(url):
    if url.startswith("sqlite:"):
        return sqlite3.connect(url.removeprefix("sqlite:").removeprefix("//"))
    import psycopg

    return psycopg.connect(url)


if __name__ == "__main__":
    main()
