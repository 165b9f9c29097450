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
