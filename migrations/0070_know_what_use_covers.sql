-- Whether a row of use is a civil day's or the whole month's in which its day lies: coverage counts days, and a row for a
-- month stands for all of its days. Until now nothing said it; what stands on one and the same day of every month is by month.
alter table usage add column covers text not null default 'day' check (covers in ('day', 'month'));
update usage set covers = 'month'
where (customer_id, meter) in (
    select customer_id, meter from usage group by customer_id, meter
    having count(*) > 1 and count(distinct substr(used_on, 9, 2)) = 1);
