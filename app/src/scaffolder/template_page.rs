//! `/create/templates/…`: the form of one template.
//!
//! The form itself is in `wizard.rs`.

use crate::ahead;
use crate::failed::{FailedPage, WayOut};
use crate::resource::ServerResource;
use crate::scaffolder::api::form_get;
use crate::scaffolder::wizard::Wizard;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::entity_ref::EntityRef;
use model::template::TemplateForm;

/// `/create/templates/:namespace/:name`
#[component]
pub fn TemplatePage() -> impl IntoView {
    let params = use_params_map();
    let query = use_query_map();
    let key = move || {
        let params = params.read();
        let part = |name: &str| params.get(name).unwrap_or_default();
        let template_ref = EntityRef::new("template", part("namespace"), part("name"));
        let query = query.read();
        (template_ref, query.get("draft"), query.get("run"))
    };
    let form = ServerResource::blocking(key, |(template_ref, draft, run)| async move {
        let about = match (&draft, &run) {
            (None, None) => format!("form {template_ref}"),
            _ => String::new(),
        };
        ahead::answer(&about, || form_get(template_ref, draft, run)).await
    });
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => view! { <Template form /> }.into_any(),
                    Err(error) => {
                        let words = params.read_untracked().get("name").unwrap_or_default();
                        let what = format!("Template {words}");
                        let list = WayOut { label: "Templates", path: "/create" };
                        view! { <FailedPage what error list words /> }.into_any()
                    }
                }
            })}
        </Transition>
    }
}

/// Title, what is wrong, and the form.
#[component]
fn Template(form: TemplateForm) -> impl IntoView {
    let template = form.template.clone();
    let title = template.entity.title.clone();
    let problems = template.problems.clone();
    let blocked = !problems.is_empty();
    let list = problems.into_iter().map(|problem| view! { <li>{problem}</li> }).collect_view();
    let entity = href(&template.entity.path());
    view! {
        <Page
            title=title.clone()
            title_parts=vec!["Create".to_owned()]
            subtitle=template.description
            breadcrumbs=vec![Crumb::link("Create", href("/create")), Crumb::here(title)]
            width=PageWidth::Narrow
            actions=move || {
                view! {
                    <LinkButton href=entity.clone() variant=ButtonVariant::Ghost>
                        "In the catalog"
                    </LinkButton>
                }
            }
        >
            {blocked
                .then(|| {
                    view! {
                        <Alert tone=Tone::Danger title="This template cannot be run">
                            <ul>{list}</ul>
                        </Alert>
                    }
                })}
            <Wizard form blocked />
        </Page>
    }
}
