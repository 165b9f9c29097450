//! `/catalog/…`: the page of one entity: its head, its tabs, and what refreshing it did.

use crate::ahead;
use crate::catalog::api::{EntityRefresh, entity_get, entity_yaml_get};
use crate::catalog::api_tab::ApiTab;
use crate::catalog::graph_tab::GraphTab;
use crate::catalog::history_tab::HistoryTab;
use crate::catalog::impact_tab::ImpactTab;
use crate::catalog::live::LiveEntity;
use crate::catalog::overview::{Overview, docs_path};
use crate::catalog::refresh::{announce, refresh_status};
use crate::catalog::star::StarButton;
use crate::catalog::{EntityName, FreshnessBadge, entity_in_path, kind_icon, kind_title};
use crate::failed::{FailedPage, WayOut, entity_named};
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::catalog::EntityPage;

/// `/catalog/:namespace/:kind/:name`, with `?tab=yaml` for the descriptor.
#[component]
pub fn EntityPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let entity_ref = Memo::new(move |_| entity_in_path(&params.read()));
    let tab = Memo::new(move |_| {
        let asked = query.read().get("tab").unwrap_or_default();
        let is_api = entity_ref.read().is_kind("api");
        known_tab(asked, is_api)
    });
    let refresh = ServerAction::<EntityRefresh>::new();
    let entity = ServerResource::blocking(
        move || (entity_ref.get(), refresh.version().get()),
        |(entity_ref, refreshed)| async move {
            // After a refresh nothing older will do.
            match refreshed {
                0 => {
                    let about = format!("entity {entity_ref}");
                    ahead::answer(&about, || entity_get(entity_ref.clone())).await
                }
                _ => entity_get(entity_ref).await,
            }
        },
    );
    let live = LiveEntity::new(entity, tab);
    announce(refresh);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match entity.await {
                    Ok(page) => {
                        live.arrived(&page);
                        view! { <Entity page tab refresh /> }.into_any()
                    }
                    Err(error) if error.is_not_found() && live.was_there(&entity_ref.get_untracked()) => {
                        live.gone()
                    }
                    Err(error) => {
                        let (what, words) = entity_named(&entity_ref.get_untracked());
                        let list = WayOut { label: "Catalog", path: "/catalog" };
                        view! { <FailedPage what error list words /> }.into_any()
                    }
                }
            })}
        </Transition>
        <p class="visually-hidden" role="status">
            {move || live.message.get()}
        </p>
    }
}

/// What an address calls the tabs, and what people read; the first one has no name in addresses.
const TABS: [(&str, &str); 6] = [
    ("", "Overview"),
    (API_TAB, "Definition"),
    ("relations", "Relations"),
    ("impact", "Impact"),
    ("history", "History"),
    ("yaml", "YAML"),
];

/// The tab that only APIs have.
const API_TAB: &str = "api";

/// The tab that an address asks for; the first one when there is no such tab.
fn known_tab(asked: String, is_api: bool) -> String {
    let is_known = TABS.iter().any(|(name, _)| *name == asked) && (is_api || asked != API_TAB);
    if is_known { asked } else { String::new() }
}

