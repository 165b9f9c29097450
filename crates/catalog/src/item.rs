//! One entity in memory: its finished JSON as text, and the few fields that lists are made from.

use crate::complaint::{self, Complaint};
use crate::edges::{Edges, edges};
use crate::overlay::Overlays;
use crate::packed::{Dictionaries, Dictionary, Packed};
use crate::removed::KEPT;
use crate::store::EntityRow;
use bytes::Bytes;
use model::time::Timestamp;
use serde::Deserialize;
use sha1::{Digest, Sha1};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;
use uuid::Uuid;

/// The start of every stored content; the uid and the etag go right behind it.
pub(crate) const CONTENT_START: &str = "{\"metadata\":{";

/// What does not change with other entities.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) entity_ref: Arc<str>,
    pub(crate) uid: Uuid,
    pub(crate) origin: Arc<Origin>,
    words: Words,
    pub(crate) r#type: Option<Arc<str>>,
    pub(crate) lifecycle: Option<Arc<str>>,
    pub(crate) tags: Box<[Arc<str>]>,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) system: Option<Arc<str>>,
    pub(crate) has_docs: bool,
    pub(crate) edges: Edges,
    pub(crate) orphan: bool,
    pub(crate) changed_at: Timestamp,
    own_etag: bool,
    /// What the row holds, where something else is shown.
    base: Option<Box<Base>>,
}

/// What the entities of one kind in one file have in common.
#[derive(Debug)]
pub(crate) struct Origin {
    /// As written.
    pub(crate) kind: Arc<str>,
    pub(crate) source_key: Arc<str>,
    pub(crate) location: Arc<str>,
    pub(crate) parent_ref: Arc<str>,
    dictionary: Dictionary,
}

/// Texts of one entity behind each other; with the ends of all but the last.
#[derive(Debug)]
struct Words {
    /// Title, description, errors, and the title in lower case where that is different.
    text: Box<str>,
    ends: [u32; 3],
}

/// What a descriptor gives, under what was edited.
#[derive(Debug)]
struct Base {
    content: Box<str>,
    edges: Edges,
}

/// An entity with its finished JSON.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) facts: Arc<Facts>,
    /// The finished JSON.
    json: Packed,
    /// Where the content stands in it, without its start and the last brace.
    content: (u32, u32),
    /// What tells its relations from others; nothing until they are known: then the JSON is the
    /// content alone.
    relations: Option<u64>,
}

/// Texts that many entities share are kept once.
#[derive(Default)]
pub(crate) struct Texts {
    shared: HashSet<Arc<str>>,
    dictionaries: Dictionaries,
    /// Where the last entities came from: the next one mostly comes from there too.
    origins: Vec<Arc<Origin>>,
}

/// How many origins are looked through for the one of the next entity.
const RECENT_ORIGINS: usize = 16;

#[derive(Deserialize)]
struct Glance<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: MetadataGlance<'a>,
    #[serde(borrow, default)]
    spec: SpecGlance<'a>,
}

#[derive(Deserialize)]
struct MetadataGlance<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    description: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
    #[serde(default)]
    annotations: AnnotationsGlance,
    #[serde(borrow, default)]
    etag: Option<Cow<'a, str>>,
}

/// All others are passed over without being copied.
#[derive(Deserialize, Default)]
struct AnnotationsGlance {
    #[serde(default, rename = "backstage.io/techdocs-ref")]
    docs: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
struct SpecGlance<'a> {
    #[serde(borrow, default)]
    r#type: Option<Loose<'a>>,
    #[serde(borrow, default)]
    lifecycle: Option<Loose<'a>>,
    #[serde(borrow, default)]
    profile: Option<Profile<'a>>,
}

/// Kinds say what their fields hold, but other kinds may use the same names.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose<'a> {
    Text(#[serde(borrow)] Cow<'a, str>),
    Other(serde::de::IgnoredAny),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Profile<'a> {
    Known {
        #[serde(borrow, default, rename = "displayName")]
        display_name: Option<Cow<'a, str>>,
    },
    Other(serde::de::IgnoredAny),
}

impl Loose<'_> {
    fn text(&self) -> Option<&str> {
        match self {
            Loose::Text(text) => Some(text),
            Loose::Other(_) => None,
        }
    }
}

impl Texts {
    /// The shared copy of a text.
    pub(crate) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(found) = self.shared.get(text) {
            return found.clone();
        }
        let shared: Arc<str> = text.into();
        self.shared.insert(shared.clone());
        shared
    }

    /// Where a row's entity comes from.
    fn origin(&mut self, row: &EntityRow, kind: &str) -> Arc<Origin> {
        let kind = self.share(kind);
        let dictionary = self.dictionaries.of(&kind, &row.content);
        let known = self.origins.iter().find(|known| {
            *known.kind == *kind
                && *known.source_key == *row.source_key
                && *known.location == *row.location
                && *known.parent_ref == *row.parent_ref
                && Arc::ptr_eq(&known.dictionary, &dictionary)
        });
        if let Some(known) = known {
            return known.clone();
        }
        let origin = Arc::new(Origin {
            kind,
            source_key: self.share(&row.source_key),
            location: self.share(&row.location),
            parent_ref: self.share(&row.parent_ref),
            dictionary,
        });
        if self.origins.len() == RECENT_ORIGINS {
            self.origins.remove(0);
        }
        self.origins.push(origin.clone());
        origin
    }

    /// Forgets what nobody uses any more.
    pub(crate) fn sweep(&mut self) {
        self.origins.clear();
        self.shared.retain(|text| Arc::strong_count(text) > 1);
    }
}

