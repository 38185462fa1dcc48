create index customers_by_lower_name on customers (lower(name), id);
