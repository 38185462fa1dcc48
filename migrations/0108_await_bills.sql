-- The number of the bill that money on account was paid for, while that bill is not here yet.
alter table credits add column awaits text;
create index credits_that_await on credits (customer_id, awaits) where awaits is not null;
