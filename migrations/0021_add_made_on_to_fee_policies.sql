-- The civil day on which a version was made, in the company's zone: advice as of an earlier day does not know it yet.
alter table fee_policies add column made_on text not null default '0001-01-01';
