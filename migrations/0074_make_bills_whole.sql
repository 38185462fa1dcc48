-- A bill's number is its customer's own: two customers may have the same. And money can go back: a payment may be below zero,
-- where it bounced or was given back. Neither engine's constraint can be lifted by the same words, so both tables are made
-- anew and what leads to a bill is led to the new one.
drop index invoices_of_customer;
drop index invoices_by_due;
drop index invoices_by_dispute;
alter table invoices rename to invoices_before;

create table invoices (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    number text not null,
    currency text not null,
    -- Minor units, such as cents.
    amount bigint not null check (amount >= 0),
    -- Only an open bill is owed; paid is what the source calls so itself, beside its payments.
    status text not null default 'open' check (status in ('draft', 'open', 'paid', 'void', 'written_off')),
    kind text not null default 'bill' check (kind in ('bill', 'credit_note', 'late_fee')),
    -- Civil dates in the customer's zone.
    issued_on text not null,
    due_on text not null,
    -- The first and the last day that a bill is for. Where it does not say, that is the month before it was issued.
    period_from text,
    period_to text,
    -- The day the dispute was raised; the issue date where the source says only that there is one.
    disputed_on text,
    -- The day a dispute was settled or taken back; a later dispute begins anew.
    dispute_settled_on text,
    -- A later due date a person agreed to, and since when it holds.
    agreed_due_on text,
    agreed_on text,
    created_at bigint not null,
    updated_at bigint not null,
    unique (customer_id, number)
);
insert into invoices (id, customer_id, number, currency, amount, issued_on, due_on, period_from, period_to, disputed_on,
                      dispute_settled_on, agreed_due_on, agreed_on, created_at, updated_at)
select id, customer_id, number, currency, amount, issued_on, due_on, period_from, period_to, disputed_on,
       dispute_settled_on, agreed_due_on, agreed_on, created_at, updated_at from invoices_before;
create index invoices_of_customer on invoices (customer_id, due_on, id);
create index invoices_by_due on invoices (due_on, id);
create index invoices_by_number on invoices (number);
create index invoices_by_dispute on invoices (disputed_on, id) where disputed_on is not null;

create table payments_now (
    id text primary key,
    invoice_id text not null references invoices (id) on delete cascade,
    reference text not null,
    -- Minor units of the bill's currency; below zero where money went back.
    amount bigint not null check (amount <> 0),
    paid_on text not null,
    -- Who says so: a file of payments; the bill itself, by its status or its balance; credit used here; a credit note.
    source text not null default 'file' check (source in ('file', 'bill', 'credit', 'note')),
    created_at bigint not null,
    updated_at bigint not null,
    unique (invoice_id, reference)
);
insert into payments_now (id, invoice_id, reference, amount, paid_on, source, created_at, updated_at)
select payments.id, payments.invoice_id, reference, amount, paid_on,
       case when exists (select 1 from billing_orders
                         where billing_orders.invoice_id = payments.invoice_id and booked_as = reference)
            then 'credit' else 'file' end,
       created_at, updated_at
from payments;
drop table payments;
alter table payments_now rename to payments;

create table fee_waivers_now (
    invoice_id text primary key references invoices (id) on delete cascade,
    customer_id text not null references customers (id) on delete cascade,
    order_id text not null references billing_orders (id) on delete cascade,
    -- Minor units of the invoice's currency.
    fee bigint not null,
    waived_on text not null
);
insert into fee_waivers_now (invoice_id, customer_id, order_id, fee, waived_on)
select invoice_id, customer_id, order_id, fee, waived_on from fee_waivers;
drop table fee_waivers;
alter table fee_waivers_now rename to fee_waivers;
create index fee_waivers_of_customer on fee_waivers (customer_id, waived_on);

drop index notices_of_invoice;
alter table notices add column bill_id text references invoices (id) on delete cascade;
update notices set bill_id = invoice_id;
alter table notices drop column invoice_id;
alter table notices rename column bill_id to invoice_id;
create index notices_of_invoice on notices (invoice_id);

alter table requests add column bill_id text references invoices (id) on delete cascade;
update requests set bill_id = invoice_id;
alter table requests drop column invoice_id;
alter table requests rename column bill_id to invoice_id;

drop index billing_orders_of_invoice;
alter table billing_orders add column bill_id text references invoices (id) on delete cascade;
update billing_orders set bill_id = invoice_id;
alter table billing_orders drop column invoice_id;
alter table billing_orders rename column bill_id to invoice_id;
create index billing_orders_of_invoice on billing_orders (invoice_id);

drop index note_threads_of_invoice;
alter table note_threads add column bill_id text references invoices (id) on delete set null;
update note_threads set bill_id = invoice_id;
alter table note_threads drop column invoice_id;
alter table note_threads rename column bill_id to invoice_id;
create index note_threads_of_invoice on note_threads (invoice_id);

drop table invoices_before;
