-- A conversation between a customer and the people who help them.
create table note_threads (
    id text primary key,
    customer_id text not null references customers (id) on delete cascade,
    subject text not null,
    -- The bill it is about.
    invoice_id text references invoices (id) on delete set null,
    -- The question that began it.
    request_id text unique references requests (id) on delete set null,
    created_at bigint not null,
    last_at bigint not null,
    -- Since when the customer waits for words of ours; nothing where the last word is ours.
    waiting_since bigint
);
create index note_threads_of_customer on note_threads (customer_id, last_at);
create index note_threads_of_invoice on note_threads (invoice_id);
create index note_threads_waiting on note_threads (waiting_since) where waiting_since is not null;

-- What one person wrote to another. It keeps the name it was signed with, also when the person has gone.
create table notes (
    id text primary key,
    thread_id text not null references note_threads (id) on delete cascade,
    author_id text references people (id) on delete set null,
    author_name text not null,
    by_customer boolean not null,
    words text not null,
    -- No two of a thread have the same.
    written_at bigint not null,
    -- When the other side first saw it.
    read_at bigint
);
create unique index notes_of_thread on notes (thread_id, written_at);
create index notes_unread on notes (thread_id, by_customer) where read_at is null;

-- What was asked of a person before notes were kept is a conversation too, and both sides have seen it where it was asked.
insert into note_threads (id, customer_id, subject, invoice_id, request_id, created_at, last_at, waiting_since)
select requests.id, requests.customer_id,
       case when invoices.number is null then substr(requests.words, 1, 60) else 'Bill ' || invoices.number end,
       requests.invoice_id, requests.id, requests.asked_at,
       case when requests.answered_at is null then requests.asked_at
            when requests.answered_at > requests.asked_at then requests.answered_at
            else requests.asked_at + 1 end,
       case when requests.answered_at is null then requests.asked_at end
from requests left join invoices on invoices.id = requests.invoice_id
where requests.kind = 'person';
insert into notes (id, thread_id, author_id, author_name, by_customer, words, written_at, read_at)
select requests.id, requests.id, null, customers.name, true, requests.words, requests.asked_at, requests.asked_at
from requests join customers on customers.id = requests.customer_id
where requests.kind = 'person';
insert into notes (id, thread_id, author_id, author_name, by_customer, words, written_at, read_at)
select requests.id || '-answer', requests.id, requests.answered_by, coalesce(people.name, 'One of us'), false,
       requests.answer, note_threads.last_at, note_threads.last_at
from requests
join note_threads on note_threads.id = requests.id
left join people on people.id = requests.answered_by
where requests.answer is not null;
