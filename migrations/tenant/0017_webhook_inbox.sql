-- Messages of hosts that were proven and accepted, until what they say has been looked at. Their
-- ids stand in catalog_delivery for as long.
create table webhook_inbox (
    webhook_inbox_id {identity},
    -- The provider type of the host, its name, and the id the host gave the message.
    forge text not null,
    host text not null,
    delivery_id text not null,
    -- Of the body, where that is signed; empty where it is not.
    content_hash text not null,
    -- What the message is about, in the host's words; the header beside the body.
    event_name text not null,
    -- Empty once it is done or given up.
    body text not null,
    body_bytes bigint not null,
    received_at bigint not null,
    -- waiting, working, done or failed
    state text not null,
    attempts bigint not null,
    -- When it may be tried next.
    due_at bigint not null,
    -- The claim of the lease under which it is worked on.
    claim bigint not null,
    -- Why the last attempt failed.
    error text,
    constraint webhook_inbox_delivery_key unique (forge, host, delivery_id),
    constraint webhook_inbox_state_check check (state in ('waiting', 'working', 'done', 'failed'))
);

create index webhook_inbox_due on webhook_inbox (state, due_at);
create index webhook_inbox_received_at on webhook_inbox (received_at);
