-- How a customer wants money and dates written, such as de-DE; nothing: as is usual in their country.
alter table customers add column locale text;
-- The language people write to them in, BCP 47; nothing where they did not say.
alter table customers add column language text;
-- When the customer chose these themselves: a file of customers does not change them any more.
alter table customers add column chose_name_at bigint;
alter table customers add column chose_zone_at bigint;

-- What a customer chose about one kind of notice; without a row the usual holds.
create table notice_preferences (
    customer_id text not null references customers (id) on delete cascade,
    kind text not null,
    by_mail boolean not null,
    -- Minutes of the day in the customer's zone; both or neither.
    quiet_from bigint,
    quiet_until bigint,
    chosen_at bigint not null,
    primary key (customer_id, kind)
);

-- The link in a mail that ends mails of its kind. Only its hash is kept.
create table unsubscribe_links (
    token_hash text primary key,
    customer_id text not null references customers (id) on delete cascade,
    kind text not null,
    made_at bigint not null
);
create index unsubscribe_links_by_age on unsubscribe_links (made_at);
create index unsubscribe_links_of_customer on unsubscribe_links (customer_id);

-- The one mail of a notice, decided once: waiting, sent, failed, or dropped where none is wanted.
create table notice_mails (
    notice_id text primary key references notices (id) on delete cascade,
    customer_id text not null references customers (id) on delete cascade,
    state text not null,
    -- Whoever sends it moves this on first; should they stop there, another takes it up after that.
    not_before bigint not null,
    tries bigint not null,
    last_error text,
    sent_at bigint
);
create index notice_mails_waiting on notice_mails (not_before) where state = 'waiting';
create index notice_mails_of_customer on notice_mails (customer_id);

-- What is new is looked for twice a minute.
create index notices_by_creation on notices (created_at);
