-- What the company sells, and what its customers have of it.
create table plans (
    id text primary key,
    code text not null unique,
    name text not null,
    currency text not null,
    -- Minor units a month.
    monthly_fee bigint not null check (monthly_fee >= 0),
    -- Minor units a month that fee and charges come to at least.
    minimum_commitment bigint check (minimum_commitment >= 0),
    -- JSON: a list of {"meter", "charge_model", "properties"}, as the Lago API writes charges.
    charges text not null,
    -- The first and the last day on which a new customer can choose it; nothing where there is no such day.
    open_from text,
    open_until text,
    -- What one must be to have it, in words; nothing where everybody can. Such a plan is never recommended blindly.
    eligibility text,
    created_at bigint not null,
    updated_at bigint not null
);

create table subscriptions (
    id text primary key,
    reference text not null unique,
    customer_id text not null references customers (id) on delete cascade,
    plan_id text not null references plans (id),
    starts_on text not null,
    -- The last day; nothing while it runs.
    ends_on text,
    -- The last day of a commitment.
    committed_until text,
    created_at bigint not null,
    updated_at bigint not null
);
create index subscriptions_of_customer on subscriptions (customer_id, starts_on);
