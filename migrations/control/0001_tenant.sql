-- The tenants this instance has ever opened.
create table tenant (
    tenant_name text not null,
    created_at bigint not null,
    constraint tenant_pkey primary key (tenant_name)
);
