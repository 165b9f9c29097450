//! `/catalog/administration/kinds/…`: the form of a kind. It is sent as a whole page, with script
//! and without, so that every page that follows knows the kinds there are then.

use crate::catalog::api::kind_form_get;
use crate::catalog::kind::icon_named;
use crate::resource::ServerResource;
use crate::session::href;
use crate::ui::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::FieldError;
use model::kind::definition::{KIND_ICONS, KindRelation};
use model::kind::view::KindForm;

/// How many empty rows for relations there are.
const MORE_ROWS: usize = 2;

/// `/catalog/administration/kinds/:name`, where `new` stands for a kind that is not there yet.
#[component]
pub fn KindPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name").unwrap_or_default());
    let form = ServerResource::blocking(move || name.get(), kind_form_get);
    view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Block /> }>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => view! { <Form form /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Page title="Kind">
                                <ErrorState
                                    title="This kind cannot be shown"
                                    message=error.message()
                                    retry_href=href("/catalog/administration/kinds")
                                />
                            </Page>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
}

#[component]
fn Form(form: KindForm) -> AnyView {
    let list = href("/catalog/administration/kinds");
    let title = match &form.editing {
        Some(name) => format!("Kind {name}"),
        None => "Add a kind".to_owned(),
    };
    let path = form.editing.as_deref().unwrap_or("new");
    let action = href(&format!("/catalog/administration/kinds/{path}"));
    let removal = form.editing.clone().map(|name| removal(&name, form.entities, &action));
    let subtitle = form.changed.clone().map(|(by, at)| {
        view! {
            <p class="muted small">
                "Changed "<RelativeTime at />" by "<span class="mono">{by}</span>
            </p>
        }
    });
    let is_new = form.editing.is_none();
    let wrong = form.message.clone().or_else(|| {
        let count = form.errors.len();
        (count > 0).then(|| match count {
            1 => "Fix 1 error to continue.".to_owned(),
            count => format!("Fix {count} errors to continue."),
        })
    });
    let errors = StoredValue::new(form.errors);
    let error = move |path: &'static str| errors.with_value(|errors| error_at(errors, path));
    let typed = form.typed;
    let rows = typed.relations.iter().cloned();
    let rows = rows.chain(std::iter::repeat_n(KindRelation::default(), MORE_ROWS));
    let relations = rows
        .enumerate()
        .map(|(index, relation)| errors.with_value(|errors| relation_row(index, relation, errors)))
        .collect_view();
    let name = match is_new {
        true => view! {
            <TextInput
                name="name"
                label="Name"
                value=typed.name
                help="The value of kind in catalog-info.yaml: letters and digits, beginning with a capital."
                placeholder="Queue"
                error=error("/name")
                required=true
                mono=true
            />
        }
        .into_any(),
        false => view! {
            <TextInput
                name="name"
                label="Name"
                value=typed.name
                help="The name cannot be changed: add another kind instead."
                error=error("/name")
                readonly=true
                mono=true
            />
        }
        .into_any(),
    };
    view! {
        <Page
            title
            width=PageWidth::Narrow
            icon=icon_named(&typed.icon)
            breadcrumbs=vec![
                Crumb::link("Catalog", href("/catalog")),
                Crumb::link("Administration", href("/catalog/administration")),
                Crumb::link("Kinds", list.clone()),
                Crumb::here(form.editing.unwrap_or_else(|| "New".to_owned())),
            ]
        >
            {subtitle}
            {wrong.map(|text| view! { <Alert tone=Tone::Danger>{text}</Alert> })}
            // What is missing is said by the server, all at once.
            <form method="post" action=action class="flow" novalidate>
                <Card title="Name and icon" icon=IconName::Tag>
                    <div class="flow">
                        {name}
                        <TextInput
                            name="api_versions"
                            label="API versions"
                            value=typed.api_versions
                            help="The value of apiVersion: a domain of yours and a version. Separate several with commas."
                            placeholder="acme.example/v1"
                            error=error("/apiVersions")
                            required=true
                            mono=true
                        />
                        <div class="form-row">
                            <TextInput
                                name="title"
                                label="Title"
                                value=typed.title
                                help="Shown to people; the name when empty."
                                error=error("/title")
                            />
                            <TextInput
                                name="plural"
                                label="Plural title"
                                value=typed.plural
                                error=error("/plural")
                                help="The title with an s when empty."
                            />
                        </div>
                        <TextArea
                            name="description"
                            label="Description"
                            value=typed.description
                            help="What such an entity is."
                            error=error("/description")
                            rows=2
                        />
                        {icons(&typed.icon, error("/icon"))}
                    </div>
                </Card>
                <Card title="Schema" icon=IconName::FileCode>
                    <TextArea
                        name="schema"
                        label="Schema of the spec"
                        value=typed.schema
                        help="JSON Schema (draft 2020-12 or 7) as YAML or JSON. Titles and descriptions of its properties are shown on the pages of entities."
                        error=error("/schema")
                        rows=16
                        required=true
                        mono=true
                    />
                </Card>
                <Card title="Relations" icon=IconName::Workflow>
                    <div class="flow">
                        <p class="muted small">
                            "Fields of the spec that refer to other entities. Empty rows are ignored; saving adds two more."
                        </p>
                        {relations}
                        {error("/relations")
                            .map(|text| view! { <p class="field-error">{text}</p> })}
                    </div>
                </Card>
                <Card title="Try it" icon=IconName::Play>
                    <div class="flow">
                        <TextArea
                            name="sample"
                            label="Sample YAML"
                            value=typed.sample
                            help="Validated as a file would be. It is not stored."
                            error=error("/sample")
                            rows=8
                            mono=true
                        />
                        {form.tried.map(tried)}
                        <div class="cluster">
                            <Button
                                kind=ButtonKind::Submit
                                icon=IconName::Play
                                attr:name="action"
                                attr:value="try"
                            >
                                "Try"
                            </Button>
                        </div>
                    </div>
                </Card>
                <div class="cluster">
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Primary
                        attr:name="action"
                        attr:value="save"
                    >
                        {if is_new { "Add the kind" } else { "Save" }}
                    </Button>
                    <LinkButton href=list>"Cancel"</LinkButton>
                </div>
            </form>
            {removal}
        </Page>
    }
    .into_any()
}

