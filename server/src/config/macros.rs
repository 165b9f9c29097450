//! The one description of settings: from it come the type, its reader, the check for unknown keys
//! and the documentation.

/// Describes an object. For each key: what it means, its field, its name, its type and, when it
/// has them, the default (in YAML) and an example.
///
/// ```text
/// section! {
///     /// What the portal is called.
///     pub struct App {
///         /// The product's name.
///         title("title"): String, example "Acme Portal";
///     }
///     unused { "support": "", "analytics": "" }
///     check App::check;
/// }
/// ```
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident($key:literal): $type:ty $(= $default:literal)? $(, example $example:literal)?;
            )*
        }
        $(unused = $all_unused:path;)?
        $(unused { $($unused:literal: $note:literal),* $(,)? })?
        $(check $check:path;)?
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone)]
        pub struct $name {
            $(
                $(#[doc = $doc])+
                pub $field: $type,
            )*
        }

        impl $name {
            /// What the keys are.
            pub fn section() -> &'static $crate::config::schema::Section {
                static SECTION: $crate::config::schema::Section = $crate::config::schema::Section {
                    doc: &[$($about),+],
                    keys: &[$($crate::config::schema::Key {
                        name: $key,
                        doc: &[$($doc),+],
                        shape: <$type as $crate::config::setting::Setting>::shape,
                        required: <$type as $crate::config::setting::Setting>::REQUIRED,
                        default: $crate::config::macros::optional!($($default)?),
                        example: $crate::config::macros::optional!($($example)?),
                    }),*],
                    unused: $crate::config::macros::unused!(
                        $(= $all_unused)? $($($unused: $note),*)?
                    ),
                };
                &SECTION
            }
        }

        impl $crate::config::setting::Setting for $name {
            const REQUIRED: bool = false;

            fn shape() -> $crate::config::schema::Shape {
                $crate::config::schema::Shape::Object(Self::section())
            }

            fn read(
                tree: &$crate::config::tree::Tree,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                let entries = reader.object(tree, Self::section())?;
                // All keys are read before one that failed ends it.
                $(
                    let $field = reader.key(
                        entries,
                        &tree.place,
                        $key,
                        $crate::config::macros::optional!($($default)?),
                    );
                )*
                let value = $name { $($field: $field?),* };
                $(
                    let mut value = value;
                    $check(&mut value, tree, reader);
                )?
                Some(value)
            }

            fn absent(
                parent: &$crate::config::place::Place,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                let empty = $crate::config::tree::Value::Map(Vec::new());
                let place = parent.clone();
                Self::read(&$crate::config::tree::Tree { value: empty, place }, reader)
            }
        }
    };
}

/// Describes a choice between words.
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident {
            $($(#[doc = $doc:literal])+ $variant:ident($word:literal),)+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $name {
            /// The word in the configuration.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl $crate::config::setting::Setting for $name {
            fn shape() -> $crate::config::schema::Shape {
                $crate::config::schema::Shape::Choice(&[
                    $($crate::config::schema::Choice { word: $word, doc: &[$($doc),+] }),+
                ])
            }

            fn read(
                tree: &$crate::config::tree::Tree,
                reader: &mut $crate::config::reader::Reader<'_>,
            ) -> Option<Self> {
                let word = reader.word(tree, &[$($word),+])?;
                [$($name::$variant),+].into_iter().find(|choice| choice.as_str() == word)
            }
        }
    };
}

/// An optional literal as an `Option`.
macro_rules! optional {
    () => {
        None
    };
    ($literal:literal) => {
        Some($literal)
    };
}

/// The unused keys of a section.
macro_rules! unused {
    (= $path:path) => {
        $path
    };
    ($($name:literal: $note:literal),*) => {
        &[$($crate::config::schema::Unused { name: $name, note: $note }),*]
    };
}

pub(in crate::config) use {choice, optional, section, unused};
