-- What a plan charged at some time, kept once: the terms that advice was given on.
create table plan_terms (
    -- SHA-256 of the body.
    id text primary key,
    -- JSON: code, name, currency, monthly_fee, minimum_commitment, charges.
    body text not null
);
-- With advice to change a plan: what the plan they have then charges, for the guarantee on that advice.
alter table notices add column previous_terms text references plan_terms (id);
create index notices_of_subscription on notices (subscription_id, subject) where previous_terms is not null;

-- Since when a subscription has its plan, where billing changed that without a new subscription.
alter table subscriptions add column plan_since text;

-- The guarantee on advice that was followed, worked out once when its year is over.
create table guarantee_checks (
    notice_id text primary key references notices (id) on delete cascade,
    followed_on text not null,
    checked_on text not null,
    -- Minor units of the currency of the notice.
    owed bigint not null check (owed >= 0),
    -- JSON: the terms, and every month.
    evidence text not null
);
