-- What we remember of a customer. It is theirs: they read it, correct it, hush it and delete it.
create table remembered_facts (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    -- Nothing once it is forgotten.
    words text,
    -- Told by the customer, heard on a call, read in a note, or observed by a person.
    source text not null check (source in ('customer', 'call', 'note', 'observed')),
    -- A day that matters, such as a move; with is_yearly it comes again every year.
    matters_on text,
    is_yearly boolean not null default false,
    noted_at bigint not null,
    noted_by text references people (id) on delete set null,
    noted_by_name text not null,
    -- Whether the customer wrote it down.
    noted_by_customer boolean not null,
    -- Not to be brought up, as the customer asked.
    is_off_limits boolean not null default false,
    off_limits_at bigint,
    corrected_at bigint,
    corrected_by_name text,
    corrected_by_customer boolean not null default false,
    forgotten_at bigint
);
create index remembered_facts_of_customer on remembered_facts (customer_id, noted_at);
-- The same is not remembered twice.
create unique index remembered_once on remembered_facts (customer_id, words);

-- Who of the staff saw it. The person may have left since; their name stays.
create table fact_views (
    fact_id text not null references remembered_facts (id) on delete cascade,
    person_id text not null,
    person_name text not null,
    first_seen_at bigint not null,
    last_seen_at bigint not null,
    primary key (fact_id, person_id)
);

-- That something was forgotten, without its words: one for each.
create table fact_receipts (
    id text primary key,
    fact_id text not null unique references remembered_facts (id) on delete cascade,
    customer_id text not null references customers (id) on delete cascade,
    forgotten_at bigint not null,
    forgotten_by_name text not null,
    forgotten_by_customer boolean not null,
    source text not null,
    noted_at bigint not null,
    noted_by_name text not null,
    noted_by_customer boolean not null
);
create index fact_receipts_of_customer on fact_receipts (customer_id, forgotten_at);

-- A customer's wish that we erase them, and what was decided.
create table erasure_requests (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    asked_at bigint not null,
    words text,
    withdrawn_at bigint,
    -- Staff cannot erase; they hand it to an admin.
    handed_over_at bigint,
    handed_over_by text references people (id) on delete set null,
    decided_at bigint,
    decided_by text references people (id) on delete set null,
    answer text,
    outcome text check (outcome in ('erased', 'refused'))
);
create index erasure_requests_of_customer on erasure_requests (customer_id, asked_at);
-- Asked once, while it waits.
create unique index erasure_asked_once on erasure_requests (customer_id) where withdrawn_at is null and decided_at is null;

-- When their data was erased; a later file from billing does not bring it back.
alter table customers add column erased_at bigint;
