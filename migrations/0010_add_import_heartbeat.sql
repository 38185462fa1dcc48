-- When the process that reads a file last said so: one that has been silent is not reading any more.
alter table imports add column heartbeat_at bigint;
-- The names of the file's columns as a line of CSV, for the file of its refused rows.
alter table imports add column header text;
