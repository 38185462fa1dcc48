create table invoices (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    number text not null unique,
    currency text not null,
    -- Minor units, such as cents.
    amount bigint not null check (amount >= 0),
    -- Civil dates in the customer's zone.
    issued_on text not null,
    due_on text not null,
    -- The day the dispute was raised; the issue date where the source says only that there is one.
    disputed_on text,
    -- A later due date a person agreed to, and since when it holds.
    agreed_due_on text,
    agreed_on text,
    created_at bigint not null,
    updated_at bigint not null
);
create index invoices_of_customer on invoices (customer_id, due_on, id);
create index invoices_by_due on invoices (due_on, id);

create table payments (
    id text primary key,
    invoice_id text not null references invoices (id) on delete cascade,
    reference text not null,
    amount bigint not null check (amount > 0),
    paid_on text not null,
    created_at bigint not null,
    updated_at bigint not null,
    unique (invoice_id, reference)
);
