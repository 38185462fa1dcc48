-- How many days before a fee its warning must have reached the customer, or there is no fee.
alter table fee_policies add column guard_days bigint not null default 1;

-- The civil day, in the company's zone, on which a version was taken back before it started, and by whom.
alter table fee_policies add column withdrawn_on text;
alter table fee_policies add column withdrawn_by text references people (id) on delete set null;
