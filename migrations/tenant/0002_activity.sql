-- The audit log: who did what to what. Rows are only ever added.
create table activity_event (
    activity_event_id {identity},
    occurred_at bigint not null,
    event_type text not null,
    principal text not null,
    subject text not null,
    request_id text not null,
    detail text not null
);

create index activity_event_subject on activity_event (subject, activity_event_id);
