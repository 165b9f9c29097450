//! `/catalog/administration/kinds/…`: the form of a kind. It is sent as a whole page, with script
//! and without, so that every page that follows knows the kinds there are then.

use crate::catalog::api::kind_form_get;
use crate::catalog::kind::icon_named;
use crate::failed::{FailedPage, WayOut};
use crate::resource::ServerResource;
use crate::session::{DraftKey, KeptDraft, draft_sent, href};
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
                        let what = format!("Kind {}", name.get_untracked());
                        let list =
                            WayOut { label: "Kinds", path: "/catalog/administration/kinds" };
                        view! { <FailedPage what error list /> }.into_any()
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
    let is_answered = form.message.is_some() || !form.errors.is_empty() || form.tried.is_some();
    let summary = summary(form.message.clone(), &form.errors);
    let summary = Signal::derive(move || summary.clone());
    let errors = StoredValue::new(form.errors);
    let error = move |path: &'static str| errors.with_value(|errors| error_at(errors, path));
    let typed = form.typed;
    let rows = typed.relations.iter().cloned();
    let rows = rows.chain(std::iter::repeat_n(KindRelation::default(), MORE_ROWS));
    let relations = rows
        .enumerate()
        .map(|(index, relation)| errors.with_value(|errors| relation_row(index, relation, errors)))
        .collect::<Vec<_>>();
    let given = relations.len();
    let count = RwSignal::new(given);
    let added = move |index: usize| relation_row(index, KindRelation::default(), &[]);
    let add = move |_| {
        let next = count.get_untracked();
        count.set(next + 1);
        focus_on(&relation_id(next, "field"));
    };
    let before_restore = move |names: Vec<String>| {
        let wanted = names.iter().filter(|name| *name == "field").count();
        count.update(|count| *count = wanted.max(*count));
    };
    let key = DraftKey::of("kind");
    let sent = key.clone();
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
            <FormErrors errors=summary />
            // What is missing is said by the server, all at once.
            <form
                method="post"
                action=action
                class="flow"
                novalidate
                on:submit=move |_| draft_sent(&sent)
            >
                <KeptDraft key answered=is_answered before=before_restore />
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
                            "Fields of the spec that refer to other entities. Empty rows are ignored"
                            <span class="without-script-inline">"; saving adds two more"</span> "."
                        </p>
                        {relations}
                        <For each=move || given..count.get() key=|index| *index children=added />
                        <div class="with-script">
                            <Button icon=IconName::Plus size=ButtonSize::Sm on:click=add>
                                "Add a relation"
                            </Button>
                        </div>
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

/// Everything that is wrong, with the labels of the fields.
fn summary(message: Option<String>, errors: &[FieldError]) -> Vec<FormError> {
    let one = |error: &FieldError| {
        let parts: Vec<&str> = error.path.split('/').skip(1).collect();
        let (label, id) = match parts[..] {
            ["name"] => ("Name".to_owned(), "field-name".to_owned()),
            ["apiVersions", ..] => ("API versions".to_owned(), "field-api_versions".to_owned()),
            ["title"] => ("Title".to_owned(), "field-title".to_owned()),
            ["plural"] => ("Plural title".to_owned(), "field-plural".to_owned()),
            ["description"] => ("Description".to_owned(), "field-description".to_owned()),
            ["icon"] => ("Icon".to_owned(), "field-icon".to_owned()),
            ["schema", ..] => ("Schema".to_owned(), "field-schema".to_owned()),
            ["sample"] => ("Sample YAML".to_owned(), "field-sample".to_owned()),
            ["relations", index, field] => {
                let index: usize = index.parse().unwrap_or_default();
                let (label, name) = match field {
                    "field" => ("Field of the spec", "field"),
                    "defaultKind" => ("Default kind", "default-kind"),
                    "incoming" => ("Inverse relation", "incoming"),
                    _ => ("Relation", "outgoing"),
                };
                (format!("Relation {}, {label}", index + 1), relation_id(index, name))
            }
            ["relations", ..] => ("Relations".to_owned(), relation_id(0, "field")),
            _ => return FormError::whole(&*error.message),
        };
        FormError::at(id, format!("{label}: {}", error.message))
    };
    message.into_iter().map(FormError::whole).chain(errors.iter().map(one)).collect()
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
        <fieldset class="field" id="field-icon">
            <legend class="field-label">"Icon"</legend>
            <div class="icon-choices">{options.into_iter().collect_view()}</div>
            {error.map(|text| view! { <p class="field-error">{text}</p> })}
        </fieldset>
    }
    .into_any()
}

fn relation_id(index: usize, name: &str) -> String {
    format!("relation-{index}-{name}")
}

fn relation_row(index: usize, relation: KindRelation, errors: &[FieldError]) -> AnyView {
    let id = |name: &str| relation_id(index, name);
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
    let outcome = match errors.is_empty() {
        true => view! { <Alert tone=Tone::Success>"Valid."</Alert> }.into_any(),
        false => {
            let lines = errors.into_iter();
            let lines = lines.map(|line| view! { <li class="mono small break">{line}</li> });
            view! {
                <Alert tone=Tone::Warning title="Not valid">
                    <ul class="plain-list">{lines.collect_view()}</ul>
                </Alert>
            }
            .into_any()
        }
    };
    // Whoever tried is led to the outcome, which is far down the page.
    view! {
        <div id="tried" class="form-outcome" tabindex="-1" autofocus>
            {outcome}
        </div>
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
    let title = format!("Remove the kind {name}?");
    let said = text.clone();
    let form: ConfirmForm = Box::new(move |question| {
        let action = action.clone();
        view! {
            <form method="post" action=action class="flow">
                {question}
            </form>
        }
        .into_any()
    });
    view! {
        <Card title="Remove this kind" icon=IconName::Trash2>
            <div class="flow">
                <p>{said}</p>
                <p class="muted small">
                    "Files of this kind are rejected from then on."
                </p>
                <Confirm
                    id="remove-kind"
                    label="Remove the kind"
                    title
                    text
                    confirm="Remove"
                    action="remove"
                    variant=ButtonVariant::Danger
                    form
                />
            </div>
        </Card>
    }
    .into_any()
}
