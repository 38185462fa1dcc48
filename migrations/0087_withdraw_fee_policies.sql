-- The civil day on which a version was taken back before it started, and by whom.
alter table fee_policies add column withdrawn_on text;
alter table fee_policies add column withdrawn_by text references people (id) on delete set null;
