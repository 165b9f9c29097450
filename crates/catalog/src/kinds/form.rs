//! The pages of kinds: the list of all, and the form of one.

use super::{after, refused, unknown};
use crate::Catalog;
use crate::kinds::KindChange;
use crate::store::kind::{KindRecord, kind_all};
use access::{OpContext, Permission};
use catalog_index::kinds::{KindSet, MAX_SCHEMA_BYTES};
use catalog_ingest::descriptor::{Options, read};
use model::kind::KINDS;
use model::kind::definition::{KIND_ICONS, KindDefinition, KindRelation};
use model::kind::view::{KindForm, KindRow, KindTyped};
use model::{Error, FieldError, Result};
use serde_json::{Value, json};
use yaml::Node;

/// The longest text of a schema, in bytes: more than a schema may have, for its spaces.
const MAX_TEXT: usize = 4 * MAX_SCHEMA_BYTES;

/// The schema a new kind begins with.
const FIRST_SCHEMA: &str = "\
type: object
required: [owner]
properties:
  owner:
    type: string
    minLength: 1
";

/// What became of a form that was sent.
#[derive(Debug)]
pub enum KindSubmitted {
    /// The kind is there now.
    Saved,
    /// The form with what was typed, and with what is wrong or was found out.
    Form(Box<KindForm>),
}

impl Catalog {
    /// Every kind: those that were added first, then the built-in ones.
    pub async fn kind_overview(&self, op: &OpContext) -> Result<Vec<KindRow>> {
        op.authorize(Permission::CatalogKindRead)?;
        let rows = kind_all(op.db()).await?;
        let count = self.kind_counts(op)?;
        let own = rows.into_iter().map(|row| KindRow {
            title: row.definition.shown_title().to_owned(),
            entities: count(&row.definition.name),
            name: row.definition.name,
            description: row.definition.description,
            api_versions: row.definition.api_versions,
            changed: Some((row.changed_by, row.changed_at)),
        });
        let built_in = KINDS.iter().map(|kind| KindRow {
            name: kind.name.to_owned(),
            title: kind.name.to_owned(),
            description: String::new(),
            api_versions: kind.api_versions.iter().map(ToString::to_string).collect(),
            entities: count(kind.name),
            changed: None,
        });
        Ok(own.chain(built_in).collect())
    }

    /// The form of a kind as it is; of a new one when none is named.
    pub async fn kind_form(&self, op: &OpContext, name: Option<&str>) -> Result<KindForm> {
        op.authorize(Permission::CatalogKindUpdate)?;
        let Some(name) = name else {
            let owner = KindRelation {
                field: "owner".to_owned(),
                default_kind: Some("Group".to_owned()),
                outgoing: "ownedBy".to_owned(),
                incoming: "ownerOf".to_owned(),
            };
            let typed = KindTyped {
                icon: KIND_ICONS[0].to_owned(),
                schema: FIRST_SCHEMA.to_owned(),
                relations: vec![owner],
                ..KindTyped::default()
            };
            return Ok(KindForm { typed, ..KindForm::default() });
        };
        let row = self.kind_row(op, name).await?;
        let form = self.kind_frame(op, &row)?;
        Ok(KindForm { typed: typed(row.definition), ..form })
    }

    /// Saves what was typed, or tries it on the sample. What does not make sense comes back.
    pub async fn kind_submit(
        &self,
        op: &OpContext,
        editing: Option<&str>,
        typed: KindTyped,
        only_try: bool,
    ) -> Result<KindSubmitted> {
        op.authorize(Permission::CatalogKindUpdate)?;
        let frame = match editing {
            Some(name) => self.kind_frame(op, &self.kind_row(op, name).await?)?,
            None => KindForm::default(),
        };
        let mut typed = tidied(typed);
        if let Some(name) = &frame.editing {
            typed.name.clone_from(name);
        }
        let given = definition(&typed);
        let form = KindForm { typed, ..frame };
        let form = |errors, message| KindForm { errors, message, ..form.clone() };
        let (definition, schema) = match given {
            Ok(given) => given,
            Err(error) => {
                // The other fields are checked beside a schema that takes everything.
                let rest =
                    KindTyped { schema: "type: object".to_owned(), ..form(Vec::new(), None).typed };
                let known = self.state(op)?.kinds();
                let name = editing.unwrap_or_default();
                let mut errors = match definition(&rest) {
                    Ok((rest, _)) => candidate(&known, name, rest).err().unwrap_or_default(),
                    Err(_) => Vec::new(),
                };
                errors.retain(|error| !error.path.starts_with("/schema"));
                errors.push(error);
                return Ok(sent_back(form(errors, None)));
            }
        };
        if only_try {
            let known = self.state(op)?.kinds();
            let name = editing.unwrap_or_default();
            return Ok(match candidate(&known, name, definition) {
                Ok(set) => {
                    let (errors, tried) = tried(&form(Vec::new(), None).typed.sample, &set);
                    sent_back(KindForm { tried, ..form(errors, None) })
                }
                Err(errors) => sent_back(form(at_fields(errors, schema.as_ref()), None)),
            });
        }
        let name = definition.name.clone();
        let is_there = editing.is_none() && self.state(op)?.kinds().definition(&name).is_some();
        let outcome = match is_there {
            true => Err(refused(vec![FieldError::new(
                "/name",
                format!("there is a kind {name} already: expected another name"),
            )])),
            false => self.kind_put(op, &name, definition).await.map(|_| ()),
        };
        Ok(match outcome {
            Ok(()) => KindSubmitted::Saved,
            Err(Error::Invalid { fields, .. }) if !fields.is_empty() => {
                sent_back(form(at_fields(fields, schema.as_ref()), None))
            }
            Err(error) => sent_back(form(Vec::new(), Some(error.to_string()))),
        })
    }

