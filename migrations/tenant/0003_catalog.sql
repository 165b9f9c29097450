-- Places registered at run time; configured ones stand in the configuration only.
create table catalog_location (
    location_id text not null,
    location_type text not null,
    target text not null,
    created_by text not null,
    created_at bigint not null,
    constraint catalog_location_pkey primary key (location_id),
    constraint catalog_location_target_key unique (location_type, target)
);

-- The last good version of every entity, without what follows from others: its relations back,
-- its etag and its status are put together when the rows are read.
create table catalog_entity (
    entity_ref text not null,
    uid text not null,
    -- The configured or registered place it comes from, and the descriptor itself.
    source_key text not null,
    location text not null,
    -- The Location entity that names the descriptor.
    parent_ref text not null,
    content text not null,
    -- One edge per line: `>type ref` starts here, `<type ref` leads here from there.
    relations text not null,
    -- What the last reading complained about, as JSON; empty when it was good.
    errors text not null,
    orphan boolean not null,
    changed_at bigint not null,
    constraint catalog_entity_pkey primary key (entity_ref),
    constraint catalog_entity_uid_key unique (uid)
);

create index catalog_entity_source_key on catalog_entity (source_key);

-- What was read of each file, so that unchanged ones are neither taken apart nor written again.
create table catalog_file (
    source_key text not null,
    location text not null,
    -- Empty for a file that has to be looked at each time.
    content_hash text not null,
    constraint catalog_file_pkey primary key (source_key, location)
);

-- What is wrong and belongs to no entity.
create table catalog_problem (
    catalog_problem_id {identity},
    source_key text not null,
    location text not null,
    -- source, file, document or conflict
    problem_type text not null,
    entity_ref text,
    line bigint,
    column_number bigint,
    message text not null,
    since bigint not null
);

create index catalog_problem_source_key on catalog_problem (source_key);
