//! The history that delivery and activity are computed from, and its graph.

use clients::git::read::{Branch, Commit, Divergence, Head, LogOptions, Start, Tag};
use clients::git::{GitError, Repository};
use model::time::Timestamp;
use std::collections::HashMap;

/// What was read of a repository.
#[derive(Debug, Clone)]
pub struct History {
    /// The repository's name for people.
    pub name: String,
    /// Its address, free of secrets, when it has one.
    pub remote_url: Option<String>,
    /// The commits of all branches and tags, newest first.
    pub commits: Vec<Commit>,
    /// The tags, oldest first.
    pub tags: Vec<Tag>,
    /// The branches, most recently changed first.
    pub branches: Vec<Branch>,
    /// How far the newest branches have gone from the default one, by name.
    pub divergences: HashMap<String, Divergence>,
    /// The branch others start from.
    pub default_branch: Option<String>,
    /// The commit that is checked out, when there is one.
    pub head: Option<String>,
    /// Whether `commits` reaches back to the beginning.
    pub complete: bool,
    /// When it was read.
    pub read_at: Timestamp,
}

/// How much of a repository is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLimits {
    /// At most this many commits, the newest.
    pub commits: usize,
    /// For so many branches it is counted how far they have gone.
    pub branches: usize,
}

impl Default for ReadLimits {
    fn default() -> Self {
        ReadLimits { commits: 50_000, branches: 10 }
    }
}

impl History {
    /// Reads a repository. One without any commit gives an empty history.
    pub async fn read(
        repository: &Repository,
        name: &str,
        limits: ReadLimits,
        now: Timestamp,
    ) -> Result<Self, GitError> {
        let options = LogOptions {
            start: Start::Everything,
            // One more than wanted tells whether there are more.
            limit: Some(limits.commits.saturating_add(1)),
            reverts: true,
            ..LogOptions::default()
        };
        let mut commits = match repository.log(&options).await {
            Ok(commits) => commits,
            Err(GitError::NoCommits { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let complete = commits.len() <= limits.commits && !repository.is_shallow();
        commits.truncate(limits.commits);
        let head = match repository.head().await {
            Ok(Head { hash, .. }) => Some(hash),
            Err(GitError::NoCommits { .. }) => None,
            Err(error) => return Err(error),
        };
        let branches = repository.branches().await?;
        let default_branch = repository.default_branch().await?;
        let mut divergences = HashMap::new();
        if let Some(base) = branches.iter().find(|b| Some(&b.name) == default_branch.as_ref()) {
            for branch in branches.iter().take(limits.branches) {
                let counted = repository.divergence(&branch.head, &base.head).await?;
                divergences.insert(branch.name.clone(), counted);
            }
        }
        Ok(History {
            name: name.to_owned(),
            remote_url: repository.remote_url().await?,
            tags: repository.tags().await?,
            commits,
            branches,
            divergences,
            default_branch,
            head,
            complete,
            read_at: now,
        })
    }

    /// The hash of the last commit of a branch, or of the default branch; when no branch is known
    /// (a checkout of a bare commit), of what is checked out.
    pub fn tip(&self, branch: Option<&str>) -> Option<&str> {
        match branch.or(self.default_branch.as_deref()) {
            Some(name) => self.branches.iter().find(|b| b.name == name).map(|b| b.head.as_str()),
            None => self.head.as_deref(),
        }
    }
}

/// The commits of a history as a graph of numbers; a commit's number is its place in the list.
pub struct Graph<'a> {
    numbers: HashMap<&'a str, u32>,
    /// The parents of commit `n` are `parents[starts[n]..starts[n + 1]]`.
    parents: Vec<u32>,
    starts: Vec<u32>,
}

impl<'a> Graph<'a> {
    /// Builds the graph. Parents that are not in the list (a history that was cut off) are left out.
    pub fn new(commits: &'a [Commit]) -> Self {
        let mut numbers = HashMap::with_capacity(commits.len());
        for (number, commit) in (0_u32..).zip(commits) {
            numbers.entry(commit.hash.as_str()).or_insert(number);
        }
        let mut parents = Vec::with_capacity(commits.len() + commits.len() / 4);
        let mut starts = Vec::with_capacity(commits.len() + 1);
        for commit in commits {
            starts.push(parents.len() as u32);
            parents.extend(commit.parents.iter().filter_map(|p| numbers.get(p.as_str())));
        }
        starts.push(parents.len() as u32);
        Graph { numbers, parents, starts }
    }

    /// The number of a commit.
    pub fn number(&self, hash: &str) -> Option<u32> {
        self.numbers.get(hash).copied()
    }

    /// The known parents of a commit.
    pub fn parents(&self, number: u32) -> &[u32] {
        let at = number as usize;
        &self.parents[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A commit and its first parents back to the beginning, newest first: what a branch itself
    /// went through.
    pub fn first_parents(&self, tip: u32, commits: &[Commit]) -> Vec<u32> {
        let mut line = Vec::new();
        let mut next = Some(tip);
        // Hashes cannot make a circle, made-up input can.
        while let Some(number) = next.filter(|_| line.len() < self.len()) {
            line.push(number);
            let first = commits[number as usize].parents.first();
            next = first.and_then(|hash| self.number(hash));
        }
        line
    }
}
