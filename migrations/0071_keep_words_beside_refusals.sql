-- What a file's result says besides its refused rows: a cell that could not be used in a row that was kept, or how rows were
-- understood.
alter table import_errors add column costs text not null default 'row' check (costs in ('row', 'cell'));
alter table imports add column rows_warned bigint not null default 0;
