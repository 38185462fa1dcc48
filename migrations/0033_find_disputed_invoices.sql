create index invoices_by_dispute on invoices (disputed_on, id) where disputed_on is not null;
