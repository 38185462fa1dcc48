-- When the mail server said for good that the address takes no mail; the state of such a mail is bounced.
alter table notice_mails add column bounced_at bigint;

-- The address that refused our mail for good, when and why. It holds while the customer is known by this address.
alter table customers add column refused_mail_to text;
alter table customers add column refused_mail_at bigint;
alter table customers add column refused_mail_why text;

-- By which way of folding search_text was written; rows of an earlier one are folded anew when the program starts.
alter table customers add column search_folding bigint not null default 0;
create index customers_by_folding on customers (search_folding);
