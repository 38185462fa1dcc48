-- What a customer used of a meter on a day; one row dated the first of a month may stand for the month.
create table usage (
    customer_id text not null references customers (id) on delete cascade,
    meter text not null,
    used_on text not null,
    -- Millionths of a unit.
    quantity bigint not null check (quantity >= 0),
    created_at bigint not null,
    updated_at bigint not null,
    primary key (customer_id, meter, used_on)
);
