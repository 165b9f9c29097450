//! `scaffolder`: how templates run and where they may publish.

use super::macros::section;
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::Tree;
use super::values::Secret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

section! {
    /// How templates run and where they may publish.
    pub struct Scaffolder {
        /// Who is named as the author of commits.
        default_author("defaultAuthor"): Author;
        /// What commits say when the template does not.
        default_commit_message("defaultCommitMessage"): String, example "Initial commit";
        /// How many runs go on at the same time.
        concurrent_tasks_limit("concurrentTasksLimit"): u32;
        /// How long a run may take from its beginning, interruptions included; then it is ended.
        task_timeout("taskTimeout"): Duration;
        /// What every template sees.
        default_environment("defaultEnvironment"): Environment;
        /// Where templates may publish.
        publish("publish"): Publish;
    }
    unused {
        "taskTimeoutJanitorFrequency": "",
        "auditor": "",
        "defaultCommitSigningKey": "Commits are not signed.",
        "github": "Credentials are taken from `integrations.github`.",
        "gitlab": "Credentials are taken from `integrations.gitlab`.",
        "bitbucket": "Credentials are taken from `integrations`.",
        "azure": "Credentials are taken from `integrations.azure`.",
        "experimental*": "",
        "EXPERIMENTAL_*": "",
    }
    check Scaffolder::check;
}

section! {
    /// The author of commits.
    pub struct Author {
        /// The name.
        name("name"): String, example "Portal";
        /// The e-mail address.
        email("email"): String, example "portal@example.com";
    }
}

section! {
    /// What every template sees.
    pub struct Environment {
        /// Values for `${{ environment.parameters.… }}`.
        parameters("parameters"): BTreeMap<String, serde_json::Value>, example "{region: eu-1}";
        /// Values for `${{ environment.secrets.… }}`, which only the inputs of steps can use.
        secrets("secrets"): BTreeMap<String, Secret>, example "{deployToken: \"${DEPLOY_TOKEN}\"}";
    }
}

section! {
    /// Where templates may publish.
    pub struct Publish {
        /// By `publish:git`.
        git("git"): PublishGit;
    }
}

section! {
    /// Where `publish:git` may push.
    pub struct PublishGit {
        /// A folder in which it makes bare repositories; in the data folder when left out.
        folder("folder"): Option<PathBuf>, example "/srv/git";
        /// Below which URLs a remote has to lie: the same scheme, host and port, and the same first
        /// segments of the path. With an empty list only the folder is allowed.
        allowed_remotes("allowedRemotes"): Vec<RemotePrefix>, example "[\"https://git.example.com/acme/\"]";
    }
}

/// Below which URL a remote has to lie: a scheme, a whole host and perhaps a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePrefix(String);

impl Scaffolder {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        let author = &self.default_author;
        let broken = |text: &str| text.contains(|c: char| c.is_control() || "<>".contains(c));
        if broken(&author.name) || broken(&author.email) {
            reader.error_in(
                tree,
                "defaultAuthor",
                "expected a name and an address without `<`, `>` and line breaks, \
                 as git takes them.",
            );
        }
        if self.concurrent_tasks_limit == 0 {
            let hint = "With 0 no template would ever run.";
            reader.expected_in(tree, "concurrentTasksLimit", "at least 1", hint);
        }
    }
}

const REMOTE: &str = "the beginning of a URL such as `https://git.example.com/acme/`";

impl RemotePrefix {
    fn parse(text: &str) -> Result<RemotePrefix, String> {
        let (scheme, rest) = text.split_once("://").unwrap_or_default();
        let host = rest.split('/').next().unwrap_or_default();
        if !matches!(scheme, "http" | "https" | "ssh") {
            return Err("It begins with `https://`, `http://` or `ssh://`.".to_owned());
        }
        if scheme != "ssh" && host.contains('@') {
            return Err(
                "Put the token under `integrations` instead of user and password.".to_owned()
            );
        }
        // `https://git.example.com` would also allow `https://git.example.com.evil.example/`.
        if host.is_empty() || rest.len() == host.len() {
            return Err("It names the whole host and a `/` after it.".to_owned());
        }
        Ok(RemotePrefix(text.to_owned()))
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Setting for RemotePrefix {
    fn shape() -> Shape {
        Shape::Scalar(REMOTE)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, REMOTE, RemotePrefix::parse)
    }
}
