-- The act that a person decided with the words that begin this thread: what was decided stands there, not in their words.
alter table note_threads add column act_id text references billing_orders (id) on delete set null;
create unique index note_threads_of_act on note_threads (act_id);
