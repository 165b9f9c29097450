-- Who is signed in. Only a hash of the cookie is kept, so a copy of the database opens no session.
create table access_session (
    session_hash text not null,
    user_ref text not null,
    display_name text not null,
    provider text not null,
    created_at bigint not null,
    expires_at bigint not null,
    constraint access_session_pkey primary key (session_hash)
);

create index access_session_expires_at on access_session (expires_at);
