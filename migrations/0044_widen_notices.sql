-- What the rule said, with the facts filled in.
alter table notices add column words text;
-- The last day it is shown; nothing where the bill decides.
alter table notices add column holds_until text;
-- The subscription it is about: it is over when that ends.
alter table notices add column subscription_id text;