/// One entity.
#[component]
fn Entity(
    page: EntityPage,
    tab: Memo<String>,
    refresh: ServerAction<EntityRefresh>,
) -> impl IntoView {
    let personal = page.personal;
    let view = &page.view;
    let link = view.row.entity.clone();
    let kind = link.kind.clone();
    let path = href(&link.path());
    let docs = view.has_docs.then(|| href(&docs_path(&link.entity_ref)));
    let badges = {
        let (row, kind) = (view.row.clone(), kind.clone());
        move || {
            let kind_or_type = match &row.r#type {
                Some(name) => format!("{} · {name}", kind_title(&kind)),
                None => kind_title(&kind),
            };
            view! {
                <Badge tone=Tone::Neutral>{kind_or_type}</Badge>
                <FreshnessBadge state=row.freshness.state />
            }
        }
    };
    let facts = facts(&page, docs.clone());
    let view = &page.view;
    let entity_ref = link.entity_ref.clone();
    let actions = {
        let edit = view.edit_url.clone();
        let edit_here = format!("{path}/edit");
        let is_template = kind.eq_ignore_ascii_case("template");
        let star = (link.entity_ref.clone(), link.title.clone(), view.row.starred);
        let star = personal.then_some(star);
        let use_it = href(&model::template::template_path(&entity_ref));
        move || {
            let (edit, use_it) = (edit.clone(), use_it.clone());
            let edit_here = edit_here.clone();
            let star = star.clone().map(|(entity_ref, title, starred)| {
                view! { <StarButton entity_ref title starred /> }
            });
            view! {
                {star}
                {is_template
                    .then(|| {
                        view! {
                            <LinkButton href=use_it variant=ButtonVariant::Primary>
                                "Use template"
                            </LinkButton>
                        }
                    })}
                <LinkButton href=edit_here icon=IconName::Pencil>
                    "Edit"
                </LinkButton>
                {edit.map(|edit| view! { <ExternalLink href=edit>"Edit file"</ExternalLink> })}
                <ServerForm action=refresh>
                    <input type="hidden" name="entity_ref" value=entity_ref.clone() />
                    <Button
                        kind=ButtonKind::Submit
                        icon=IconName::RefreshCw
                        loading=refresh.pending()
                    >
                        "Refresh"
                    </Button>
                </ServerForm>
            }
        }
    };
    let tabs = {
        let path = path.clone();
        let is_api = kind.eq_ignore_ascii_case("api");
        move || {
            let tab = tab.get();
            let all = TABS.into_iter().filter(|(name, _)| is_api || *name != API_TAB);
            let tabs = all.map(|(name, label)| {
                let to = match name {
                    "" => path.clone(),
                    name => format!("{path}?tab={name}"),
                };
                Tab::new(label, to, tab == name)
            });
            tabs.collect::<Vec<_>>()
        }
    };
    let shown = view.row.entity.entity_ref.clone();
    let called = link.title.clone();
    let subtitle = page.view.row.description.clone();
    let parts = {
        let kind = kind.clone();
        Signal::derive(move || {
            let tab = tab.read();
            let other = TABS.iter().find(|(name, _)| !name.is_empty() && *name == *tab);
            let mut parts = vec![kind.clone()];
            parts.extend(other.map(|(_, label)| (*label).to_owned()));
            parts
        })
    };
    let page = StoredValue::new(page);
    view! {
        <Page
            title=link.title.clone()
            title_parts=parts
            subtitle
            icon=kind_icon(&kind)
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::link(
                    kind.clone(),
                    href(&format!("/catalog?kind={}", kind.to_lowercase())),
                ),
                Crumb::here(link.title),
            ]
            badges
            actions
            tabs=move || {
                let tabs = tabs.clone();
                view! { {move || view! { <Tabs label="Views" tabs=tabs() /> }} }
            }
        >
            {facts}
            {refresh_status(refresh)}
            {move || match tab.get().as_str() {
                "api" => {
                    let (entity_ref, path) = (shown.clone(), path.clone());
                    view! { <ApiTab entity_ref path /> }.into_any()
                }
                "relations" => {
                    let (entity_ref, title, path) = (shown.clone(), called.clone(), path.clone());
                    view! { <GraphTab entity_ref title path /> }.into_any()
                }
                "impact" => {
                    let (entity_ref, title, path) = (shown.clone(), called.clone(), path.clone());
                    view! { <ImpactTab entity_ref title path /> }.into_any()
                }
                "history" => {
                    let (entity_ref, path) = (shown.clone(), path.clone());
                    view! { <HistoryTab entity_ref path /> }.into_any()
                }
                "yaml" => view! { <YamlTab entity_ref=shown.clone() /> }.into_any(),
                _ => page.with_value(|page| view! { <Overview page=page.clone() /> }.into_any()),
            }}
        </Page>
    }
}

/// What people look for first, in one line: owner, lifecycle, system, repository, docs, run.
fn facts(page: &EntityPage, docs: Option<String>) -> AnyView {
    let view = &page.view;
    let fact = |label: &'static str, value: AnyView| {
        view! {
            <div class="fact">
                <dt>{label}</dt>
                <dd>{value}</dd>
            </div>
        }
        .into_any()
    };
    let link =
        |link: &model::catalog::EntityLink| view! { <EntityName link=link.clone() /> }.into_any();
    let row = &view.row;
    let owner = row.owner.as_ref().map(|owner| fact("Owner", link(owner)));
    let lifecycle = row.lifecycle.clone();
    let lifecycle =
        lifecycle.map(|word| fact("Lifecycle", view! { <StatusWord word /> }.into_any()));
    let system = row.system.as_ref().map(|system| fact("System", link(system)));
    let repository = view.repository.clone().map(|found| {
        let link = view! { <ExternalLink href=found.url>{found.label}</ExternalLink> };
        fact("Repository", link.into_any())
    });
    let docs = docs.map(|docs| {
        let link = view! {
            <a class="link" href=docs>
                "Docs"
            </a>
        };
        fact("Documentation", link.into_any())
    });
    let run = view.run.clone().map(|run| {
        let to = href(&format!("/create/runs/{run}"));
        let link = view! {
            <a class="link" href=to>
                "Template run"
            </a>
        };
        fact("Created by", link.into_any())
    });
    let template = view.template.as_ref().map(|template| fact("Template", link(template)));
    let all = [owner, lifecycle, system, repository, docs, run, template];
    let all: Vec<AnyView> = all.into_iter().flatten().collect();
    if all.is_empty() {
        return ().into_any();
    }
    view! { <dl class="facts">{all}</dl> }.into_any()
}

/// The entity as it is stored, with its relations.
#[component]
fn YamlTab(entity_ref: String) -> impl IntoView {
    let yaml = ServerResource::blocking(move || entity_ref.clone(), entity_yaml_get);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match yaml.await {
                    Ok(code) => {
                        view! { <CodeBlock code title="YAML" numbers=true /> }.into_any()
                    }
                    Err(error) => {
                        view! { <Alert tone=Tone::Danger>{error.message()}</Alert> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}
