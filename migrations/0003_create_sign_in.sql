-- A single-use path into the app. Only the hash of its token is kept.
create table sign_in_links (
    token_hash text primary key,
    person_id text not null references people (id) on delete cascade,
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);
create index sign_in_links_of_person on sign_in_links (person_id);

-- A signed-in browser. The cookie holds the token; only its hash is kept.
create table sessions (
    token_hash text primary key,
    -- A name for the session that is safe to show and to post back.
    id text not null unique,
    person_id text references people (id) on delete cascade,
    data text not null,
    user_agent text,
    created_at bigint not null,
    last_seen_at bigint not null,
    expires_at bigint not null
);
create index sessions_of_person on sessions (person_id);
create index sessions_by_expiry on sessions (expires_at);

-- Counted tries, so that guessing is slow on every process that shares this database.
create table attempts (
    id text primary key,
    scope text not null,
    made_at bigint not null
);
create index attempts_by_scope on attempts (scope, made_at);
