-- What a run goes by, in few letters: the day of each zone, rules, policies, offers and the program. The same again means
-- that only customers about whom something changed need another look.
alter table advice_runs add column book text;
alter table advice_runs add column only_changed boolean not null default false;
-- In how many parts.
alter table advice_runs add column blocks bigint not null default 0;
alter table advice_runs add column overdue bigint not null default 0;
alter table advice_runs add column due_soon bigint not null default 0;
alter table advice_runs add column due_today bigint not null default 0;

-- The parts of the run under way: the customers with an id above the one and up to the other.
create table advice_blocks (
    run_id text not null references advice_runs (id) on delete cascade,
    number bigint not null,
    after_id text not null,
    until_id text not null,
    -- When it was done, and what it came to.
    done_at bigint,
    customers bigint not null default 0,
    bills bigint not null default 0,
    overdue bigint not null default 0,
    due_soon bigint not null default 0,
    due_today bigint not null default 0,
    written bigint not null default 0,
    primary key (run_id, number)
);

-- Customers about whom something changed since they were looked at; each change has a name of its own.
create table advice_changes (
    customer_id text primary key references customers (id) on delete cascade,
    change text not null
);
