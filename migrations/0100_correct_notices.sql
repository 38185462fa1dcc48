-- The notice that this one puts right: what it said became worse for the customer after it was told.
alter table notices add column corrects text references notices (id) on delete set null;
create index notices_that_correct on notices (corrects) where corrects is not null;
