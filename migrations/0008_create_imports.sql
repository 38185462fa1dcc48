-- A file that was brought in, how it was read and what became of its rows.
create table imports (
    id text primary key,
    kind text not null,
    file_name text not null,
    sha256 text not null,
    size_bytes bigint not null,
    -- TOML, as a person can keep it in a file.
    mapping text not null,
    is_dry_run boolean not null,
    -- 'mapping', 'running', 'done' or 'failed'.
    state text not null,
    failure text,
    rows_total bigint,
    rows_read bigint not null default 0,
    rows_created bigint not null default 0,
    rows_updated bigint not null default 0,
    rows_unchanged bigint not null default 0,
    rows_rejected bigint not null default 0,
    made_by text references people (id) on delete set null,
    started_at bigint not null,
    finished_at bigint
);
create index imports_by_start on imports (started_at);

-- Rows that were refused; at most a fixed number is kept for each file.
create table import_errors (
    import_id text not null references imports (id) on delete cascade,
    line bigint not null,
    column_name text,
    reason text not null,
    row_text text not null,
    seq bigint not null,
    primary key (import_id, seq)
);
