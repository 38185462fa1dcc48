-- The day a grant expired on while it was in use, where it was then given some days more: that happens once.
alter table credits add column expired_on text;

-- Up to which day credit was looked after everywhere, in one row, so that a day nobody looked at is made up for. What expired
-- before this was looked after is left as it is.
create table credit_looks (
    id bigint primary key check (id = 1),
    looked_on text not null
);
insert into credit_looks (id, looked_on) select 1, cast(current_date as text) where exists (select 1 from customers);
