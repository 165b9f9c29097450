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
        /// Address of files as they are; found from the host when left out.
        raw_base_url("rawBaseUrl"): Option<WebUrl>, example "https://ghe.example.com/raw";
        /// What messages of the host to `POST /webhooks/github` are signed with, at least 8 characters;
        /// without it none is taken.
        webhook_secret("webhookSecret"): Option<Secret>, example "${GITHUB_WEBHOOK_SECRET}";
        /// How many requests an hour the catalog may make there.
        requests_per_hour("requestsPerHour"): u32 = "3000";
    }
    unused { "apps": "GitHub Apps come later; use a token.", "commitSigningKey": "" }
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
    /// Bitbucket Cloud.
    pub struct BitbucketCloud {
        /// Its host.
        host("host"): Host = "bitbucket.org";
        /// A user.
        username("username"): Option<String>, example "portal";
        /// The user's app password.
        app_password("appPassword"): Option<Secret>, example "${BITBUCKET_APP_PASSWORD}";
        /// A token, when there is no app password.
        token("token"): Option<Secret>, example "${BITBUCKET_TOKEN}";
        /// Address of its API.
        api_base_url("apiBaseUrl"): Option<WebUrl>, example "https://api.bitbucket.org/2.0";
    }
    unused { "clientId": "Comes later.", "clientSecret": "Comes later.", "commitSigningKey": "" }
}

section! {
    /// A Bitbucket Server or Data Center.
    pub struct BitbucketServer {
        /// Its host.
        host("host"): Host, example "bitbucket.example.com";
        /// A token that may read, and write where templates publish.
        token("token"): Option<Secret>, example "${BITBUCKET_TOKEN}";
        /// A user, when there is no token.
        username("username"): Option<String>, example "portal";
        /// The user's password.
        password("password"): Option<Secret>, example "${BITBUCKET_PASSWORD}";
        /// Address of its API; found from the host when left out.
        api_base_url("apiBaseUrl"): Option<WebUrl>, example "https://bitbucket.example.com/rest/api/1.0";
    }
    unused { "commitSigningKey": "" }
    check BitbucketServer::check;
}

section! {
    /// An Azure DevOps.
    pub struct Azure {
        /// Its host.
        host("host"): Host = "dev.azure.com";
        /// A personal access token.
        token("token"): Option<Secret>, example "${AZURE_TOKEN}";
        /// Credentials, the first that fits the organisation.
        credentials("credentials"): Vec<AzureCredential>;
    }
    unused { "credential": "Use `credentials`.", "commitSigningKey": "" }
}

section! {
    /// A credential for organisations in Azure DevOps.
    pub struct AzureCredential {
        /// The organisations it is for; all of them when left out.
        organizations("organizations"): Vec<String>, example "[acme]";
        /// A personal access token.
        personal_access_token("personalAccessToken"): Option<Secret>, example "${AZURE_TOKEN}";
    }
    unused {
        "clientId": "Comes later; use `personalAccessToken`.",
        "clientSecret": "",
        "tenantId": "",
        "managedIdentityClientId": "",
    }
}

section! {
    /// A Gerrit.
    pub struct Gerrit {
        /// Its host.
        host("host"): Host, example "gerrit.example.com";
        /// Address of its API; found from the host when left out.
        base_url("baseUrl"): Option<WebUrl>, example "https://gerrit.example.com";
        /// Address of its file browser.
        gitiles_base_url("gitilesBaseUrl"): Option<WebUrl>, example "https://gerrit.example.com/gitiles";
        /// First part of clone URLs.
        clone_url("cloneUrl"): Option<WebUrl>, example "https://gerrit.example.com/clone";
        /// A user.
        username("username"): Option<String>, example "portal";
        /// The user's password.
        password("password"): Option<Secret>, example "${GERRIT_PASSWORD}";
    }
    unused { "commitSigningKey": "" }
    check Gerrit::check;
}

/// A host the program may sign in to, whatever its make.
#[derive(Debug, Clone)]
pub struct Integration<'a> {
    /// The key under `integrations`.
    pub kind: &'static str,
    /// Its place in that list.
    pub index: usize,
    /// The host.
    pub host: &'a Host,
    /// Address of the API or, when there is none of its own, of the pages; none means it is found
    /// from the host.
    pub base_url: Option<&'a WebUrl>,
    /// The user, where the credential needs one.
    pub username: Option<&'a str>,
    /// Token or password.
    pub credential: Option<&'a Secret>,
}

impl Integrations {
    /// Every host in the order of the keys.
    pub fn all(&self) -> Vec<Integration<'_>> {
        let mut all = Vec::new();
        let mut add = |kind, index, host, base_url, username, credential| {
            all.push(Integration { kind, index, host, base_url, username, credential });
        };
        for (index, it) in self.github.iter().enumerate() {
            add("github", index, &it.host, it.api_base_url.as_ref(), None, it.token.as_ref());
        }
        for (index, it) in self.gitlab.iter().enumerate() {
            let base = it.api_base_url.as_ref().or(it.base_url.as_ref());
            add("gitlab", index, &it.host, base, None, it.token.as_ref());
        }
        for (index, it) in self.gitea.iter().enumerate() {
            let credential = it.token.as_ref().or(it.password.as_ref());
            let user = it.username.as_deref();
            add("gitea", index, &it.host, it.base_url.as_ref(), user, credential);
        }
        for (index, it) in self.bitbucket_cloud.iter().enumerate() {
            let credential = it.token.as_ref().or(it.app_password.as_ref());
            let (base, user) = (it.api_base_url.as_ref(), it.username.as_deref());
            add("bitbucketCloud", index, &it.host, base, user, credential);
        }
        for (index, it) in self.bitbucket_server.iter().enumerate() {
            let credential = it.token.as_ref().or(it.password.as_ref());
            let (base, user) = (it.api_base_url.as_ref(), it.username.as_deref());
            add("bitbucketServer", index, &it.host, base, user, credential);
        }
        for (index, it) in self.azure.iter().enumerate() {
            let of_list = it.credentials.iter().find_map(|c| c.personal_access_token.as_ref());
            add("azure", index, &it.host, None, None, it.token.as_ref().or(of_list));
        }
        for (index, it) in self.gerrit.iter().enumerate() {
            let (base, user) = (it.base_url.as_ref(), it.username.as_deref());
            add("gerrit", index, &it.host, base, user, it.password.as_ref());
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

impl BitbucketServer {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        check_pair(self.username.is_some(), self.password.is_some(), tree, reader);
    }
}

impl Gerrit {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
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
