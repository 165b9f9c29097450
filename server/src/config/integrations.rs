//! `integrations`: hosts of source code and how the program signs in there.

use super::macros::section;
use super::reader::Reader;
use super::tree::Tree;
use super::values::Secret;
use super::values::{Host, WebUrl};

section! {
    /// Hosts of source code and how the program signs in there. What stands here may also be read.
    pub struct Integrations {
        /// GitHub and GitHub Enterprise.
        github("github"): Vec<GitHub>;
        /// GitLab.
        gitlab("gitlab"): Vec<GitLab>;
        /// Gitea and Forgejo.
        gitea("gitea"): Vec<Gitea>;
        /// Bitbucket Cloud.
        bitbucket_cloud("bitbucketCloud"): Vec<BitbucketCloud>;
        /// Bitbucket Server and Data Center.
        bitbucket_server("bitbucketServer"): Vec<BitbucketServer>;
        /// Azure DevOps.
        azure("azure"): Vec<Azure>;
        /// Gerrit.
        gerrit("gerrit"): Vec<Gerrit>;
    }
    unused {
        "bitbucket": "Use `bitbucketCloud` or `bitbucketServer`.",
        "awsS3": "Comes later.",
        "awsCodeCommit": "Comes later.",
        "azureBlobStorage": "Comes later.",
        "googleGcs": "Comes later.",
        "harness": "Comes later.",
    }
}

section! {
    /// A GitHub.
    pub struct GitHub {
        /// Its host.
        host("host"): Host = "github.com";
        /// A token that may read, and write where templates publish.
        token("token"): Option<Secret>, example "${GITHUB_TOKEN}";
        /// Address of its API; found from the host when left out.
        api_base_url("apiBaseUrl"): Option<WebUrl>, example "https://ghe.example.com/api/v3";
        /// What messages of the host to `POST /webhooks/github` are signed with, at least 8 characters;
        /// without it none is taken.
        webhook_secret("webhookSecret"): Option<Secret>, example "${GITHUB_WEBHOOK_SECRET}";
        /// How many requests an hour the catalog may make there.
        requests_per_hour("requestsPerHour"): u32 = "3000";
    }
    unused {
        "apps": "GitHub Apps come later; use a token.",
        "rawBaseUrl": "Files are read through the API.",
        "commitSigningKey": "",
    }
    check GitHub::check;
}

section! {
    /// A GitLab.
    pub struct GitLab {
        /// Its host.
        host("host"): Host = "gitlab.com";
        /// A token that may read, and write where templates publish.
        token("token"): Option<Secret>, example "${GITLAB_TOKEN}";
        /// Address of its API; found from the host when left out.
        api_base_url("apiBaseUrl"): Option<WebUrl>, example "https://gitlab.example.com/api/v4";
        /// Address of its pages; found from the host when left out.
        base_url("baseUrl"): Option<WebUrl>, example "https://gitlab.example.com";
        /// What messages of the host to `POST /webhooks/gitlab` are signed with, at least 8 characters;
        /// without it none is taken.
        webhook_secret("webhookSecret"): Option<Secret>, example "${GITLAB_WEBHOOK_SECRET}";
        /// How many requests an hour the catalog may make there.
        requests_per_hour("requestsPerHour"): u32 = "3000";
    }
    unused {
        "commitSigningKey": "",
        "maxApiRequestsPerMinute": "Use `requestsPerHour`.",
        "retry": "",
    }
    check GitLab::check;
}

section! {
    /// A Gitea or Forgejo.
    pub struct Gitea {
        /// Its host.
        host("host"): Host, example "git.example.com";
        /// Address of its pages and its API; found from the host when left out.
        base_url("baseUrl"): Option<WebUrl>, example "https://git.example.com";
        /// A token that may read, and write where templates publish.
        token("token"): Option<Secret>, example "${GITEA_TOKEN}";
        /// A user, when there is no token.
        username("username"): Option<String>, example "portal";
        /// The user's password or token.
        password("password"): Option<Secret>, example "${GITEA_PASSWORD}";
        /// What messages of the host to `POST /webhooks/gitea` are signed with, at least 8 characters;
        /// without it none is taken.
        webhook_secret("webhookSecret"): Option<Secret>, example "${GITEA_WEBHOOK_SECRET}";
        /// How many requests an hour the catalog may make there.
        requests_per_hour("requestsPerHour"): u32 = "3000";
    }
    unused { "commitSigningKey": "" }
    check Gitea::check;
}

