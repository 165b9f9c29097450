-- How a person arranged a dashboard: the changes to the shipped layout, as JSON.
create table dashboard_layout (
    user_ref text not null,
    dashboard text not null,
    layout text not null,
    updated_at bigint not null,
    constraint dashboard_layout_pkey primary key (user_ref, dashboard)
);
