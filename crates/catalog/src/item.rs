//! One entity in memory: its finished JSON as text, and the few fields that lists are made from.

use crate::complaint::{self, Complaint};
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
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The start of every stored content; the uid and the etag go right behind it.
pub(crate) const CONTENT_START: &str = "{\"metadata\":{";

/// What does not change with other entities.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) entity_ref: Arc<str>,
    pub(crate) uid: Box<str>,
    /// As written.
    pub(crate) kind: Arc<str>,
    /// What to call it on a page.
    pub(crate) title: Box<str>,
    /// The title in lower case, for sorting and searching.
    pub(crate) sort_key: Box<str>,
    pub(crate) description: Box<str>,
    pub(crate) r#type: Option<Arc<str>>,
    pub(crate) lifecycle: Option<Arc<str>>,
    pub(crate) tags: Box<[Arc<str>]>,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) system: Option<Arc<str>>,
    pub(crate) has_docs: bool,
    pub(crate) source_key: Arc<str>,
    pub(crate) location: Arc<str>,
    pub(crate) parent_ref: Arc<str>,
    /// One edge per line, as in the row.
    pub(crate) edges: Box<str>,
    /// As in the row.
    pub(crate) errors: Box<str>,
    pub(crate) orphan: bool,
    pub(crate) changed_at: Timestamp,
    own_etag: bool,
    dictionary: Dictionary,
    /// What the row holds, where something else is shown.
    base: Option<Box<Base>>,
}

/// What a descriptor gives, under what was edited.
#[derive(Debug)]
struct Base {
    content: Box<str>,
    edges: Box<str>,
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
}

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

    /// Forgets what nobody uses any more.
    pub(crate) fn sweep(&mut self) {
        self.shared.retain(|text| Arc::strong_count(text) > 1);
    }
}

impl Facts {
    /// Whether no source gives it any more, so that any may take it.
    pub(crate) fn yields(&self) -> bool {
        self.orphan || *self.source_key == *KEPT
    }
}

impl Item {
    /// An entity from its row. Its JSON is finished by [`Item::related`], as relations follow from
    /// all entities together.
    pub(crate) fn from_row(
        row: &EntityRow,
        overlays: &Overlays,
        texts: &mut Texts,
    ) -> Result<Item, String> {
        let shown = overlays.laid_over(row);
        let base = shown.is_some().then(|| {
            let (content, edges) = (row.content.as_str().into(), row.relations.as_str().into());
            Box::new(Base { content, edges })
        });
        Item::shown(shown.as_ref().unwrap_or(row), base, texts)
    }

    fn shown(row: &EntityRow, base: Option<Box<Base>>, texts: &mut Texts) -> Result<Item, String> {
        let tail = row
            .content
            .strip_prefix(CONTENT_START)
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or("its content does not begin as expected")?;
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
        let kind = texts.share(&glance.kind);
        let dictionary = texts.dictionaries.of(&kind, &row.content);
        let facts = Facts {
            entity_ref: texts.share(&row.entity_ref),
            uid: row.uid.as_str().into(),
            kind,
            sort_key: title.to_lowercase().into(),
            title: title.into(),
            description: metadata.description.unwrap_or_default().into(),
            r#type: text(&glance.spec.r#type, texts),
            lifecycle: text(&glance.spec.lifecycle, texts),
            tags: metadata.tags.iter().map(|tag| texts.share(tag)).collect(),
            owner: target("ownedBy", "", texts),
            system: target("partOf", "system:", texts),
            has_docs: metadata.annotations.docs.is_some(),
            source_key: texts.share(&row.source_key),
            location: texts.share(&row.location),
            parent_ref: texts.share(&row.parent_ref),
            edges: row.relations.as_str().into(),
            errors: row.errors.as_str().into(),
            orphan: row.orphan,
            changed_at: row.changed_at,
            own_etag: metadata.etag.is_some(),
            dictionary,
            base,
        };
        let json = Packed::new(tail.as_bytes().to_vec(), &facts.dictionary);
        let content = (0, tail.len() as u32);
        Ok(Item { facts: Arc::new(facts), json, content, relations: None })
    }

    /// The finished JSON.
    pub(crate) fn json(&self) -> Bytes {
        self.json.bytes(&self.facts.dictionary)
    }

    /// The finished JSON, to be looked at.
    pub(crate) fn text(&self) -> Cow<'_, [u8]> {
        self.json.text(&self.facts.dictionary)
    }

    /// The same entity with these relations; nothing when it has them already. `relations` is the
    /// inside of the list, or nothing.
    pub(crate) fn related(&self, relations: &str) -> Option<Item> {
        let mut hasher = DefaultHasher::new();
        relations.hash(&mut hasher);
        let mark = hasher.finish();
        if self.relations == Some(mark) {
            return None;
        }
        Some(Item::rendered(self.facts.clone(), &self.content_tail(), relations, mark))
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
            source_key: facts.source_key.to_string(),
            location: facts.location.to_string(),
            parent_ref: facts.parent_ref.to_string(),
            content: base.map_or_else(|| self.content(), |base| base.content.to_string()),
            relations: base.map_or(&facts.edges, |base| &base.edges).to_string(),
            errors: facts.errors.to_string(),
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
        self.facts.base.as_ref().map_or(&self.facts.edges, |base| &base.edges).as_ref() == edges
    }

    /// What the last reading complained about.
    pub(crate) fn complaints(&self) -> Vec<Complaint> {
        complaint::from_text(&self.facts.errors)
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
        let tail = Tail { relations, errors: &facts.errors }.text();
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
        let json = Packed::new(json.into_bytes(), &facts.dictionary);
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

/// One edge of an entity's own making.
pub(crate) struct Edge<'a> {
    /// It starts at the entity; otherwise it leads to it.
    pub(crate) out: bool,
    pub(crate) r#type: &'a str,
    /// The entity at the other end.
    pub(crate) other: &'a str,
}

/// The edges as they stand in a row.
pub(crate) fn edges(text: &str) -> impl Iterator<Item = Edge<'_>> {
    text.lines().filter_map(|line| {
        let (out, rest) = match line.strip_prefix('>') {
            Some(rest) => (true, rest),
            None => (false, line.strip_prefix('<')?),
        };
        let (r#type, other) = rest.split_once(' ')?;
        Some(Edge { out, r#type, other })
    })
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
