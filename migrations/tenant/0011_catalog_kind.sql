-- Kinds an administrator added to the built-in ones.
create table catalog_kind (
    -- The name in lower case.
    kind_key text not null,
    -- The whole definition, as JSON.
    definition text not null,
    created_by text not null,
    created_at bigint not null,
    changed_by text not null,
    changed_at bigint not null,
    constraint catalog_kind_pkey primary key (kind_key)
);
