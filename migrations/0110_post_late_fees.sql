-- How many days before a fee its warning must have reached the customer, or there is none.
alter table fee_policies add column guard_days bigint not null default 1;

-- What became of a late fee whose day came: each is decided once.
create table late_fees (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    -- The bill that was late.
    invoice_id text not null references invoices (id) on delete cascade,
    fee_on text not null,
    -- Minor units of the bill's currency, by this version of its policy and with these days of its guard.
    fee bigint not null,
    policy_version bigint not null,
    guard_days bigint not null,
    -- Charged; let go by itself; charged and then taken back by itself, or let go by a person or the customer.
    state text not null check (state in ('charged', 'let_go', 'taken_back')),
    -- Why it is not charged.
    why text,
    -- The bill that asks for it; nothing where an outside system keeps the books.
    fee_invoice_id text references invoices (id) on delete set null,
    -- The first warning that counts: the customer's civil day, and by page or mail.
    warned_on text,
    warned_how text,
    -- The customer's civil day on which it was decided, and on which that changed.
    decided_on text not null,
    changed_on text,
    decided_at bigint not null,
    unique (invoice_id, fee_on)
);
create index late_fees_by_day on late_fees (fee_on, id);
create index late_fees_of_customer on late_fees (customer_id);
create index late_fees_of_fee_bill on late_fees (fee_invoice_id);

-- The first civil day on which a page showed its customer that this fee would come on this day.
create table fee_warnings_shown (
    invoice_id text not null references invoices (id) on delete cascade,
    fee_on text not null,
    fee bigint not null,
    customer_id text not null references customers (id) on delete cascade,
    shown_on text not null,
    primary key (invoice_id, fee_on, fee)
);
create index fee_warnings_shown_to_customer on fee_warnings_shown (customer_id);

-- The first day on which fees were looked after here, and the last, in one row: a fee whose day was not after the first is
-- the billing system's, and never charged here.
create table fee_looks (
    id bigint primary key check (id = 1),
    first_on text not null,
    looked_on text not null
);

-- The customer's civil day on which a mail was handed over; nothing for those of before, of which `sent_at` says it.
alter table notice_mails add column sent_on text;
