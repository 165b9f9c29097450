//! `techdocs`: how documentation is shown.

use super::macros::section;
use super::reader::Reader;
use super::tree::Tree;

section! {
    /// How documentation is shown. The program renders it from its source, when a page is asked for.
    pub struct TechDocs {
        /// Images in their pages.
        images("images"): Images;
    }
    unused {
        "builder": "The program renders pages itself.",
        "generator": "The program renders pages itself.",
        "publisher": "Pages are rendered from their source; nothing is kept elsewhere.",
        "cache": "",
        "storageUrl": "",
        "requestUrl": "",
        "generators": "",
        "sanitizer": "",
        "legacyUseCaseSensitiveTripletPaths": "",
        "publishDirectory": "",
    }
}

section! {
    /// Images in pages of documentation.
    pub struct Images {
        /// Hosts whose images pages load, such as `img.shields.io` or `*.example.com`. An image of
        /// another host tells that host who reads the page, so it is shown as a link.
        allowed_hosts("allowedHosts"): Vec<ImageHost>, example "[img.shields.io]";
    }
}

/// A host, or `*.` and the domain above several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageHost(String);

const IMAGE_HOST: &str =
    "a host such as `img.example.com`, `img.example.com:8443` or `*.example.com`";

impl ImageHost {
    fn parse(text: &str) -> Result<ImageHost, String> {
        let host = text.strip_prefix("*.").unwrap_or(text);
        let (name, port) = host.split_once(':').unwrap_or((host, "443"));
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        let name_fits = !name.is_empty()
            && name.chars().all(plain)
            && name.split('.').all(|part| !part.is_empty());
        if !name_fits || port.parse::<u16>().is_err() {
            return Err("Write the host alone, without `https://` and without a path.".to_owned());
        }
        Ok(ImageHost(text.to_ascii_lowercase()))
    }

    /// As it is written in a policy of a page.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl super::setting::Setting for ImageHost {
    fn shape() -> super::schema::Shape {
        super::schema::Shape::Scalar(IMAGE_HOST)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, IMAGE_HOST, ImageHost::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_images_are_told_from_addresses() {
        for text in ["img.shields.io", "*.Example.com", "localhost:8080", "a-b.example"] {
            assert!(ImageHost::parse(text).is_ok(), "{text}");
        }
        for text in [
            "https://a.b",
            "a.b/x",
            "*",
            "*.",
            "",
            "a b",
            "a.b;script-src *",
            "a..b",
            "a:x",
            "'self'",
        ] {
            assert!(ImageHost::parse(text).is_err(), "{text}");
        }
    }
}
