-- That the people of this database are those of a demo. Such a database is served as a demo or not at all.
create table demo_seeds (
    id bigint primary key check (id = 1),
    seeded_at bigint not null,
    -- Nothing until the notices of its people are written.
    looked_at bigint
);

-- Those that were seeded before this was kept.
insert into demo_seeds (id, seeded_at, looked_at)
select 1, max(created_at), max(created_at) from people
where email in ('customer@demo.example', 'staff@demo.example', 'admin@demo.example')
having count(*) = 3;
