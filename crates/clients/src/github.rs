//! GitHub and GitHub Enterprise: repositories and what is in them.

use crate::api::{Api, Page, repository};
use crate::http::{Fetched, HttpError};
use serde::Deserialize;
use std::iter;

/// What the bytes of a file are asked for with.
pub const RAW: &str = "application/vnd.github.raw+json";

/// The API of a GitHub.
#[derive(Debug, Clone)]
pub struct GitHub(pub Api);

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`
    pub full_name: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The branch others start from.
    pub default_branch: Option<String>,
    /// Nothing may be written to it any more.
    #[serde(default)]
    pub archived: bool,
    /// It is a copy of another one.
    #[serde(default)]
    pub fork: bool,
    /// Only some people see it.
    #[serde(default)]
    pub private: bool,
    /// `public`, `internal` or `private`.
    pub visibility: Option<String>,
    /// Its topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// When something was pushed last, in RFC 3339.
    pub pushed_at: Option<String>,
}

/// The files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Tree {
    /// Its entries.
    pub tree: Vec<TreeEntry>,
    /// There are more than it lists.
    #[serde(default)]
    pub truncated: bool,
}

/// A file or folder of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TreeEntry {
    /// Its path from the top.
    pub path: String,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub entry_type: String,
}

impl GitHub {
    /// `GET /orgs/{org}/repos`: 100 at a time, pages from 1.
    pub async fn org_repos(
        &self,
        org: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        self.repos(&["orgs", org, "repos"], "all", page, etag).await
    }

    /// `GET /users/{username}/repos`: 100 at a time, pages from 1.
    pub async fn user_repos(
        &self,
        username: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        self.repos(&["users", username, "repos"], "owner", page, etag).await
    }

    /// `GET /repos/{owner}/{repo}`
    pub async fn repo(&self, full_name: &str) -> Result<Option<Repository>, HttpError> {
        self.0.one(&repository(full_name, []), &[]).await
    }

    /// `GET /repos/{owner}/{repo}/git/trees/{tree_sha}`, with everything below.
    pub async fn tree(&self, full_name: &str, tree: &str) -> Result<Option<Tree>, HttpError> {
        let path = repository(full_name, ["git", "trees", tree]);
        match self.0.one(&path, &[("recursive", "1")]).await {
            // A repository without any commit.
            Err(HttpError::Status { status: 409, .. }) => Ok(None),
            other => other,
        }
    }

    /// `GET /repos/{owner}/{repo}/contents/{path}`, as bytes.
    pub async fn contents(
        &self,
        full_name: &str,
        path: &str,
        reference: &str,
        etag: Option<&str>,
    ) -> Result<Option<Fetched<Vec<u8>>>, HttpError> {
        let path = repository(full_name, iter::once("contents").chain(path.split('/')));
        match self.0.file(&path, &[("ref", reference)], Some(RAW), etag).await {
            Err(HttpError::Status { status: 409, .. }) => Ok(None),
            other => other,
        }
    }

    async fn repos(
        &self,
        path: &[&str],
        r#type: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        let page = page.to_string();
        let query = [("type", r#type), ("sort", "full_name"), ("per_page", "100"), ("page", &page)];
        self.0.json(path, &query, etag).await
    }
}
