-- A frank message to a customer, with everything needed to say later why it was sent.
create table notices (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    invoice_id text references invoices (id) on delete cascade,
    kind text not null,
    -- What it is about, once: the same key is never written twice.
    dedupe_key text not null unique,
    subject text not null,
    amount bigint not null,
    currency text not null,
    due_on text,
    rule text not null,
    rule_version bigint not null,
    -- JSON: the facts with their values and each step of arithmetic.
    evidence text not null,
    as_of text not null,
    created_at bigint not null,
    seen_at bigint
);
create index notices_of_customer on notices (customer_id, as_of);
create index notices_of_invoice on notices (invoice_id);

create table advice_runs (
    id text primary key,
    as_of text not null,
    started_at bigint not null,
    finished_at bigint,
    customers bigint not null,
    bills bigint not null,
    written bigint not null
);
