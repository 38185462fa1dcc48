-- An outside billing system is asked to charge a late fee as it is asked for everything else: as an order. What checks the kind
-- stands in two columns, and both are made anew.
alter table billing_orders add column kind_of text
   check (kind_of in ('use_credit', 'waive_fee', 'dispute', 'change_plan', 'later_date', 'late_fee'));
update billing_orders set kind_of = kind;
alter table billing_orders add column first_seen_at bigint check (kind_of is not null);
update billing_orders set first_seen_at = seen_at;
alter table billing_orders drop column seen_at;
alter table billing_orders drop column kind;
alter table billing_orders rename column kind_of to kind;
alter table billing_orders rename column first_seen_at to seen_at;
