-- A later date is asked like every other act on money: as an order, under the id of its request.
alter table billing_orders add column kind_of text
    check (kind_of in ('use_credit', 'waive_fee', 'dispute', 'change_plan', 'later_date'));
update billing_orders set kind_of = kind;
alter table billing_orders drop column kind;
alter table billing_orders rename column kind_of to kind;

-- When the customer first saw what a person answered. An added column cannot be `not null` by itself: the check of the kind
-- comes with this one, once every order has its kind.
alter table billing_orders add column seen_at bigint check (kind is not null);
