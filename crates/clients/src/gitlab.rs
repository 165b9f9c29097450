//! GitLab: projects and what is in their repositories.

use crate::api::{Api, Page};
use crate::http::{Fetched, HttpError};
use serde::Deserialize;

/// The API of a GitLab.
#[derive(Debug, Clone)]
pub struct GitLab(pub Api);

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Project {
    /// `group/subgroup/name`
    pub path_with_namespace: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The branch others start from; none when there are no commits.
    pub default_branch: Option<String>,
    /// Nothing may be written to it any more.
    #[serde(default)]
    pub archived: bool,
    /// `public`, `internal` or `private`.
    pub visibility: Option<String>,
    /// Its topics.
    #[serde(default)]
    pub topics: Vec<String>,
    /// When something happened last, in RFC 3339; within one hour it is reported once.
    pub last_activity_at: Option<String>,
    /// Of which project it is a copy.
    pub forked_from_project: Option<Fork>,
}

/// The project another one is a copy of.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fork {
    /// Its number.
    pub id: u64,
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

impl GitLab {
    /// `GET /groups/:id/projects` with those of its subgroups; 100 at a time, pages from 1.
    pub async fn group_projects(
        &self,
        group: &str,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Project>>>, HttpError> {
        let page = page.to_string();
        let query = [
            ("include_subgroups", "true"),
            ("with_shared", "false"),
            ("order_by", "id"),
            ("sort", "asc"),
            ("per_page", "100"),
            ("page", &page),
        ];
        self.0.json(&["groups", group, "projects"], &query, etag).await
    }

    /// `GET /projects`: those the token's owner belongs to; 100 at a time, pages from 1.
    pub async fn member_projects(
        &self,
        page: u32,
        etag: Option<&str>,
    ) -> Result<Option<Page<Vec<Project>>>, HttpError> {
        let page = page.to_string();
        let query = [
            ("membership", "true"),
            ("order_by", "id"),
            ("sort", "asc"),
            ("per_page", "100"),
            ("page", &page),
        ];
        self.0.json(&["projects"], &query, etag).await
    }

    /// `GET /projects/:id`
    pub async fn project(&self, path: &str) -> Result<Option<Project>, HttpError> {
        self.0.one(&["projects", path], &[]).await
    }

    /// `GET /projects/:id/repository/tree` with everything below; 100 at a time, pages from 1.
    pub async fn tree(
        &self,
        project: &str,
        reference: &str,
        page: u32,
    ) -> Result<Option<Page<Vec<TreeEntry>>>, HttpError> {
        let page = page.to_string();
        let query =
            [("recursive", "true"), ("ref", reference), ("per_page", "100"), ("page", &page)];
        match self.0.json(&["projects", project, "repository", "tree"], &query, None).await {
            Err(HttpError::NotFound { .. }) => Ok(None),
            other => other,
        }
    }

    /// `GET /projects/:id/repository/files/:file_path/raw`
    pub async fn file_raw(
        &self,
        project: &str,
        path: &str,
        reference: &str,
        etag: Option<&str>,
    ) -> Result<Option<Fetched<Vec<u8>>>, HttpError> {
        let path = ["projects", project, "repository", "files", path, "raw"];
        self.0.file(&path, &[("ref", reference)], None, etag).await
    }
}
