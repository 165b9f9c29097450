//! One entity in memory: its finished JSON as text, and the few fields that lists are made from.

use crate::complaint::{self, Complaint};
use crate::edges::{edges, lengthened, shortened};
use crate::packed::{Dictionaries, Dictionary, Packed};
use crate::rows::{EntityRow, KEPT};
use arcstr::ArcStr;
use bytes::Bytes;
use model::entity::Entity;
use model::time::Timestamp;
use model::{Error, Result as ModelResult};
use serde::Deserialize;
use sha1::{Digest, Sha1};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;
use uuid::Uuid;

/// The start of every stored content; the uid and the etag go right behind it.
pub const CONTENT_START: &str = "{\"metadata\":{";

/// What does not change with other entities.
#[derive(Debug, Clone)]
pub struct Facts {
    /// The full reference, in lower case.
    pub entity_ref: ArcStr,
    /// Stays as long as the entity is there.
    pub uid: Uuid,
    /// Where it comes from.
    pub origin: Arc<Origin>,
    words: Words,
    /// `spec.type`.
    pub r#type: Option<ArcStr>,
    /// `spec.lifecycle`.
    pub lifecycle: Option<ArcStr>,
    /// `metadata.tags`.
    pub tags: Box<[ArcStr]>,
    /// The reference of its owner, there or not.
    pub owner: Option<ArcStr>,
    /// The reference of the system it is a part of.
    pub system: Option<ArcStr>,
    /// When its row changed last.
    pub changed_at: Timestamp,
    /// What the row holds, where something else is shown.
    base: Option<Box<Base>>,
}

/// What the entities of one kind in one file have in common.
#[derive(Debug)]
pub struct Origin {
    /// As written.
    pub kind: ArcStr,
    /// The key of the source.
    pub source_key: ArcStr,
    /// The file or address, as a location.
    pub location: ArcStr,
    /// The Location entity that names the file.
    pub parent_ref: ArcStr,
    dictionary: Dictionary,
}

/// Texts of one entity behind each other; with the ends of all but the last.
#[derive(Debug, Clone)]
struct Words {
    /// Title, errors, and the title in lower case where that is different.
    text: Box<str>,
    ends: [u32; 2],
}

/// What a descriptor gives, under what was edited.
#[derive(Debug, Clone)]
struct Base {
    content: Box<str>,
    edges: Box<str>,
}

/// An entity with its finished JSON.
#[derive(Debug)]
pub struct Item {
    /// What does not change with other entities.
    pub facts: Facts,
    /// What is so or not.
    pub flags: Flags,
    /// What follows uid and etag in the finished JSON, and behind that the edges that are shown.
    packed: Packed,
    /// Where the content ends in it, which is without its start and the last brace.
    content_end: u32,
    /// Where the JSON ends.
    end: u32,
    /// Nothing for an entity that brings its own.
    etag: [u8; 20],
}

/// What is so or not.
#[derive(Debug, Clone, Copy)]
pub struct Flags {
    /// It says where its documentation is.
    pub has_docs: bool,
    /// Nothing names it any more.
    pub orphan: bool,
    own_etag: bool,
}

/// Texts that many entities share are kept once.
#[derive(Default)]
pub struct Texts {
    shared: HashSet<ArcStr>,
    dictionaries: Dictionaries,
    /// Where the last entities came from: the next one mostly comes from there too.
    origins: Vec<Arc<Origin>>,
}

/// How many origins are looked through for the one of the next entity.
const RECENT_ORIGINS: usize = 16;

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    metadata: MetadataFields<'a>,
    #[serde(borrow, default)]
    spec: SpecFields<'a>,
}

#[derive(Deserialize)]
struct MetadataFields<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tags: Vec<Cow<'a, str>>,
    #[serde(default)]
    annotations: AnnotationFields,
    #[serde(borrow, default)]
    etag: Option<Cow<'a, str>>,
}

