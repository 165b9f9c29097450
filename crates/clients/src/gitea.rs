//! Gitea and Forgejo: repositories and what is in them.

use crate::api::{Api, Page, repository};
use crate::http::{Fetched, HttpError};
use serde::Deserialize;
use std::iter;

/// The API of a Gitea.
#[derive(Debug, Clone)]
pub struct Gitea(pub Api);

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Repository {
    /// `owner/name`
    pub full_name: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The branch others start from.
    #[serde(default)]
    pub default_branch: String,
    /// It has no commits.
    #[serde(default)]
    pub empty: bool,
    /// Nothing may be written to it any more.
    #[serde(default)]
    pub archived: bool,
    /// It is a copy of another one.
    #[serde(default)]
    pub fork: bool,
    /// Only some people see it.
    #[serde(default)]
    pub private: bool,
    /// Everybody who is signed in sees it.
    #[serde(default)]
    pub internal: bool,
    /// Its topics.
    #[serde(default)]
    pub topics: Option<Vec<String>>,
    /// When it was changed or pushed to last, in RFC 3339.
    #[serde(default)]
    pub updated_at: String,
}

/// The files of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GitTreeResponse {
    /// Its entries; none stands for an empty list.
    #[serde(default)]
    pub tree: Option<Vec<GitEntry>>,
    /// More pages follow.
    #[serde(default)]
    pub truncated: bool,
}

/// A file or folder of a commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GitEntry {
    /// Its path from the top.
    pub path: String,
    /// `blob`, `tree` or `commit`.
    #[serde(rename = "type")]
    pub entry_type: String,
}

impl Gitea {
    /// `GET /orgs/{org}/repos`: 50 at a time, pages from 1.
    pub async fn org_repos(
        &self,
        org: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        self.repos(&["orgs", org, "repos"], page, etag).await
    }

    /// `GET /users/{username}/repos`: 50 at a time, pages from 1.
    pub async fn user_repos(
        &self,
        username: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        self.repos(&["users", username, "repos"], page, etag).await
    }

    /// `GET /repos/{owner}/{repo}`
    pub async fn repo(&self, full_name: &str) -> Result<Option<Repository>, HttpError> {
        self.0.one(&repository(full_name, []), &[]).await
    }

    /// `GET /repos/{owner}/{repo}/git/trees/{sha}`, with everything below; pages from 1.
    pub async fn tree(
        &self,
        full_name: &str,
        sha: &str,
        page: u32,
    ) -> Result<Option<GitTreeResponse>, HttpError> {
        let path = repository(full_name, ["git", "trees", sha]);
        let page = page.to_string();
        let query = [("recursive", "true"), ("per_page", "1000"), ("page", &page)];
        self.0.one(&path, &query).await
    }

    /// `GET /repos/{owner}/{repo}/raw/{filepath}`
    pub async fn raw(
        &self,
        full_name: &str,
        path: &str,
        reference: &str,
        etag: Option<&str>,
    ) -> Result<Option<Fetched<Vec<u8>>>, HttpError> {
        let path = repository(full_name, iter::once("raw").chain(path.split('/')));
        self.0.file(&path, &[("ref", reference)], None, etag).await
    }

    async fn repos(
        &self,
        path: &[&str],
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Repository>>>, HttpError> {
        let page = page.to_string();
        self.0.json(path, &[("limit", "50"), ("page", &page)], etag).await
    }
}
