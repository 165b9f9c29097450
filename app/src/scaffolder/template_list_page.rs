//! `/create`: what one can start.

use crate::ahead;
use crate::resource::ServerResource;
use crate::scaffolder::api::template_list;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::template::TemplateSummary;

/// `/create`
#[component]
pub fn TemplateListPage() -> impl IntoView {
    let templates = ServerResource::blocking(|| (), |()| ahead::answer("templates", template_list));
    let query = use_query_map();
    let words = Memo::new(move |_| query.read().get("q").unwrap_or_default().to_lowercase());
    view! {
        <Page
            title="Create"
            subtitle="Start something new from a template"
            actions=|| {
                view! {
                    <LinkButton href=href("/create/runs") icon=IconName::ListChecks>
                        "Runs"
                    </LinkButton>
                }
            }
        >
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Stats(3) /> }>
                {move || Suspend::new(async move {
                    match templates.await {
                        Ok(list) => view! { <Templates list words /> }.into_any(),
                        Err(error) => {
                            view! {
                                <ErrorState
                                    title="The templates cannot be shown"
                                    message=error.message()
                                    retry_href=href("/create")
                                />
                            }
                                .into_any()
                        }
                    }
                })}
            </Transition>
        </Page>
    }
}

/// The cards, filtered by what is written in the address.
#[component]
fn Templates(list: Vec<TemplateSummary>, words: Memo<String>) -> impl IntoView {
    if list.is_empty() {
        return view! {
            <EmptyState
                title="There are no templates"
                text="A template is an entity of kind Template. Add one to a folder or repository the catalog reads."
                icon=IconName::LayoutTemplate
            >
                <LinkButton href=href("/catalog")>"Open the catalog"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let shown = move || {
        let words = words.get();
        let found = list
            .iter()
            .filter(|template| words.split_whitespace().all(|word| mentions(template, word)))
            .cloned()
            .collect::<Vec<_>>();
        let result = format!("{} templates", found.len());
        let active = usize::from(!words.is_empty());
        let cards = found.into_iter().map(card).collect_view();
        view! {
            <FilterBar
                action=href("/create")
                label="Filter the templates"
                active=active
                clear=href("/create")
                result=result
                search=move || {
                    view! { <SearchInput label="Find a template" value=words.clone() /> }
                }
            >
                ""
            </FilterBar>
            <div class="grid-cards">{cards}</div>
        }
    };
    view! { {shown} }.into_any()
}

fn mentions(template: &TemplateSummary, word: &str) -> bool {
    let within = |text: &str| text.to_lowercase().contains(word);
    within(&template.entity.title)
        || within(&template.r#type)
        || template.description.as_deref().is_some_and(within)
        || template.tags.iter().any(|tag| within(tag))
}

fn card(template: TemplateSummary) -> AnyView {
    let to = href(&template.path());
    let tags = template.tags.iter().cloned().map(|tag| view! { <Tag text=tag /> }).collect_view();
    let broken = (!template.problems.is_empty()).then(|| {
        view! { <Badge tone=Tone::Danger icon=IconName::TriangleAlert>"cannot be run"</Badge> }
    });
    let owner =
        template.owner.map(|owner| view! { <span class="muted small">"By " {owner.title}</span> });
    let title = template.entity.title.clone();
    view! {
        <Card
            title=template.entity.title
            subtitle=template.r#type
            icon=IconName::LayoutTemplate
            footer=move || {
                view! {
                    <LinkButton href=to.clone() variant=ButtonVariant::Primary>
                        "Use template"
                        <span class="visually-hidden">" " {title.clone()}</span>
                    </LinkButton>
                }
            }
        >
            <p>{template.description}</p>
            <div class="cluster">{broken} {tags}</div>
            {owner}
        </Card>
    }
    .into_any()
}
