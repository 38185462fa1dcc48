-- Products of other companies, with where their price was read and when. There is no commission to keep.
create table competitors (
    id text primary key,
    provider text not null,
    product text not null,
    currency text not null,
    -- Minor units a month; nothing where it is not known, and then no saving is claimed.
    monthly_fee bigint check (monthly_fee >= 0),
    -- JSON, as in plans.
    charges text not null,
    eligibility text,
    -- Where the price was read, and the day.
    source text not null,
    checked_on text not null,
    -- The last day the offer stands; nothing where none is named.
    open_until text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (provider, product)
);