    async fn kind_row(&self, op: &OpContext, name: &str) -> Result<KindRecord> {
        let rows = kind_all(op.db()).await?;
        let found = rows.into_iter().find(|row| row.definition.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| unknown(name))
    }

    /// What the form of a kind says beside its fields.
    fn kind_frame(&self, op: &OpContext, row: &KindRecord) -> Result<KindForm> {
        Ok(KindForm {
            editing: Some(row.definition.name.clone()),
            entities: self.kind_counts(op)?(&row.definition.name),
            changed: Some((row.changed_by.clone(), row.changed_at)),
            ..KindForm::default()
        })
    }

    /// How many entities there are of each kind.
    fn kind_counts(&self, op: &OpContext) -> Result<impl Fn(&str) -> u32 + use<>> {
        let kinds = self.summary(op)?.kinds;
        Ok(move |name: &str| {
            let found = kinds.iter().find(|kind| kind.value.eq_ignore_ascii_case(name));
            found.map_or(0, |kind| kind.count)
        })
    }
}

fn sent_back(form: KindForm) -> KindSubmitted {
    KindSubmitted::Form(Box::new(form))
}

/// The kinds as they would be. The kind that is changed is not in the way of itself.
fn candidate(
    known: &KindSet,
    editing: &str,
    definition: KindDefinition,
) -> std::result::Result<KindSet, Vec<FieldError>> {
    let others = after(known, &KindChange::Delete(editing.to_owned()));
    others.unwrap_or_default().and(definition)
}

/// Without spaces around and rows in which nothing is said.
fn tidied(typed: KindTyped) -> KindTyped {
    let plain = |text: String| text.trim().to_owned();
    let lines = |text: String| text.replace("\r\n", "\n");
    let relations = typed.relations.into_iter().map(|relation| KindRelation {
        field: plain(relation.field),
        default_kind: relation.default_kind.map(plain).filter(|kind| !kind.is_empty()),
        outgoing: plain(relation.outgoing),
        incoming: plain(relation.incoming),
    });
    KindTyped {
        name: plain(typed.name),
        api_versions: plain(typed.api_versions),
        title: plain(typed.title),
        plural: plain(typed.plural),
        description: plain(lines(typed.description)),
        icon: typed.icon,
        schema: lines(typed.schema),
        relations: relations.filter(|relation| *relation != KindRelation::default()).collect(),
        sample: lines(typed.sample),
    }
}

/// What was typed as a definition, with the places of its schema when they are known.
fn definition(
    typed: &KindTyped,
) -> std::result::Result<(KindDefinition, Option<Node>), FieldError> {
    let (schema, node) =
        parsed(&typed.schema).map_err(|message| FieldError::new("/schema", message))?;
    let versions = typed.api_versions.split([',', ' ', '\n']).map(str::trim);
    let definition = KindDefinition {
        name: typed.name.clone(),
        api_versions: versions.filter(|text| !text.is_empty()).map(str::to_owned).collect(),
        title: typed.title.clone(),
        plural: typed.plural.clone(),
        description: typed.description.clone(),
        icon: typed.icon.clone(),
        schema,
        relations: typed.relations.clone(),
    };
    Ok((definition, node))
}

/// A schema as it was typed, in JSON or YAML.
fn parsed(text: &str) -> std::result::Result<(Value, Option<Node>), String> {
    if text.len() > MAX_TEXT {
        return Err(format!("it has {} bytes and at most {MAX_TEXT} are taken", text.len()));
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Ok((value, yaml::parse_all(text).into_iter().flatten().next()));
    }
    let mut documents = yaml::parse_all(text);
    match (documents.len(), documents.pop()) {
        (1, Some(Ok(node))) => Ok((node.to_json(), Some(node))),
        (_, Some(Err(error))) => Err(format!("{}: {}", error.mark, error.message)),
        (0, _) => Err("expected a JSON Schema, as JSON or YAML".to_owned()),
        _ => Err("expected one document, as JSON or YAML".to_owned()),
    }
}

/// Errors within the schema at the schema's field, with line and column.
fn at_fields(errors: Vec<FieldError>, schema: Option<&Node>) -> Vec<FieldError> {
    let placed = |error: FieldError| match error.path.strip_prefix("/schema/") {
        None => error,
        Some(rest) => {
            let pointer = format!("/{rest}");
            let place = schema.map(|node| format!("{} ", node.mark_of(&pointer)));
            let message = format!("{}{pointer}: {}", place.unwrap_or_default(), error.message);
            FieldError::new("/schema", message)
        }
    };
    errors.into_iter().map(placed).collect()
}

/// What is wrong with a sample.
fn tried(sample: &str, kinds: &KindSet) -> (Vec<FieldError>, Option<Vec<String>>) {
    let options = Options { all_errors: true, kinds: kinds.kinds(), ..Options::default() };
    let documents = read(sample, &options);
    if documents.is_empty() {
        let message = "expected a descriptor of this kind to try the schema on";
        return (vec![FieldError::new("/sample", message)], None);
    }
    let errors = documents.iter().flat_map(|document| &document.errors);
    (Vec::new(), Some(errors.map(ToString::to_string).collect()))
}

/// A definition as it is typed.
fn typed(definition: KindDefinition) -> KindTyped {
    let sample = json!({
        "apiVersion": definition.api_versions.first(),
        "kind": definition.name,
        "metadata": {"name": "example"},
        "spec": {},
    });
    KindTyped {
        sample: yaml::to_string(&sample),
        name: definition.name,
        api_versions: definition.api_versions.join(", "),
        title: definition.title,
        plural: definition.plural,
        description: definition.description,
        icon: definition.icon,
        schema: yaml::to_string(&definition.schema),
        relations: definition.relations,
    }
}
