//! `/catalog/…`: one entity: what it is, who owns it, how it hangs together, what is wrong.

use crate::ahead;
use crate::catalog::api::{EntityRefresh, entity_get, entity_yaml_get};
use crate::catalog::api_tab::ApiTab;
use crate::catalog::graph_tab::{GraphTab, PartsDiagram};
use crate::catalog::history_tab::HistoryTab;
use crate::catalog::impact_tab::ImpactTab;
use crate::catalog::live::LiveEntity;
use crate::catalog::owner::OwnerCards;
use crate::catalog::star::StarButton;
use crate::catalog::{
    EntityName, FreshnessBadge, ProblemList, entity_in_path, kind_icon, kind_title,
};
use crate::resource::ServerResource;
use crate::session::{ServerForm, href};
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::catalog::{ApiUse, ApiUses, EntityLink, EntityPage, EntityView, RelationView};
use model::freshness::{Freshness, FreshnessState};
use model::overlay::OverlayValue;

/// `/catalog/:namespace/:kind/:name`, with `?tab=yaml` for the descriptor.
#[component]
pub fn EntityPage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let tab = Memo::new(move |_| query.read().get("tab").unwrap_or_default());
    let entity_ref = Memo::new(move |_| entity_in_path(&params.read()));
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
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match entity.await {
                    Ok(page) => {
                        live.arrived(&page);
                        let EntityPage { view, personal, .. } = page;
                        view! { <Entity view personal tab refresh /> }.into_any()
                    }
                    Err(error) if error.is_not_found() && live.was_there(&entity_ref.get_untracked()) => {
                        live.gone()
                    }
                    Err(error) => {
                        let title = if error.is_not_found() {
                            "There is no such entity"
                        } else {
                            "This entity cannot be shown"
                        };
                        view! {
                            <Page
                                title="Entity"
                                breadcrumbs=vec![
                                    Crumb::link("Catalog", href("/catalog")),
                                    Crumb::here(entity_ref.get_untracked()),
                                ]
                            >
                                <ErrorState
                                    title
                                    message=error.message()
                                    retry_href=href("/catalog")
                                />
                            </Page>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
        <p class="visually-hidden" role="status">
            {move || live.said.get()}
        </p>
    }
}

/// One entity.
#[component]
fn Entity(
    view: EntityView,
    /// Whether somebody looks who can star.
    personal: bool,
    tab: Memo<String>,
    refresh: ServerAction<EntityRefresh>,
) -> impl IntoView {
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
                {row.lifecycle.clone().map(|name| view! { <Badge tone=Tone::Accent>{name}</Badge> })}
                <FreshnessBadge state=row.freshness.state />
            }
        }
    };
    let entity_ref = link.entity_ref.clone();
    let actions = {
        let edit = view.edit_url.clone();
        let edit_here = format!("{path}/edit");
        let is_template = kind.eq_ignore_ascii_case("template");
        let star = (link.entity_ref.clone(), link.title.clone(), view.row.starred);
        let star = personal.then_some(star);
        let use_it = href(&model::template::template_path(&entity_ref));
        move || {
            let (docs, edit, use_it) = (docs.clone(), edit.clone(), use_it.clone());
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
                                "Use this template"
                            </LinkButton>
                        }
                    })}
                {docs
                    .map(|docs| {
                        view! {
                            <LinkButton href=docs icon=IconName::BookOpen>
                                "Docs"
                            </LinkButton>
                        }
                    })}
                <LinkButton href=edit_here icon=IconName::Pencil>
                    "Edit"
                </LinkButton>
                {edit.map(|edit| view! { <ExternalLink href=edit>"Descriptor"</ExternalLink> })}
                <ServerForm action=refresh>
                    <input type="hidden" name="entity_ref" value=entity_ref.clone() />
                    <Button
                        kind=ButtonKind::Submit
                        icon=IconName::RefreshCw
                        loading=refresh.pending()
                    >
                        "Read again"
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
            let mut tabs = vec![
                Tab::new("Overview", path.clone(), tab.is_empty()),
                Tab::new("Relations", format!("{path}?tab=relations"), tab == "relations"),
                Tab::new("Impact", format!("{path}?tab=impact"), tab == "impact"),
                Tab::new("History", format!("{path}?tab=history"), tab == "history"),
                Tab::new("YAML", format!("{path}?tab=yaml"), tab == "yaml"),
            ];
            if is_api {
                tabs.insert(1, Tab::new("Definition", format!("{path}?tab=api"), tab == "api"));
            }
            tabs
        }
    };
    let shown = view.row.entity.entity_ref.clone();
    let called = link.title.clone();
    let view = StoredValue::new(view);
    view! {
        <Page
            title=link.title.clone()
            subtitle=view.with_value(|view| view.row.description.clone())
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
                _ => view.with_value(|view| view! { <Overview view=view.clone() /> }.into_any()),
            }}
        </Page>
    }
}

