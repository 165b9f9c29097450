//! A pass over the parsed page before it is written: ids of headings and attribute lists.

use super::attributes::Attributes;
use super::slug::{Ids, slug};
use super::{Events, inline};
use model::docs::TocEntry;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::collections::HashMap;

/// Ids in a page's own words are cut here.
const MAX_ID: usize = 200;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    /// Attributes by the place of the start of what they belong to.
    pub(super) attributes: HashMap<usize, Attributes>,
    /// Ids of headings by the place of their start.
    pub(super) heading_ids: HashMap<usize, String>,
    pub(super) toc: Vec<TocEntry>,
    pub(super) ids: Ids,
}

/// Takes attribute lists out of the text and gives every heading its id.
pub(super) fn prepare(events: &mut Events<'_>) -> Prepared {
    let mut prepared = Prepared::default();
    let mut open: Vec<usize> = Vec::new();
    for at in 0..events.len() {
        let owner = match &events[at].0 {
            Event::Start(_) => {
                open.push(at);
                continue;
            }
            Event::End(end) => {
                let start = open.pop().unwrap_or(at);
                match end {
                    TagEnd::Heading(_) => {
                        heading_attributes(events, at, start, &mut prepared);
                        continue;
                    }
                    TagEnd::Paragraph => {
                        paragraph_attributes(events, at, start, &mut prepared);
                        continue;
                    }
                    TagEnd::Link | TagEnd::Image | TagEnd::Strong | TagEnd::Emphasis => start,
                    _ => continue,
                }
            }
            Event::Code(_) => at,
            _ => continue,
        };
        if let Some((Event::Text(text), _)) = events.get(at + 1)
            && let Some((attributes, length)) = Attributes::at_start(text)
        {
            let rest = text[length..].to_owned();
            events[at + 1].0 = Event::Text(rest.into());
            prepared.attributes.insert(owner, attributes);
        }
    }
    name_headings(events, &mut prepared);
    prepared
}

fn heading_attributes(events: &mut Events<'_>, end: usize, start: usize, to: &mut Prepared) {
    if let Event::Text(text) = &events[end - 1].0
        && let Some((attributes, at)) = Attributes::at_end(text)
    {
        let kept = text[..at].trim_end().to_owned();
        events[end - 1].0 = Event::Text(kept.into());
        to.attributes.insert(start, attributes);
    }
}

/// A list on the last line of a paragraph, with its colon, belongs to the paragraph.
fn paragraph_attributes(events: &mut Events<'_>, end: usize, start: usize, to: &mut Prepared) {
    if end < start + 3 || events[end - 2].0 != Event::SoftBreak {
        return;
    }
    if let Event::Text(text) = &events[end - 1].0
        && text.starts_with("{:")
        && let Some((attributes, length)) = Attributes::at_start(text)
        && text[length..].trim().is_empty()
    {
        events[end - 1].0 = Event::Text("".into());
        events[end - 2].0 = Event::Text("".into());
        to.attributes.insert(start, attributes);
    }
}

fn name_headings(events: &Events<'_>, prepared: &mut Prepared) {
    let mut heading: Option<Heading> = None;
    for (at, (event, _)) in events.iter().enumerate() {
        match (event, &mut heading) {
            (Event::Start(Tag::Heading { level, .. }), _) => {
                heading = Some(Heading { start: at, level: *level as u8, ..Heading::default() });
            }
            (Event::End(TagEnd::Heading(_)), Some(found)) => {
                let words = inline::plain(&found.words).trim().to_owned();
                let list = prepared.attributes.get_mut(&found.start);
                let given = list.and_then(|list| list.id.take());
                let id: String =
                    given.unwrap_or_else(|| slug(&words)).chars().take(MAX_ID).collect();
                let id = prepared.ids.unique(&id);
                // A picture alone is called by its own words.
                let title = if words.is_empty() { found.pictures.trim().to_owned() } else { words };
                prepared.heading_ids.insert(found.start, id.clone());
                prepared.toc.push(TocEntry { level: found.level, id, title });
                heading = None;
            }
            (event, Some(found)) => found.add(event),
            _ => {}
        }
    }
}

/// The words of a heading while it is read.
#[derive(Debug, Default)]
pub(super) struct Heading {
    start: usize,
    level: u8,
    pub(super) words: String,
    /// The words that stand for pictures, which MkDocs leaves out of ids and titles.
    pictures: String,
    in_picture: usize,
}

impl Heading {
    /// Adds what an event within the heading says.
    pub(super) fn add(&mut self, event: &Event<'_>) {
        let words = if self.in_picture > 0 { &mut self.pictures } else { &mut self.words };
        match event {
            Event::Start(Tag::Image { .. }) => self.in_picture += 1,
            Event::End(TagEnd::Image) => self.in_picture = self.in_picture.saturating_sub(1),
            Event::Text(text) | Event::Code(text) => words.push_str(text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
}
