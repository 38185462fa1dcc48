-- What a customer said back to a notice: later, not for me, helpful or not. One row for each notice that was answered.
create table notice_answers (
    notice_id text primary key references notices (id) on delete cascade,
    customer_id text not null references customers (id) on delete cascade,
    -- The day it comes back, in the customer's zone; nothing where it was not put aside.
    snoozed_until text,
    snoozed_at bigint,
    -- The day it was dismissed, in the customer's zone, and the moment; nothing where it was not.
    dismissed_on text,
    dismissed_at bigint,
    dismiss_reason text check (dismiss_reason in ('not_true', 'not_now', 'will_not_change', 'already_done', 'other')),
    dismiss_words text,
    is_helpful boolean,
    helpful_at bigint
);
create index notice_answers_of_customer on notice_answers (customer_id);

-- What was hard, said from the page it was hard on.
create table frictions (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    -- The path of the page, without its query; empty where none was named.
    path text not null,
    words text not null,
    -- From 1, a little, to 5, very; nothing where it was not said.
    how_hard bigint check (how_hard between 1 and 5),
    said_at bigint not null,
    taken_back_at bigint,
    read_at bigint,
    read_by text references people (id) on delete set null
);
create index frictions_of_customer on frictions (customer_id, said_at);
create index frictions_unread on frictions (said_at) where read_at is null and taken_back_at is null;

-- How long answers took is reckoned from this index alone.
create index requests_by_time on requests (asked_at, answered_at);