impl Words {
    fn new(title: &str, description: &str, errors: &str) -> Words {
        let lower = title.to_lowercase();
        let lower = if lower == title { "" } else { &lower };
        let ends = [title.len(), description.len(), errors.len()];
        let mut end = 0;
        let ends = ends.map(|length| {
            end += length as u32;
            end
        });
        Words { text: [title, description, errors, lower].concat().into(), ends }
    }

    fn part(&self, number: usize) -> &str {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        let end = self.ends.get(number).map_or(self.text.len(), |end| *end as usize);
        &self.text[start..end]
    }
}

impl Facts {
    fn of_row(
        row: &EntityRow,
        base: Option<Box<Base>>,
        texts: &mut Texts,
    ) -> Result<Facts, String> {
        let glance: Glance<'_> =
            serde_json::from_str(&row.content).map_err(|error| error.to_string())?;
        let metadata = glance.metadata;
        let title = metadata.title.clone().or(match glance.spec.profile {
            Some(Profile::Known { display_name }) => display_name,
            _ => None,
        });
        let title = title.unwrap_or_else(|| metadata.name.clone());
        let text = |loose: &Option<Loose<'_>>, texts: &mut Texts| {
            loose.as_ref().and_then(Loose::text).map(|text| texts.share(text))
        };
        let target = |relation: &str, kind: &str, texts: &mut Texts| {
            edges(&row.relations)
                .find(|edge| edge.out && edge.r#type == relation && edge.other.starts_with(kind))
                .map(|edge| texts.share(edge.other))
        };
        Ok(Facts {
            entity_ref: texts.share(&row.entity_ref),
            uid: Uuid::try_parse(&row.uid).map_err(|_| "its uid is no UUID")?,
            origin: texts.origin(row, &glance.kind),
            words: Words::new(
                &title,
                metadata.description.as_deref().unwrap_or_default(),
                &row.errors,
            ),
            r#type: text(&glance.spec.r#type, texts),
            lifecycle: text(&glance.spec.lifecycle, texts),
            tags: metadata.tags.iter().map(|tag| texts.share(tag)).collect(),
            owner: target("ownedBy", "", texts),
            system: target("partOf", "system:", texts),
            has_docs: metadata.annotations.docs.is_some(),
            edges: Edges::of_row(&row.relations, texts),
            orphan: row.orphan,
            changed_at: row.changed_at,
            own_etag: metadata.etag.is_some(),
            base,
        })
    }

    /// What to call it on a page.
    pub(crate) fn title(&self) -> &str {
        self.words.part(0)
    }

    pub(crate) fn description(&self) -> &str {
        self.words.part(1)
    }

    /// As in the row.
    pub(crate) fn errors(&self) -> &str {
        self.words.part(2)
    }

    /// The title in lower case, for sorting and searching.
    pub(crate) fn sort_key(&self) -> &str {
        match self.words.part(3) {
            "" => self.title(),
            lower => lower,
        }
    }

    /// Whether no source gives it any more, so that any may take it.
    pub(crate) fn yields(&self) -> bool {
        self.orphan || *self.origin.source_key == *KEPT
    }
}

impl Item {
    /// An entity from its row. `relations` are the inside of their list and its mark, where they
    /// are known; otherwise [`Item::related`] finishes its JSON, as they follow from all entities
    /// together.
    pub(crate) fn from_row(
        row: &EntityRow,
        overlays: &Overlays,
        texts: &mut Texts,
        relations: Option<(&str, u64)>,
    ) -> Result<Item, String> {
        let shown = overlays.laid_over(row);
        let base = shown.is_some().then(|| {
            let edges = Edges::of_row(&row.relations, texts);
            Box::new(Base { content: row.content.as_str().into(), edges })
        });
        let shown = shown.as_ref().unwrap_or(row);
        let tail = shown
            .content
            .strip_prefix(CONTENT_START)
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or("its content does not begin as expected")?;
        let facts = Arc::new(Facts::of_row(shown, base, texts)?);
        if let Some((relations, mark)) = relations {
            return Ok(Item::rendered(facts, tail, relations, mark));
        }
        let json = Packed::new(tail.as_bytes().to_vec(), &facts.origin.dictionary);
        let content = (0, tail.len() as u32);
        Ok(Item { facts, json, content, relations: None })
    }

    /// The finished JSON.
    pub(crate) fn json(&self) -> Bytes {
        self.json.bytes(&self.facts.origin.dictionary)
    }

