-- The day on which the fee is added that a fee warning is about; nothing for other kinds.
alter table notices add column fee_on text;