/// All others are passed over without being copied.
#[derive(Deserialize, Default)]
struct AnnotationFields {
    #[serde(default, rename = "backstage.io/techdocs-ref")]
    docs: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
struct SpecFields<'a> {
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
    pub fn share(&mut self, text: &str) -> ArcStr {
        if let Some(found) = self.shared.get(text) {
            return found.clone();
        }
        let shared = ArcStr::from(text);
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
    pub fn sweep(&mut self) {
        self.origins.clear();
        self.shared.retain(|text| ArcStr::strong_count(text).is_none_or(|count| count > 1));
    }
}

impl Words {
    fn new(title: &str, errors: &str) -> Words {
        let lower = title.to_lowercase();
        let lower = if lower == title { "" } else { &lower };
        let ends = [title.len(), title.len() + errors.len()].map(|end| end as u32);
        Words { text: [title, errors, lower].concat().into(), ends }
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
    ) -> Result<(Facts, Flags), String> {
        let fields: Fields<'_> =
            serde_json::from_str(&row.content).map_err(|error| error.to_string())?;
        let metadata = fields.metadata;
        let title = metadata.title.clone().or(match fields.spec.profile {
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
        let flags = Flags {
            has_docs: metadata.annotations.docs.is_some(),
            orphan: row.orphan,
            own_etag: metadata.etag.is_some(),
        };
        let facts = Facts {
            entity_ref: row.entity_ref.as_str().into(),
            uid: Uuid::try_parse(&row.uid).map_err(|_| "its uid is no UUID")?,
            origin: texts.origin(row, &fields.kind),
            words: Words::new(&title, &row.errors),
            r#type: text(&fields.spec.r#type, texts),
            lifecycle: text(&fields.spec.lifecycle, texts),
            tags: metadata.tags.iter().map(|tag| texts.share(tag)).collect(),
            owner: target("ownedBy", "", texts),
            system: target("partOf", "system:", texts),
            changed_at: row.changed_at,
            base,
        };
        Ok((facts, flags))
    }

    /// What to call it on a page.
    pub fn title(&self) -> &str {
        self.words.part(0)
    }

    /// As in the row.
    pub fn errors(&self) -> &str {
        self.words.part(1)
    }

    /// The title in lower case, for sorting and searching.
    pub fn sort_key(&self) -> &str {
        match self.words.part(2) {
            "" => self.title(),
            lower => lower,
        }
    }
}

impl Item {
    /// An entity from its row and what is shown instead, if anything; `relations` is the inside of
    /// their list.
    pub fn from_row(
        row: &EntityRow,
        shown: Option<&EntityRow>,
        texts: &mut Texts,
        relations: &str,
    ) -> Result<Item, String> {
        let base = shown.map(|_| {
            let (content, edges) = (row.content.as_str().into(), row.relations.as_str().into());
            Box::new(Base { content, edges })
        });
        let shown = shown.unwrap_or(row);
        let tail = shown
            .content
            .strip_prefix(CONTENT_START)
            .and_then(|rest| rest.strip_suffix('}'))
            .ok_or("its content does not begin as expected")?;
        let (facts, flags) = Facts::of_row(shown, base, texts)?;
        Ok(Item::rendered(facts, flags, tail, relations, &shortened(&shown.relations)))
    }

    /// Whether no source gives it any more, so that any may take it.
    pub fn yields(&self) -> bool {
        self.flags.orphan || *self.facts.origin.source_key == *KEPT
    }

    /// The finished JSON.
    pub fn json(&self) -> Bytes {
        self.text().into()
    }

    /// The finished JSON, to be looked at.
    pub fn text(&self) -> Vec<u8> {
        let mut text = self.unpacked(&head(&self.facts.uid, self.etag()));
        text.truncate(text.len() - self.packed.size() + self.end as usize);
        text
    }

    /// The relations that the fields make which are shown, as they stand in a row.
    pub fn edges(&self) -> String {
        lengthened(&self.part(self.end as usize..self.packed.size()))
    }

    fn etag(&self) -> Option<&[u8; 20]> {
        (!self.flags.own_etag).then_some(&self.etag)
    }

    /// The packed text behind another.
    fn unpacked(&self, before: &[u8]) -> Vec<u8> {
        self.packed.text(before, &self.facts.origin.dictionary)
    }

    /// A part of the packed text; it was made of text, so nothing is ever replaced.
    fn part(&self, part: Range<usize>) -> String {
        String::from_utf8_lossy(&self.unpacked(&[])[part]).into_owned()
    }

    /// The same entity with these relations: the inside of the list.
    pub fn related(&self, relations: &str) -> Item {
        let packed = self.part(0..self.packed.size());
        let (content, edges) = (&packed[..self.content_end as usize], &packed[self.end as usize..]);
        Item::rendered(self.facts.clone(), self.flags, content, relations, edges)
    }

    /// Its relations, each with its target, sorted by both.
    pub fn relations(&self) -> Vec<(String, String)> {
        // What follows the content begins with a comma, see `Tail`.
        let tail = self.part(self.content_end as usize + 1..self.end as usize);
        let tail: serde_json::Result<TailFields> = serde_json::from_str(&format!("{{{tail}"));
        let relations = tail.map(|tail| tail.relations).unwrap_or_default();
        relations.into_iter().map(|relation| (relation.r#type, relation.target_ref)).collect()
    }

    /// What it says of itself; empty when it says nothing.
    pub fn description(&self) -> String {
        let text = self.text();
        let found: serde_json::Result<Described<'_>> = serde_json::from_slice(&text);
        found
            .ok()
            .and_then(|found| found.metadata.description)
            .map_or(String::new(), Cow::into_owned)
    }

    /// The content as it is shown.
    pub fn content(&self) -> String {
        format!("{CONTENT_START}{}}}", self.content_tail())
    }

    /// The row this entity was made from.
    pub fn row(&self) -> EntityRow {
        let facts = &self.facts;
        let base = facts.base.as_deref();
        EntityRow {
            entity_ref: facts.entity_ref.to_string(),
            uid: facts.uid.to_string(),
            source_key: facts.origin.source_key.to_string(),
            location: facts.origin.location.to_string(),
            parent_ref: facts.origin.parent_ref.to_string(),
            content: base.map_or_else(|| self.content(), |base| base.content.to_string()),
            relations: base.map_or_else(|| self.edges(), |base| base.edges.to_string()),
            errors: facts.errors().to_owned(),
            orphan: self.flags.orphan,
            changed_at: facts.changed_at,
        }
    }

    /// Whether the row of this entity holds the same content and edges.
    pub fn is_made_of(&self, content: &str, edges: &str) -> bool {
        if let Some(base) = &self.facts.base {
            return *base.content == *content && *base.edges == *edges;
        }
        let packed = self.part(0..self.packed.size());
        content.strip_prefix(CONTENT_START).and_then(|rest| rest.strip_suffix('}'))
            == Some(&packed[..self.content_end as usize])
            && lengthened(&packed[self.end as usize..]) == edges
    }

    /// What the last reading complained about.
    pub fn complaints(&self) -> Vec<Complaint> {
        complaint::from_text(self.facts.errors())
    }

    fn content_tail(&self) -> String {
        self.part(0..self.content_end as usize)
    }

    fn rendered(facts: Facts, flags: Flags, content: &str, relations: &str, edges: &str) -> Item {
        let tail = Tail { relations, errors: facts.errors() }.text();
        let json = [content, &tail, edges].concat();
        let end = content.len() + tail.len();
        let mut etag = [0; 20];
        if !flags.own_etag {
            let sha = Sha1::new_with_prefix(head(&facts.uid, Some(&etag)));
            etag = sha.chain_update(&json[..end]).finalize().into();
        }
        let packed = Packed::new(json.as_bytes(), &facts.origin.dictionary);
        Item { facts, flags, packed, content_end: content.len() as u32, end: end as u32, etag }
    }
}

impl Item {
    /// The entity, taken from its JSON.
    pub fn entity(&self) -> ModelResult<Entity> {
        serde_json::from_slice(&self.text()).map_err(|error| {
            tracing::error!(entity.r#ref = &*self.facts.entity_ref, "stored entity: {error}");
            Error::internal("")
        })
    }

    /// Whether the kind is this one, in any letter case.
    pub fn is_kind(&self, kind: &str) -> bool {
        self.facts.origin.kind.eq_ignore_ascii_case(kind)
    }

    /// The name, in lower case.
    pub fn name_key(&self) -> &str {
        self.facts.entity_ref.rsplit_once('/').map_or("", |(_, name)| name)
    }
}

/// How the finished JSON begins.
fn head(uid: &Uuid, etag: Option<&[u8; 20]>) -> Vec<u8> {
    const MOST: usize = 128;
    let mut head = Vec::with_capacity(MOST);
    head.extend_from_slice(CONTENT_START.as_bytes());
    head.extend_from_slice(b"\"uid\":\"");
    head.extend_from_slice(uid.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes());
    head.extend_from_slice(b"\",");
    if let Some(etag) = etag {
        head.extend_from_slice(b"\"etag\":\"");
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
        head.extend(etag.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]));
        head.extend_from_slice(b"\",");
    }
    head
}

struct Tail<'a> {
    relations: &'a str,
    errors: &'a str,
}

#[derive(Deserialize)]
struct Described<'a> {
    #[serde(borrow)]
    metadata: Description<'a>,
}

#[derive(Deserialize)]
struct Description<'a> {
    #[serde(borrow, default)]
    description: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct TailFields {
    relations: Vec<RelationFields>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RelationFields {
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
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Adds a text as JSON.
pub fn push_json_text(out: &mut String, text: &str) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}
