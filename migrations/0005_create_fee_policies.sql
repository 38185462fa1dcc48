-- What a late bill costs, in one currency, from a day on. Versions are never changed, only followed.
create table fee_policies (
    id text primary key,
    currency text not null,
    version bigint not null,
    starts_on text not null,
    grace_days bigint not null,
    flat_amount bigint not null,
    -- Millionths of the open amount: 5 % is 50000.
    percent_millionths bigint not null,
    minimum_amount bigint not null,
    cap_amount bigint,
    warn_days bigint not null,
    reason text not null,
    made_by text references people (id) on delete set null,
    made_at bigint not null,
    unique (currency, version)
);

-- Customers who are not charged late fees, for how long and why.
create table fee_exemptions (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    starts_on text not null,
    ends_on text,
    reason text not null,
    made_by text references people (id) on delete set null,
    made_at bigint not null
);
create index fee_exemptions_of_customer on fee_exemptions (customer_id);
