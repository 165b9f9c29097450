-- What entities were: one row for each change. The present content stands in catalog_entity; each
-- row says how to get from what came after it to what was before, so that a new entity costs a few
-- words and the oldest rows can go at any time.
create table catalog_version (
    -- Given by the program, so that a reader knows which rows its read model includes.
    version_id bigint not null,
    entity_ref text not null,
    -- added, changed, orphaned, removed, restored or edited
    change_type text not null,
    location text not null,
    principal text not null,
    changed_at bigint not null,
    -- JSON: a list of pointers with the values that stood there before.
    undo text not null,
    constraint catalog_version_pkey primary key (version_id)
);

create index catalog_version_entity on catalog_version (entity_ref, version_id);

-- What was removed, for as long as that can be undone.
create table catalog_removed (
    entity_ref text not null,
    uid text not null,
    location text not null,
    content text not null,
    relations text not null,
    removed_at bigint not null,
    removed_by text not null,
    constraint catalog_removed_pkey primary key (entity_ref)
);

create index catalog_removed_at on catalog_removed (removed_at);
