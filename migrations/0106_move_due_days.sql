-- Where a due day on a weekend or a public holiday goes.
alter table fee_policies add column due_shift text not null default 'as_is'
    check (due_shift in ('as_is', 'next', 'previous'));
