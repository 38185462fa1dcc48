-- Something a customer asked of a person, and what the person answered.
create table requests (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    invoice_id text references invoices (id) on delete cascade,
    kind text not null check (kind in ('later_date', 'person')),
    wanted_on text,
    words text not null,
    asked_at bigint not null,
    -- 'agreed', 'declined' or 'answered'; nothing while it waits.
    outcome text,
    answer text,
    answered_by text references people (id) on delete set null,
    answered_at bigint
);
create index requests_of_customer on requests (customer_id, asked_at);
create index requests_waiting on requests (answered_at, asked_at);
