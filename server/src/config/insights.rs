//! `insights`: the repository whose activity is shown, and how delivery is measured.

use super::catalog::{check_repository, is_remote};
use super::macros::{choice, section};
use super::reader::Reader;
use super::tree::Tree;
use std::cmp::Ordering;
use std::path::PathBuf;

section! {
    /// The repository whose activity is shown, and how delivery is measured.
    pub struct Insights {
        /// The repository.
        repository("repository"): Repository;
        /// How delivery is measured.
        dora("dora"): Dora;
    }
}

section! {
    /// A repository. Give `path` or `url`; without either the dashboard says how to connect one.
    pub struct Repository {
        /// Its folder on this machine.
        path("path"): Option<PathBuf>, example "../shop";
        /// Its clone URL.
        url("url"): Option<String>, example "https://git.example.com/acme/shop.git";
        /// The branch that counts; the repository's own main branch when left out.
        branch("branch"): Option<String>, example "main";
    }
    check Repository::check;
}

section! {
    /// How delivery is measured.
    pub struct Dora {
        /// What counts as a deployment.
        deployments("deployments"): Deployments;
        /// The report by whose limits figures are called elite, high, medium or low.
        bands("bands"): Bands;
        /// What counts as an incident.
        incidents("incidents"): Incidents;
    }
}

section! {
    /// What counts as a deployment.
    pub struct Deployments {
        /// The events.
        from("from"): DeploymentsFrom;
        /// The tags that count, where `*` stands for anything.
        tag_pattern("tagPattern"): String, example "v*";
        /// The branch that is deployed; `insights.repository.branch` when left out.
        branch("branch"): Option<String>, example "production";
    }
}

choice! {
    /// Events that count as deployments.
    pub enum DeploymentsFrom {
        /// Tags, or merges when there are none.
        Auto("auto"),
        /// Tags that fit the pattern.
        Tags("tags"),
        /// Merges into the branch.
        Merges("merges"),
        /// Every commit on the branch.
        Commits("commits"),
    }
}

choice! {
    /// A report with limits.
    pub enum Bands {
        /// Of the year 2023.
        Of2023("2023"),
        /// Of the year 2021.
        Of2021("2021"),
    }
}

section! {
    /// What counts as an incident.
    pub struct Incidents {
        /// The events.
        from("from"): IncidentsFrom;
    }
}

choice! {
    /// Events that count as incidents.
    pub enum IncidentsFrom {
        /// Nothing; the two figures that need incidents say so.
        None("none"),
        /// Commits that take others back.
        Reverts("reverts"),
    }
}

impl Repository {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if let (Some(path), Some(url)) = (tree.get("path"), tree.get("url")) {
            // A file may say where another repository is than the one it is laid over.
            match path.place.file.layer.cmp(&url.place.file.layer) {
                Ordering::Less => self.path = None,
                Ordering::Greater => self.url = None,
                Ordering::Equal => {
                    reader.error(&tree.place, "expected `path` or `url`, found both. Remove one.")
                }
            }
        }
        match &self.url {
            Some(url) if is_remote(url) => check_repository(url, tree, "url", reader),
            Some(_) => {
                reader.expected_in(tree, "url", "a clone URL", "A folder belongs under `path`.");
            }
            None => {}
        }
        if self.branch.as_deref().is_some_and(|branch| branch.starts_with('-')) {
            reader.expected_in(tree, "branch", "a branch", "It must not begin with `-`.");
        }
    }
}
