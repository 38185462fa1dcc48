-- What was in force when a run began, whatever the day: rules, policies and offers, in few letters. Another says that an input
-- changed since.
alter table advice_runs add column inputs text;

-- Which process looks by itself now, and until when no other does.
create table look_leases (
    id bigint primary key check (id = 1),
    holder text not null,
    held_until bigint not null
);
