-- One row that the readiness check rewrites, to know that writing works.
create table probe (
    id bigint primary key,
    written_at bigint not null
);
insert into probe (id, written_at) values (1, 0);
