-- The day that was agreed to, which may be another than the one that was asked for.
alter table requests add column agreed_due_on text;