/// The entity as it is kept, with its relations.
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

fn docs_path(entity_ref: &str) -> String {
    let (kind, rest) = entity_ref.split_once(':').unwrap_or(("component", entity_ref));
    let (namespace, name) = rest.split_once('/').unwrap_or(("default", rest));
    format!("/docs/{namespace}/{kind}/{name}/")
}

/// About, problems, relations, links.
#[component]
fn Overview(view: EntityView) -> impl IntoView {
    let edit_path = href(&format!("{}/edit", view.row.entity.path()));
    let problems = view.problems;
    let has_problems = !problems.is_empty();
    let tags = view
        .row
        .tags
        .iter()
        .map(|tag| {
            let to = href(&format!("/catalog?tag={tag}"));
            view! { <Tag text=tag.clone() href=to /> }
        })
        .collect_view();
    let links = view
        .links
        .into_iter()
        .map(|link| match link.safe {
            true => view! { <li><ExternalLink href=link.url>{link.title}</ExternalLink></li> }
                .into_any(),
            false => view! { <li class="muted">{format!("{} ({})", link.title, link.url)}</li> }
                .into_any(),
        })
        .collect::<Vec<_>>();
    let has_links = !links.is_empty();
    let relations = view.relations.into_iter().map(relation).collect::<Vec<_>>();
    let no_relations = relations.is_empty();
    let pairs = |pairs: Vec<(String, String)>| {
        pairs
            .into_iter()
            .map(|(key, value)| view! { <KeyValueItem label=key><span class="mono small">{value}</span></KeyValueItem> })
            .collect_view()
    };
    let organisation = view.organisation.map(|owner| {
        let entity_ref = view.row.entity.entity_ref.clone();
        view! { <OwnerCards owner entity_ref /> }
    });
    let apis = view.apis.into_iter().map(api_uses).collect::<Vec<_>>();
    let has_annotations = !view.annotations.is_empty() || !view.labels.is_empty();
    let spec = view.spec.into_iter().map(|field| {
        view! {
            <KeyValueItem label=field.label>
                <span class="break" title=field.help>
                    {field.value}
                </span>
            </KeyValueItem>
        }
    });
    let spec = spec.collect_view();
    let asked = view.row.owner.clone();
    // What an entity does not have, as people and groups have no lifecycle, takes no line.
    let named = |label: &'static str, value: AnyView| {
        view! { <KeyValueItem label=label>{value}</KeyValueItem> }
    };
    let link = |link: EntityLink| view! { <EntityName link /> }.into_any();
    let owner = view.row.owner.map(|owner| named("Owner", link(owner)));
    let system = view.row.system.map(|system| named("System", link(system)));
    let lifecycle = view.row.lifecycle.map(|name| named("Lifecycle", name.into_any()));
    let tags = (!view.row.tags.is_empty())
        .then(|| named("Tags", view! { <span class="cluster">{tags}</span> }.into_any()));
    let source = match view.view_url {
        Some(url) => view! { <ExternalLink href=url>{view.source}</ExternalLink> }.into_any(),
        None => view! { <span class="mono small break">{view.source}</span> }.into_any(),
    };
    let is_fresh = view.row.freshness.state == FreshnessState::Fresh;
    let edits = view.edits;
    let has_diagram = ["system", "domain"].contains(&view.row.entity.kind.to_lowercase().as_str());
    let diagram = has_diagram.then(|| {
        let EntityLink { entity_ref, title, .. } = view.row.entity.clone();
        view! { <PartsDiagram entity_ref title /> }
    });
    view! {
        {(!is_fresh)
            .then(|| {
                view! { <NotFresh freshness=view.row.freshness owner=asked /> }
            })}
        {(!edits.is_empty()).then(|| view! { <Edits edits edit_path /> })}
        {has_problems
            .then(|| {
                view! {
                    <Alert
                        tone=Tone::Danger
                        title="Its descriptor has problems; this is the last good version"
                    >
                        <ProblemList problems />
                    </Alert>
                }
            })}
        <div class="with-aside">
            <div class="flow">
                {diagram}
                {organisation}
                {apis}
                <Card title="Relations" icon=IconName::Workflow>
                    {if no_relations {
                        view! {
                            <EmptyState
                                title="Nothing is related to it"
                                text="Relations come from the descriptors: owner, system, dependsOn and others."
                                compact=true
                            />
                        }
                            .into_any()
                    } else {
                        view! { <KeyValue>{relations}</KeyValue> }.into_any()
                    }}
                </Card>
                {has_annotations
                    .then(|| {
                        view! {
                            <Card title="Annotations and labels" icon=IconName::Tag>
                                <KeyValue>
                                    {pairs(view.annotations)} {pairs(view.labels)}
                                </KeyValue>
                            </Card>
                        }
                    })}
            </div>
            <aside class="flow">
                <Card title="About" icon=IconName::Info>
                    <KeyValue>
                        {owner}
                        {system}
                        {lifecycle}
                        {spec}
                        <KeyValueItem label="Reference">
                            <span class="mono small break">{view.row.entity.entity_ref}</span>
                        </KeyValueItem>
                        {tags}
                        <KeyValueItem label="Source">{source}</KeyValueItem>
                        <KeyValueItem label="Last read">
                            <RelativeTime at=view.provenance.as_of />
                        </KeyValueItem>
                        <KeyValueItem label="Last changed">
                            <RelativeTime at=view.changed_at />
                        </KeyValueItem>
                    </KeyValue>
                </Card>
                {has_links
                    .then(|| {
                        view! {
                            <Card title="Links" icon=IconName::Link>
                                <ul class="plain-list">{links}</ul>
                            </Card>
                        }
                    })}
            </aside>
        </div>
    }
}

