-- What a version changed, so that a list of changes needs neither the present content nor the
-- versions behind it. Versions from before this have no summary and no owner.
alter table catalog_version add column kind text not null default '';

-- The owner after the change; before it, for what was removed. Empty for none.
alter table catalog_version add column owner_ref text not null default '';

-- One line for each field that differs.
alter table catalog_version add column summary text;

-- The kind is what stands before the colon of a reference.
update catalog_version set kind = substr(
    entity_ref, 1,
    length(entity_ref) - length(ltrim(entity_ref, 'abcdefghijklmnopqrstuvwxyz0123456789-_.'))
);

create index catalog_version_kind on catalog_version (kind, version_id);
create index catalog_version_owner on catalog_version (owner_ref, version_id);
create index catalog_version_changed_at on catalog_version (changed_at, version_id);

-- Most rows come from jobs and say that something is new: those are near whatever is asked.
create index catalog_version_principal on catalog_version (principal, version_id)
    where principal not like 'system:%';
create index catalog_version_change on catalog_version (change_type, version_id)
    where change_type <> 'added';

-- The run of a template that registered a location.
alter table catalog_location add column task_id text;
