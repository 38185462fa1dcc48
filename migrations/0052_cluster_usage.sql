-- Usage is read a customer at a time and found by its whole key: on SQLite the rows are kept in the order of that key, once,
-- instead of in an index beside them.
create table usage_in_order (
    customer_id text not null references customers (id) on delete cascade,
    meter text not null,
    used_on text not null,
    -- Millionths of a unit.
    quantity bigint not null check (quantity >= 0),
    created_at bigint not null,
    updated_at bigint not null,
    primary key (customer_id, meter, used_on)
) /* in the order of its key */;
insert into usage_in_order (customer_id, meter, used_on, quantity, created_at, updated_at)
select customer_id, meter, used_on, quantity, created_at, updated_at from usage order by customer_id, meter, used_on;
drop table usage;
alter table usage_in_order rename to usage;
