-- A customer who was brought into another: files and people may still name them by the old id.
create table customer_aliases (
    external_id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    merged_on text not null
);
create index customer_aliases_of_customer on customer_aliases (customer_id);
