-- Versions of rules, never changed. Where a kind has none the rule that Candor comes with holds, as version 1.
create table rules (
    id text not null,
    version bigint not null check (version > 0),
    -- JSON, as `candor backtest` reads it.
    body text not null,
    made_on text not null,
    made_at bigint not null,
    primary key (id, version)
);
