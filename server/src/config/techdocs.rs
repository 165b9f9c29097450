//! `techdocs`: how documentation sites are built and where they are kept.

use super::macros::{choice, section};
use super::reader::Reader;
use super::tree::Tree;
use std::path::PathBuf;
use std::time::Duration;

section! {
    /// How documentation sites are built and where they are kept.
    pub struct TechDocs {
        /// Who builds the sites.
        builder("builder"): Builder;
        /// How they are built.
        generator("generator"): Generator;
        /// Where they are kept.
        publisher("publisher"): Publisher;
        /// How long what was found out about them is kept.
        cache("cache"): Cache;
        /// Images in their pages.
        images("images"): Images;
    }
    unused {
        "storageUrl": "",
        "requestUrl": "",
        "generators": "",
        "sanitizer": "",
        "legacyUseCaseSensitiveTripletPaths": "",
        "publishDirectory": "",
    }
}

choice! {
    /// Who builds the sites.
    pub enum Builder {
        /// The program itself, when a site is opened.
        Local("local"),
        /// A pipeline; the program only shows them.
        External("external"),
    }
}

section! {
    /// How sites are built.
    pub struct Generator {
        /// Where Backstage runs MkDocs. Accepted; the program renders sites itself and needs
        /// neither.
        run_in("runIn"): Option<RunIn>;
        /// Settings of the sites.
        mkdocs("mkdocs"): MkDocs;
    }
    unused { "dockerImage": "", "pullImage": "", "techdocs": "" }
}

choice! {
    /// Where Backstage runs MkDocs.
    pub enum RunIn {
        /// In a container.
        Docker("docker"),
        /// On the machine.
        Local("local"),
    }
}

section! {
    /// Settings of the sites.
    pub struct MkDocs {
        /// Whether a site without `index.md` opens with its README.
        legacy_copy_readme("legacyCopyReadmeMdToIndexMd"): bool;
    }
    unused {
        "omitTechdocsCorePlugin": "",
        "defaultPlugins": "",
        "disableExternalFonts": "Pages load no fonts from elsewhere.",
        "dangerouslyAllowAdditionalKeys": "",
    }
}

section! {
    /// Where sites are kept.
    pub struct Publisher {
        /// The kind of storage.
        kind("type"): PublisherKind;
        /// Settings of the storage on this machine.
        local("local"): LocalPublisher;
    }
    unused {
        "awsS3": "Comes later.",
        "googleGcs": "Comes later.",
        "azureBlobStorage": "Comes later.",
        "openStackSwift": "Comes later.",
    }
    check Publisher::check;
}

choice! {
    /// A kind of storage.
    pub enum PublisherKind {
        /// A folder on this machine.
        Local("local"),
        /// Comes later; a folder on this machine is used instead.
        AwsS3("awsS3"),
        /// Comes later; a folder on this machine is used instead.
        GoogleGcs("googleGcs"),
        /// Comes later; a folder on this machine is used instead.
        AzureBlobStorage("azureBlobStorage"),
        /// Comes later; a folder on this machine is used instead.
        OpenStackSwift("openStackSwift"),
    }
}

section! {
    /// Settings of the storage on this machine.
    pub struct LocalPublisher {
        /// The folder; in the data folder when left out.
        publish_directory("publishDirectory"): Option<PathBuf>, example "/var/lib/callboard/docs";
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

section! {
    /// How long what was found out about sites is kept.
    pub struct Cache {
        /// How long a built site is served before its source is looked at again. A plain number
        /// counts milliseconds, as in Backstage.
        ttl("ttl"): Option<Milliseconds>, example "1h";
    }
    unused { "readTimeout": "" }
}

/// A duration whose plain number counts milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Milliseconds(pub Duration);

impl super::setting::Setting for Milliseconds {
    fn shape() -> super::schema::Shape {
        Duration::shape()
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        if let super::tree::Value::Int(_) = tree.value {
            let ms = u32::read(tree, reader)?;
            return Some(Milliseconds(Duration::from_millis(u64::from(ms))));
        }
        Duration::read(tree, reader).map(Milliseconds)
    }
}

impl Publisher {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if self.kind != PublisherKind::Local {
            let place = &tree.get("type").unwrap_or(tree).place;
            let kind = self.kind.as_str();
            let message =
                format!("`{kind}` comes later: sites are kept in a folder on this machine.");
            reader.at(".type", |reader| reader.warn(place, &message));
        }
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
