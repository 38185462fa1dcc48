-- Money a customer can pay bills with: one row for each grant.
create table credits (
    id text primary key,
    reference text not null unique,
    customer_id text not null references customers (id) on delete cascade,
    currency text not null,
    amount bigint not null check (amount > 0),
    -- What of it was used before it was known here.
    used bigint not null check (used >= 0),
    granted_on text not null,
    -- The last day it can be used; nothing where it does not expire.
    expires_on text,
    -- What it can pay for alone, such as a meter; nothing where it can pay any bill.
    scope text,
    reason text,
    created_at bigint not null,
    updated_at bigint not null
);
create index credits_of_customer on credits (customer_id, expires_on);
create index credits_by_expiry on credits (expires_on) where expires_on is not null;
