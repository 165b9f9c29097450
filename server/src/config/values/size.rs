//! Sizes of files and texts: `500 kB`, `10 MiB`.

use crate::config::reader::Reader;
use crate::config::schema::Shape;
use crate::config::setting::Setting;
use crate::config::tree::{Tree, Value};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

const EXPECTED: &str = "a size such as `500 kB` or `10 MiB`";

impl Size {
    /// Reads a number with a unit; kB, MB and GB count in thousands, KiB, MiB and GiB in 1024s.
    pub fn parse(text: &str) -> Result<Size, String> {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let unit: u64 = match text[end..].trim().to_ascii_lowercase().as_str() {
            "b" | "byte" | "bytes" => 1,
            "k" | "kb" => 1_000,
            "m" | "mb" => 1_000_000,
            "g" | "gb" => 1_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            _ => return Err("Write a whole number with B, kB, MB, GB, KiB, MiB or GiB.".to_owned()),
        };
        let number = text[..end].parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
        number.map(Size).ok_or_else(|| "Write a whole number before the unit.".to_owned())
    }
}

impl Setting for Size {
    fn shape() -> Shape {
        Shape::Scalar(EXPECTED)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match tree.value {
            Value::Int(number) if number >= 0 => Some(Size(number.unsigned_abs())),
            Value::Int(_) | Value::Float(_) => {
                reader.expected(tree, EXPECTED, "");
                None
            }
            _ => reader.parse(tree, EXPECTED, Size::parse),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_unit() {
        assert_eq!(Size::parse("10 MiB"), Ok(Size(10 * 1024 * 1024)));
        assert_eq!(Size::parse("500kB"), Ok(Size(500_000)));
        assert_eq!(Size::parse("12 bytes"), Ok(Size(12)));
        for bad in ["", "10", "MB", "1.5 MB", "-1 MB", "10 furlongs", "99999999999999999999 GB"] {
            assert!(Size::parse(bad).is_err(), "{bad}");
        }
    }
}
