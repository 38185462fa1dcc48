-- One row for each customer of the company, as its billing system knows them.
create table customers (
    id text primary key,
    external_id text not null unique,
    name text not null,
    preferred_name text,
    email text,
    -- IANA name; due dates are civil dates in this zone.
    time_zone text not null,
    country text,
    -- Lower-case name, e-mail and external id, so that one search box finds all three.
    search_text text not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index customers_by_name on customers (name, id);
