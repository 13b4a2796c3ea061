-- Up to this identifier every entry had its place when the checkpoint was made, and none can come any more: where the next guard looks on.
alter table journal_checkpoint add column settled bigint not null default 0;