/// Why it cannot be trusted fully, since when, and whom to ask.
#[component]
fn NotFresh(freshness: Freshness, owner: Option<EntityLink>) -> impl IntoView {
    let title = match freshness.state {
        FreshnessState::Broken => "Broken",
        FreshnessState::Orphaned => "Orphaned",
        _ => "Stale",
    };
    let ask = match owner {
        Some(link) => view! { "Ask " <EntityName link /> "." }.into_any(),
        None => view! { "It names no owner; ask who runs this portal." }.into_any(),
    };
    view! {
        <Alert tone=Tone::Warning title>
            <p>
                {freshness.reason} " Since " <RelativeTime at=freshness.since /> ". " {ask}
            </p>
        </Alert>
    }
}

/// What was edited in the portal, and by whom.
#[component]
fn Edits(edits: Vec<OverlayValue>, edit_path: String) -> impl IntoView {
    let rows = edits.into_iter().map(|edit| {
        let (author, at) = edit.edited.unwrap_or_default();
        view! {
            <li>
                {edit.field.label()} " by " <span class="mono small">{author}</span> " "
                <RelativeTime at />
            </li>
        }
    });
    view! {
        <Alert title="Edited in the portal">
            <ul class="plain-list">{rows.collect_view()}</ul>
            <a class="link" href=edit_path>
                "See what the descriptor says"
            </a>
        </Alert>
    }
}

/// APIs with what is known of them, or what provides and consumes an API.
fn api_uses(uses: ApiUses) -> AnyView {
    let label = uses.label.clone();
    let rows = uses.rows.into_iter().map(api_use).collect::<Vec<_>>();
    let columns =
        ["Name", "Type", "Lifecycle", "Owner"].into_iter().map(Column::new).collect::<Vec<_>>();
    let note = (uses.more > 0).then(|| format!("and {} more", uses.more));
    view! {
        <Card title=uses.label icon=IconName::Puzzle flush=true>
            <Table label columns layout=TableLayout::Stack plain=true note>
                {rows}
            </Table>
        </Card>
    }
    .into_any()
}

fn api_use(row: ApiUse) -> AnyView {
    let owner = row.owner.map(|link| view! { <EntityName link /> });
    view! {
        <tr>
            <td>
                <EntityName link=row.entity />
            </td>
            <td data-label="Type">{row.r#type}</td>
            <td data-label="Lifecycle">{row.lifecycle}</td>
            <td data-label="Owner">{owner}</td>
        </tr>
    }
    .into_any()
}

/// The entities at the other end of one kind of relation.
pub(super) fn relation(relation: RelationView) -> AnyView {
    let targets =
        relation.targets.into_iter().map(|link| view! { <EntityName link /> }).collect_view();
    view! {
        <KeyValueItem label=relation.label>
            <span class="cluster">{targets}</span>
        </KeyValueItem>
    }
    .into_any()
}
