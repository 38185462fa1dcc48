-- What a bill says of itself, beside its payments: the tax in it and how much of it was paid, in its minor units.
alter table invoices add column tax bigint;
alter table invoices add column billed_paid bigint;
-- What a credit is: granted as such, a credit note, what was paid too much of a bill, or money paid on account.
alter table credits add column source text not null default 'grant'
    check (source in ('grant', 'note', 'too_much', 'on_account'));
-- The bill of which too much was paid: one credit for each, kept exact.
alter table credits add column invoice_id text references invoices (id) on delete set null;
create unique index credits_of_invoice on credits (invoice_id) where invoice_id is not null;
