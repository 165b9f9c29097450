//! Colours, as they go into style sheets.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::Tree;

/// A colour as `#rrggbb`, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(String);

const EXPECTED: &str = "a colour as `#rrggbb`";

impl Colour {
    /// Reads `#rrggbb` or `#rgb`. Nothing else gets through: the text ends up in a style sheet.
    pub fn parse(text: &str) -> Result<Colour, String> {
        let digits = text.strip_prefix('#').filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        match digits {
            Some(digits) if digits.len() == 6 => Ok(Colour(text.to_ascii_lowercase())),
            Some(digits) if digits.len() == 3 => {
                let doubled: String = digits.chars().flat_map(|digit| [digit, digit]).collect();
                Ok(Colour(format!("#{}", doubled.to_ascii_lowercase())))
            }
            _ => Err("Write it in quotes, for example \"#3451b2\": `#` begins a comment.".into()),
        }
    }

    /// `#rrggbb`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for Colour {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, EXPECTED, Colour::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_get_through() {
        assert_eq!(Colour::parse("#3451B2").map(|c| c.0), Ok("#3451b2".to_owned()));
        assert_eq!(Colour::parse("#fa0").map(|c| c.0), Ok("#ffaa00".to_owned()));
        for bad in ["", "#", "red", "3451b2", "#12345", "#12345g", "#123456;}", "#é12", "#12345678"]
        {
            assert!(Colour::parse(bad).is_err(), "{bad}");
        }
    }
}
