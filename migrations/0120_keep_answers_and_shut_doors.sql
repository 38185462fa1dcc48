-- What a form was answered with, kept for the page it leads to: for whoever sent it, once, for an hour at most.
create table form_answers (
    -- Only the hash of the id that stands in the address.
    id_hash text primary key,
    -- Whoever sent it, or their browser where nobody was signed in.
    person_id text references people (id) on delete cascade,
    browser_hash text,
    -- Why it was refused or that it is done, as JSON; and what was typed.
    answer text not null,
    made_at bigint not null
);
create index form_answers_by_age on form_answers (made_at);
create index form_answers_of_person on form_answers (person_id);

-- Somebody who may not come in any more.
alter table people add column disabled_at bigint;

-- The page one wanted when one asked for the link, and when a newer link took its place.
alter table sign_in_links add column wish text;
alter table sign_in_links add column replaced_at bigint;
