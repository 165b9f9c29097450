//! What can be a setting, and how plain values, lists and maps are read.

use super::place::Place;
use super::reader::Reader;
use super::schema::Shape;
use super::tree::{Tree, Value};
use model::tenant::TenantName;
use std::collections::BTreeMap;

/// A value that can be read from the configuration.
pub trait Setting: Sized {
    /// Whether the value has to be there.
    const REQUIRED: bool = true;

    /// What the value looks like.
    fn shape() -> Shape;

    /// Reads the value; what is wrong with it is noted in the reader.
    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self>;

    /// The value when it is left out of the object at `parent`.
    fn absent(parent: &Place, reader: &mut Reader<'_>) -> Option<Self> {
        reader.missing(parent, &Self::shape());
        None
    }
}

/// A key a person chooses.
pub trait MapKey: Ord + Sized {
    /// What it is called in the documentation.
    const NAME: &'static str;

    /// Reads the key; the error says what to do.
    fn parse(text: &str) -> Result<Self, String>;
}

impl MapKey for String {
    const NAME: &'static str = "name";

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl MapKey for TenantName {
    const NAME: &'static str = "name";

    fn parse(text: &str) -> Result<Self, String> {
        TenantName::parse(text)
    }
}

impl Setting for String {
    fn shape() -> Shape {
        Shape::Scalar("a text")
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, "a text", |text| match text {
            "" => Err("Write something, or leave the key out.".to_owned()),
            _ => Ok(text.to_owned()),
        })
    }
}

impl Setting for bool {
    fn shape() -> Shape {
        Shape::Scalar("`true` or `false`")
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match tree.value {
            Value::Bool(value) => Some(value),
            // Variables are texts.
            _ => reader.parse(tree, "`true` or `false`", |text| match text {
                "true" => Ok(true),
                "false" => Ok(false),
                _ => Err(String::new()),
            }),
        }
    }
}

macro_rules! whole_number {
    ($type:ty, $expected:literal) => {
        impl Setting for $type {
            fn shape() -> Shape {
                Shape::Scalar($expected)
            }

            fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
                match tree.value {
                    Value::Int(number) => match <$type>::try_from(number) {
                        Ok(number) => Some(number),
                        Err(_) => {
                            reader.expected(tree, $expected, "");
                            None
                        }
                    },
                    _ => reader.parse(tree, $expected, |text| {
                        text.parse().map_err(|_| "Write digits only.".to_owned())
                    }),
                }
            }
        }
    };
}

whole_number!(u16, "a whole number from 0 to 65535");
whole_number!(u32, "a whole number");

impl Setting for f64 {
    fn shape() -> Shape {
        Shape::Scalar("a number")
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match tree.value {
            Value::Int(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            _ => reader.parse(tree, "a number", |text| {
                text.parse().map_err(|_| "Write digits with a point.".to_owned())
            }),
        }
    }
}

impl<T: Setting> Setting for Option<T> {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        T::shape()
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        // `${TOKEN:-}` is how people say "if there is one".
        if reader.is_blank(tree) { Some(None) } else { T::read(tree, reader).map(Some) }
    }

    fn absent(_: &Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(None)
    }
}

impl<T: Setting> Setting for Vec<T> {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let items = reader.items(tree)?;
        // Every item is read before one that failed ends it.
        let items: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                reader.at(&format!("[{index}]"), |reader| {
                    reader.note_place(&item.place);
                    T::read(item, reader)
                })
            })
            .collect();
        items.into_iter().collect()
    }

    fn absent(_: &Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(Vec::new())
    }
}

impl<K: MapKey, T: Setting> Setting for BTreeMap<K, T> {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        Shape::Map(K::NAME, Box::new(T::shape()))
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let entries = reader.entries(tree)?;
        let values: Vec<Option<(K, T)>> = entries
            .iter()
            .map(|entry| {
                let key = K::parse(&entry.key);
                if let Err(hint) = &key {
                    reader.error(&entry.place, hint);
                }
                let value = reader.key(std::slice::from_ref(entry), &entry.place, &entry.key, None);
                Some((key.ok()?, value?))
            })
            .collect();
        values.into_iter().collect()
    }

    fn absent(_: &Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(BTreeMap::new())
    }
}

impl Setting for serde_json::Value {
    fn shape() -> Shape {
        Shape::Any
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        use serde_json::Value as Json;
        Some(match &tree.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(number) => Json::from(*number),
            Value::Float(number) => Json::from(*number),
            Value::Text(_) | Value::Literal(_) | Value::Broken(_) => {
                Json::String(reader.text(tree, "a text")?)
            }
            Value::List(_) => Json::Array(Vec::read(tree, reader)?),
            Value::Map(entries) => {
                let mut object = serde_json::Map::new();
                for entry in entries {
                    let value = reader.at(&format!(".{}", entry.key), |reader| {
                        serde_json::Value::read(&entry.value, reader)
                    });
                    object.insert(entry.key.clone(), value?);
                }
                Json::Object(object)
            }
        })
    }
}
