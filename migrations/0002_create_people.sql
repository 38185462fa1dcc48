-- Everyone who can sign in. A customer's person points at their account; staff and admins have none.
create table people (
    id text primary key,
    email text not null unique,
    name text not null,
    role text not null check (role in ('customer', 'staff', 'admin')),
    customer_id text references customers (id) on delete cascade,
    created_at bigint not null,
    check ((role = 'customer') = (customer_id is not null))
);
create index people_of_customer on people (customer_id);
