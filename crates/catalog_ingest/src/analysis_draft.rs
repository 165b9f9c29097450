//! A first draft of a descriptor for a repository, from what can be seen of it.

use model::entity_ref::EntityRef;
use serde_json::{Value, json};

/// The annotation that names a repository, by host.
const SLUGS: [(&str, &str); 4] = [
    ("github.com", "github.com/project-slug"),
    ("gitlab.com", "gitlab.com/project-slug"),
    ("bitbucket.org", "bitbucket.org/project-slug"),
    ("dev.azure.com", "dev.azure.com/project-repo"),
];

/// Files at the top of a repository, and the language they tell.
const LANGUAGES: [(&str, &str); 10] = [
    ("Cargo.toml", "rust"),
    ("go.mod", "go"),
    ("pyproject.toml", "python"),
    ("requirements.txt", "python"),
    ("pom.xml", "java"),
    ("build.gradle", "java"),
    ("build.gradle.kts", "kotlin"),
    ("Gemfile", "ruby"),
    ("composer.json", "php"),
    ("package.json", "javascript"),
];

/// Where owners of files are named.
pub const OWNER_FILES: [&str; 5] = [
    "CODEOWNERS",
    ".github/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    "docs/CODEOWNERS",
];

/// What can be seen of a repository.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// The host as addresses name it.
    pub host: String,
    /// `owner/name`
    pub repository: String,
    /// Its description.
    pub description: Option<String>,
    /// Its topics.
    pub topics: Vec<String>,
    /// Paths of files.
    pub files: Vec<String>,
    /// The text of the file that names owners.
    pub owners: Option<String>,
}

impl Seen {
    /// The entity, without what only people can tell.
    pub fn draft(&self) -> Value {
        let (owner, name) = self.repository.rsplit_once('/').unwrap_or(("", &self.repository));
        let mut metadata = json!({"name": plain_name(name)});
        if let Some(description) = self.description.as_deref().map(str::trim)
            && !description.is_empty()
        {
            metadata["description"] = description.into();
        }
        let tags = self.tags();
        if !tags.is_empty() {
            metadata["tags"] = tags.into();
        }
        if let Some((_, annotation)) = SLUGS.iter().find(|(host, _)| *host == self.host) {
            metadata["annotations"] = json!({*annotation: format!("{owner}/{name}")});
        }
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": metadata,
            "spec": {"type": self.component_type(), "lifecycle": "unknown"},
        })
    }

    /// The owner that the repository names for everything in it, as a reference.
    pub fn owner(&self) -> Option<String> {
        let rules = self.owners.as_deref()?.lines().filter_map(|line| {
            let line = line.split('#').next().unwrap_or_default();
            let mut words = line.split_whitespace();
            Some((words.next()?, words.find_map(|word| word.strip_prefix('@'))?))
        });
        let rules: Vec<(&str, &str)> = rules.collect();
        // The last rule for everything counts; without one, the first rule there is.
        let everything =
            rules.iter().rev().find(|(pattern, _)| matches!(*pattern, "*" | "/" | "**"));
        let (_, owner) = everything.or(rules.first())?;
        let (kind, name) = match owner.rsplit_once('/') {
            Some((_, team)) => ("group", team),
            None => ("user", *owner),
        };
        Some(EntityRef::new(kind, "default", plain_name(name)).to_string())
    }

    fn tags(&self) -> Vec<String> {
        let language = self.language().map(str::to_owned);
        let fits = |topic: &&String| {
            let plain = |c: char| {
                c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, ':' | '+' | '#')
            };
            topic.len() <= 63
                && topic.split('-').all(|part| !part.is_empty() && part.chars().all(plain))
        };
        let topics = self.topics.iter().filter(fits).cloned();
        let mut tags: Vec<String> = language.into_iter().chain(topics).collect();
        tags.sort();
        tags.dedup();
        tags
    }

    fn language(&self) -> Option<&'static str> {
        let found = LANGUAGES.iter().find(|(file, _)| self.has(file));
        found.map(|(_, language)| match *language {
            "javascript" if self.has("tsconfig.json") => "typescript",
            language => language,
        })
    }

    fn component_type(&self) -> &'static str {
        let is_served =
            ["Dockerfile", "Containerfile", "Procfile"].iter().any(|file| self.has(file));
        let is_site = ["index.html", "public/index.html", "next.config.js", "vite.config.ts"]
            .iter()
            .any(|file| self.has(file));
        match (is_site, is_served, self.has("src/lib.rs"), self.has("src/main.rs")) {
            (true, ..) => "website",
            (_, true, ..) => "service",
            (_, _, true, false) => "library",
            _ => "other",
        }
    }

    fn has(&self, path: &str) -> bool {
        self.files.iter().any(|file| file == path)
    }
}

/// A name that entities may have.
fn plain_name(text: &str) -> String {
    let kept =
        |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = text.chars().take(63).map(kept).collect();
    name.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_of_a_repository_becomes_a_draft() {
        let seen = Seen {
            host: "github.com".into(),
            repository: "acme/Web Shop".into(),
            description: Some(" Sells things ".into()),
            topics: vec!["shop".into(), "Not A Tag".into()],
            files: ["Cargo.toml", "src/main.rs", "Dockerfile"].map(str::to_owned).to_vec(),
            owners: Some("# who\n/docs @acme/writers\n* @acme/shop-team @jane\n".into()),
        };
        let draft = seen.draft();
        assert_eq!(draft["metadata"]["name"], "Web-Shop");
        assert_eq!(draft["metadata"]["description"], "Sells things");
        assert_eq!(draft["metadata"]["tags"], json!(["rust", "shop"]));
        assert_eq!(draft["metadata"]["annotations"]["github.com/project-slug"], "acme/Web Shop");
        assert_eq!(draft["spec"]["type"], "service");
        assert_eq!(seen.owner().as_deref(), Some("group:default/shop-team"));
        let person = Seen { owners: Some("*.rs @Jane".into()), ..Seen::default() };
        assert_eq!(person.owner().as_deref(), Some("user:default/jane"));
        assert_eq!(Seen::default().owner(), None);
    }
}