/// Everything that is wrong with a field.
fn error_at(errors: &[FieldError], path: &str) -> Option<String> {
    let of_field = errors.iter().filter(|error| error.path == path);
    let messages: Vec<&str> = of_field.map(|error| error.message.as_str()).collect();
    (!messages.is_empty()).then(|| messages.join(" · "))
}

fn icons(chosen: &str, error: Option<String>) -> AnyView {
    let options = KIND_ICONS.map(|name| {
        view! {
            <label class="icon-choice" title=name>
                <input
                    class="visually-hidden"
                    type="radio"
                    name="icon"
                    value=name
                    checked=name == chosen
                />
                <Icon icon=icon_named(name) size=IconSize::Lg label=name.replace('-', " ") />
            </label>
        }
        .into_any()
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">"Icon"</legend>
            <div class="icon-choices">{options.into_iter().collect_view()}</div>
            {error.map(|text| view! { <p class="field-error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

fn relation_row(index: usize, relation: KindRelation, errors: &[FieldError]) -> AnyView {
    let id = |name: &str| format!("relation-{index}-{name}");
    let error = |name: &str| error_at(errors, &format!("/relations/{index}/{name}"));
    view! {
        <fieldset class="kind-relation">
            <legend class="visually-hidden">{format!("Relation {}", index + 1)}</legend>
            <TextInput
                name="field"
                id=id("field")
                label="Field of the spec"
                value=relation.field
                error=error("field")
                mono=true
            />
            <TextInput
                name="default_kind"
                id=id("default-kind")
                label="Default kind"
                value=relation.default_kind.unwrap_or_default()
                error=error("defaultKind")
                mono=true
            />
            <TextInput
                name="outgoing"
                id=id("outgoing")
                label="Relation"
                value=relation.outgoing
                error=error("outgoing")
                mono=true
            />
            <TextInput
                name="incoming"
                id=id("incoming")
                label="Inverse relation"
                value=relation.incoming
                error=error("incoming")
                mono=true
            />
        </fieldset>
    }
    .into_any()
}

/// What became of the sample.
fn tried(errors: Vec<String>) -> AnyView {
    if errors.is_empty() {
        return view! { <Alert tone=Tone::Success>"Valid."</Alert> }.into_any();
    }
    let lines = errors.into_iter().map(|line| view! { <li class="mono small break">{line}</li> });
    view! {
        <Alert tone=Tone::Warning title="Not valid">
            <ul class="plain-list">{lines.collect_view()}</ul>
        </Alert>
    }
    .into_any()
}

fn removal(name: &str, entities: u32, action: &str) -> AnyView {
    let text = match entities {
        0 => format!("No entities have the kind {name}."),
        1 => format!(
            "1 entity has the kind {name}. It is marked as broken until the kind is added again; nothing is deleted."
        ),
        count => format!(
            "{count} entities have the kind {name}. They are marked as broken until the kind is added again; nothing is deleted."
        ),
    };
    let action = action.to_owned();
    view! {
        <Card title="Remove this kind" icon=IconName::Trash2>
            <form method="post" action=action class="flow">
                <p>{text}</p>
                <p class="muted small">
                    "Files of this kind are rejected from then on."
                </p>
                <div class="cluster">
                    <Button
                        kind=ButtonKind::Submit
                        variant=ButtonVariant::Danger
                        attr:name="action"
                        attr:value="remove"
                    >
                        "Remove the kind"
                    </Button>
                </div>
            </form>
        </Card>
    }
    .into_any()
}
