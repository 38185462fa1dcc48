-- When the process that reads a file last said so: one that has been silent is not reading any more.
alter table imports add column heartbeat_at bigint;
