-- The first and the last day that a bill is for. Where it does not say, that is the month before it was issued.
alter table invoices add column period_from text;
alter table invoices add column period_to text;
