//! Entities' JSON in memory, packed: most of it is what other entities of the kind say too.

use arcstr::ArcStr;
use lz4_flex::block::{compress_with_dict, decompress_into_with_dict};
use std::collections::HashMap;
use std::sync::Arc;

/// How many entities of a kind show what the others look like.
const SAMPLES: usize = 8;

/// How much of each, and of all together, in bytes.
const SAMPLE_SIZE: usize = 2048;
const DICTIONARY_SIZE: usize = 8 * 1024;

/// What every entity's JSON has beside its content.
const FRAME: &str = ",\"relations\":[{\"type\":\"ownerOf\",\"targetRef\":\"component:default/\"},{\"type\":\
\"dependsOn\",\"targetRef\":\"resource:default/\"},{\"type\":\"dependencyOf\",\"targetRef\":\"component:default/\"},\
{\"type\":\"hasPart\",\"targetRef\":\"component:default/\"},{\"type\":\"consumesApi\",\"targetRef\":\"api:default/\"},\
{\"type\":\"providesApi\",\"targetRef\":\"api:default/\"},{\"type\":\"apiProvidedBy\",\"targetRef\":\"component:\
default/\"},{\"type\":\"ownedBy\",\"targetRef\":\"group:default/\"},{\"type\":\"partOf\",\"targetRef\":\"system:default/\
\"}]}{\"metadata\":{\"uid\":\"\",\"etag\":\"\",\"namespace\":\"default\",\"annotations\":{";

/// A text, packed where that makes it smaller.
#[derive(Debug)]
pub enum Packed {
    /// As it is.
    Plain(Box<[u8]>),
    /// Packed, with its size.
    Small {
        /// The packed bytes.
        bytes: Box<[u8]>,
        /// How many bytes the text has.
        size: u32,
    },
}

/// What entities of a kind look like.
pub type Dictionary = Arc<[u8]>;

/// What entities look like, by kind.
#[derive(Default)]
pub struct Dictionaries(HashMap<ArcStr, (usize, Dictionary)>);

impl Dictionaries {
    /// The dictionary for an entity of a kind; the first ones of each kind add to it.
    pub fn of(&mut self, kind: &ArcStr, content: &str) -> Dictionary {
        let first = || (0, Dictionary::from(FRAME.as_bytes()));
        let (seen, dictionary) = self.0.entry(kind.clone()).or_insert_with(first);
        let known = dictionary.clone();
        if *seen < SAMPLES {
            *seen += 1;
            let room = SAMPLE_SIZE.min(DICTIONARY_SIZE.saturating_sub(dictionary.len()));
            let sample = &content.as_bytes()[..content.len().min(room)];
            *dictionary = [sample, dictionary].concat().into();
        }
        known
    }
}

impl Packed {
    /// Packs a text.
    pub fn new(text: &[u8], dictionary: &Dictionary) -> Packed {
        let packed = compress_with_dict(text, dictionary);
        match u32::try_from(text.len()) {
            // A copy, as the packer's own room is for the worst case and may be kept as it is.
            Ok(size) if packed.len() < text.len() => {
                Packed::Small { bytes: packed.as_slice().into(), size }
            }
            _ => Packed::Plain(text.into()),
        }
    }

    /// How many bytes the text has.
    pub fn size(&self) -> usize {
        match self {
            Packed::Plain(bytes) => bytes.len(),
            Packed::Small { size, .. } => *size as usize,
        }
    }

    /// The text, behind another one.
    pub fn text(&self, before: &[u8], dictionary: &Dictionary) -> Vec<u8> {
        let start = before.len();
        let mut text = Vec::with_capacity(start + self.size());
        text.extend_from_slice(before);
        match self {
            Packed::Plain(bytes) => text.extend_from_slice(bytes),
            Packed::Small { bytes, size } => {
                text.resize(start + *size as usize, 0);
                // It was packed here with the same dictionary, so it can be unpacked.
                if let Err(error) = decompress_into_with_dict(bytes, &mut text[start..], dictionary)
                {
                    tracing::error!("a packed entity cannot be unpacked: {error}");
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_as_they_were_and_what_repeats_is_small() {
        let kind = ArcStr::from("Component");
        let mut dictionaries = Dictionaries::default();
        let text = |number: usize| {
            format!(
                "{{\"name\":\"shop-{number}\",\"spec\":{{\"type\":\"service\",\"lifecycle\":\"production\",\"owner\":\"team-{}\"}}}}",
                number % 7
            )
        };
        for number in 0..50 {
            let text = text(number);
            let dictionary = dictionaries.of(&kind, &text);
            let packed = Packed::new(text.as_bytes(), &dictionary);
            assert_eq!(packed.text(b"", &dictionary), text.as_bytes());
            assert_eq!(packed.text(b"> ", &dictionary), format!("> {text}").as_bytes());
            if number > 0 {
                let Packed::Small { bytes, .. } = packed else { panic!("not packed") };
                assert!(bytes.len() * 2 < text.len(), "{} of {}", bytes.len(), text.len());
            }
        }
        let empty = Packed::new(b"", &Dictionary::default());
        assert!(empty.text(b"", &Dictionary::default()).is_empty());
    }
}
