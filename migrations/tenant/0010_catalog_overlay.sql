-- What people edited in the portal, field by field; laid over what the descriptor says.
create table catalog_overlay (
    entity_ref text not null,
    -- description, tags, links, owner or lifecycle
    field text not null,
    -- JSON; null takes the field away.
    content text not null,
    author text not null,
    edited_at bigint not null,
    constraint catalog_overlay_pkey primary key (entity_ref, field)
);