    /// The finished JSON, to be looked at.
    pub(crate) fn text(&self) -> Cow<'_, [u8]> {
        self.json.text(&self.facts.origin.dictionary)
    }

    /// Whether it shows the relations with this mark, see [`Item::related`].
    pub(crate) fn shows(&self, mark: u64) -> bool {
        self.relations == Some(mark)
    }

    /// The same entity with these relations: the inside of the list, or nothing. `mark` tells them
    /// from others.
    pub(crate) fn related(&self, relations: &str, mark: u64) -> Item {
        Item::rendered(self.facts.clone(), &self.content_tail(), relations, mark)
    }

    /// Its relations, each with its target, sorted by both; none until they are known.
    pub(crate) fn relations(&self) -> Vec<(String, String)> {
        let text = self.text();
        // What follows the content begins with a comma, see `Tail`.
        let Some(tail) = text.get(self.content.1 as usize + 1..) else { return Vec::new() };
        let tail: serde_json::Result<TailGlance> = serde_json::from_slice(&[b"{", tail].concat());
        let relations = tail.map(|tail| tail.relations).unwrap_or_default();
        relations.into_iter().map(|relation| (relation.r#type, relation.target_ref)).collect()
    }

    /// The content as it is shown.
    pub(crate) fn content(&self) -> String {
        format!("{CONTENT_START}{}}}", self.content_tail())
    }

    /// The row this entity was made from.
    pub(crate) fn row(&self) -> EntityRow {
        let facts = &self.facts;
        let base = facts.base.as_deref();
        EntityRow {
            entity_ref: facts.entity_ref.to_string(),
            uid: facts.uid.to_string(),
            source_key: facts.origin.source_key.to_string(),
            location: facts.origin.location.to_string(),
            parent_ref: facts.origin.parent_ref.to_string(),
            content: base.map_or_else(|| self.content(), |base| base.content.to_string()),
            relations: base.map_or(&facts.edges, |base| &base.edges).text(),
            errors: facts.errors().to_owned(),
            orphan: facts.orphan,
            changed_at: facts.changed_at,
        }
    }

    /// Whether the row of this entity holds the same content.
    pub(crate) fn has_content(&self, content: &str) -> bool {
        if let Some(base) = &self.facts.base {
            return *base.content == *content;
        }
        content.strip_prefix(CONTENT_START).and_then(|rest| rest.strip_suffix('}'))
            == Some(&*self.content_tail())
    }

    /// Whether the row of this entity holds the same edges.
    pub(crate) fn has_edges(&self, edges: &str) -> bool {
        self.facts.base.as_ref().map_or(&self.facts.edges, |base| &base.edges).are(edges)
    }

    /// What the last reading complained about.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        complaint::from_text(self.facts.errors())
    }

    fn content_tail(&self) -> Cow<'_, str> {
        let inside = self.content.0 as usize..self.content.1 as usize;
        // It was made of text; the fallback cannot be reached.
        match self.text() {
            Cow::Borrowed(text) => String::from_utf8_lossy(&text[inside]),
            Cow::Owned(text) => String::from_utf8_lossy(&text[inside]).into_owned().into(),
        }
    }

    fn rendered(facts: Arc<Facts>, content: &str, relations: &str, mark: u64) -> Item {
        const NO_ETAG: &str = "0000000000000000000000000000000000000000";
        let tail = Tail { relations, errors: facts.errors() }.text();
        let mut json = String::with_capacity(content.len() + tail.len() + 120);
        let _ = write!(json, "{CONTENT_START}\"uid\":\"{}\",", facts.uid);
        let mut etag_at = None;
        if !facts.own_etag {
            json.push_str("\"etag\":\"");
            etag_at = Some(json.len());
            json.push_str(NO_ETAG);
            json.push_str("\",");
        }
        let start = json.len();
        json.push_str(content);
        let end = json.len();
        json.push_str(&tail);
        if let Some(at) = etag_at {
            let etag = hex(&Sha1::digest(&json));
            json.replace_range(at..at + etag.len(), &etag);
        }
        let content = (start as u32, end as u32);
        let json = Packed::new(json.into_bytes(), &facts.origin.dictionary);
        Item { facts, json, content, relations: Some(mark) }
    }
}

struct Tail<'a> {
    relations: &'a str,
    errors: &'a str,
}

#[derive(Deserialize)]
struct TailGlance {
    relations: Vec<RelationGlance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelationGlance {
    r#type: String,
    target_ref: String,
}

impl Tail<'_> {
    /// What follows the content: relations, status and the last brace.
    fn text(&self) -> String {
        let mut text = String::with_capacity(self.relations.len() + 20);
        let _ = write!(text, ",\"relations\":[{}]", self.relations);
        if !self.errors.is_empty() {
            let status = complaint::status(&complaint::from_text(self.errors));
            let _ = write!(text, ",\"status\":{status}");
        }
        text.push('}');
        text
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Adds a text as JSON.
pub(crate) fn push_json_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}