section! {
    /// Bitbucket Cloud. What anybody can read there is read.
    pub struct BitbucketCloud {
        /// Its host.
        host("host"): Host = "bitbucket.org";
    }
    unused {
        "username": "Signing in comes later.",
        "appPassword": "Signing in comes later.",
        "token": "Signing in comes later.",
        "apiBaseUrl": "",
        "clientId": "Signing in comes later.",
        "clientSecret": "Signing in comes later.",
        "commitSigningKey": "",
    }
}

section! {
    /// A Bitbucket Server or Data Center. What anybody can read there is read.
    pub struct BitbucketServer {
        /// Its host.
        host("host"): Host, example "bitbucket.example.com";
    }
    unused {
        "token": "Signing in comes later.",
        "username": "Signing in comes later.",
        "password": "Signing in comes later.",
        "apiBaseUrl": "",
        "commitSigningKey": "",
    }
}

section! {
    /// An Azure DevOps. What anybody can read there is read.
    pub struct Azure {
        /// Its host.
        host("host"): Host = "dev.azure.com";
    }
    unused {
        "token": "Signing in comes later.",
        "credentials": "Signing in comes later.",
        "credential": "Signing in comes later.",
        "commitSigningKey": "",
    }
}

section! {
    /// A Gerrit. What anybody can read there is read.
    pub struct Gerrit {
        /// Its host.
        host("host"): Host, example "gerrit.example.com";
    }
    unused {
        "baseUrl": "",
        "gitilesBaseUrl": "",
        "cloneUrl": "",
        "username": "Signing in comes later.",
        "password": "Signing in comes later.",
        "commitSigningKey": "",
    }
}

/// A host of source code, whatever its make.
#[derive(Debug, Clone)]
pub struct Integration<'a> {
    /// The key under `integrations`.
    pub kind: &'static str,
    /// Its place in that list.
    pub index: usize,
    /// The host.
    pub host: &'a Host,
}

impl Integrations {
    /// Every host in the order of the keys.
    pub fn all(&self) -> Vec<Integration<'_>> {
        let hosts: [(&'static str, Vec<&Host>); 7] = [
            ("github", self.github.iter().map(|it| &it.host).collect()),
            ("gitlab", self.gitlab.iter().map(|it| &it.host).collect()),
            ("gitea", self.gitea.iter().map(|it| &it.host).collect()),
            ("bitbucketCloud", self.bitbucket_cloud.iter().map(|it| &it.host).collect()),
            ("bitbucketServer", self.bitbucket_server.iter().map(|it| &it.host).collect()),
            ("azure", self.azure.iter().map(|it| &it.host).collect()),
            ("gerrit", self.gerrit.iter().map(|it| &it.host).collect()),
        ];
        let mut all = Vec::new();
        for (kind, hosts) in hosts {
            let hosts = hosts.into_iter().enumerate();
            all.extend(hosts.map(|(index, host)| Integration { kind, index, host }));
        }
        all
    }
}

impl GitHub {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        check_webhook_secret(self.webhook_secret.as_ref(), tree, reader);
    }
}

impl GitLab {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        check_webhook_secret(self.webhook_secret.as_ref(), tree, reader);
    }
}

impl Gitea {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        check_webhook_secret(self.webhook_secret.as_ref(), tree, reader);
        check_pair(self.username.is_some(), self.password.is_some(), tree, reader);
    }
}

/// Who guesses the secret can say what changed.
fn check_webhook_secret(secret: Option<&Secret>, tree: &Tree, reader: &mut Reader<'_>) {
    if secret.is_some_and(|secret| secret.expose().len() < 8) {
        let problem = "expected at least 8 characters. Make a long random one.";
        reader.error_in(tree, "webhookSecret", problem);
    }
}

/// User and password only work together.
fn check_pair(username: bool, password: bool, tree: &Tree, reader: &mut Reader<'_>) {
    let (found, missing) = match (username, password) {
        (true, false) => ("username", "password"),
        (false, true) => ("password", "username"),
        _ => return,
    };
    reader.error(
        &tree.place,
        &format!(
            "expected `username` and `password` together, found `{found}` alone. Add `{missing}` \
             or remove `{found}`."
        ),
    );
}
