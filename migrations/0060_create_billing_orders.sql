-- An act of a customer on money, handed to billing: asked, then confirmed or refused; undone while it can be.
create table billing_orders (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    kind text not null check (kind in ('use_credit', 'waive_fee', 'dispute', 'change_plan')),
    invoice_id text references invoices (id) on delete cascade,
    subscription_id text references subscriptions (id) on delete cascade,
    -- JSON: what exactly was asked, as it was shown before it was done.
    terms text not null,
    state text not null check (state in ('asked', 'confirmed', 'refused', 'undone')),
    -- What is asked, while it stands, so that the same does not stand twice; nothing once it is over.
    open_key text unique,
    asked_by text references people (id) on delete set null,
    -- The customer's civil day.
    asked_on text not null,
    asked_at bigint not null,
    -- The first day it holds.
    takes_effect_on text not null,
    settled_at bigint,
    -- When it was booked here, and what is needed to take that back: the name of the payment or of the credit it made, the plan
    -- that was left and since when that had been had.
    booked_at bigint,
    booked_as text,
    plan_before text references plans (id),
    plan_since_before text,
    -- Why billing refused it.
    refusal text,
    -- What a person said to settle it.
    answer text,
    answered_by text references people (id) on delete set null,
    answered_at bigint
);
create index billing_orders_of_customer on billing_orders (customer_id, asked_at);
create index billing_orders_of_invoice on billing_orders (invoice_id);
create index billing_orders_to_book on billing_orders (takes_effect_on) where state = 'confirmed' and booked_at is null;

-- Credit that an order uses, from the moment it is asked.
create table credit_uses (
    order_id text not null references billing_orders (id) on delete cascade,
    credit_id text not null references credits (id) on delete cascade,
    amount bigint not null check (amount > 0),
    used_on text not null,
    primary key (order_id, credit_id)
);
create index credit_uses_of_credit on credit_uses (credit_id, used_on);

-- A late fee that was let go.
create table fee_waivers (
    invoice_id text primary key references invoices (id) on delete cascade,
    customer_id text not null references customers (id) on delete cascade,
    order_id text not null references billing_orders (id) on delete cascade,
    -- Minor units of the invoice's currency.
    fee bigint not null,
    waived_on text not null
);
create index fee_waivers_of_customer on fee_waivers (customer_id, waived_on);

-- The day a dispute was settled or taken back; a later dispute begins anew.
alter table invoices add column dispute_settled_on text;

-- Whether customers may let go of a first late fee themselves.
alter table fee_policies add column trusts_first boolean not null default true;

-- What an outside billing system is to be told, until it has taken it.
create table billing_messages (
    -- The id of the webhook: the same message sent twice carries it twice.
    id text primary key,
    order_id text not null references billing_orders (id) on delete cascade,
    body text not null,
    made_at bigint not null,
    -- Nobody else sends it before this.
    not_before bigint not null,
    tries bigint not null default 0,
    last_error text,
    sent_at bigint
);
create index billing_messages_waiting on billing_messages (not_before) where sent_at is null;
