-- What is asked, while it waits for an answer, so that the same is not asked twice; nothing once it is answered.
alter table requests add column open_key text;
create unique index requests_asked_once on requests (open_key);
