//! History, tags and branches of a repository.

use super::Repository;
use super::command::Git;
use super::error::GitError;

/// One commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The full hash.
    pub hash: String,
    /// The hashes of its parents: none for a first commit, two or more for a merge.
    pub parents: Vec<String>,
    /// The author's name as written in the commit.
    pub author_name: String,
    /// The author's address as written in the commit.
    pub author_email: String,
    /// When the change was written, in milliseconds since 1970.
    pub authored_at: i64,
    /// When the commit was made (a rebase or a merge makes it later), in milliseconds since 1970.
    pub committed_at: i64,
    /// The first line of its message.
    pub subject: String,
    /// The commit this one says it reverts, when [`LogOptions::reverts`] asked for it.
    pub reverts: Option<String>,
}

/// A tag that leads to a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name without `refs/tags/`.
    pub name: String,
    /// The hash of the commit it leads to.
    pub commit: String,
    /// When the tag was made; of a lightweight tag, when its commit was. Milliseconds since 1970.
    pub created_at: i64,
    /// Whether it is an object of its own with author, date and message.
    pub annotated: bool,
}

/// A branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// Its name without `refs/heads/` or `refs/remotes/origin/`.
    pub name: String,
    /// The hash of its last commit.
    pub head: String,
    /// When that commit was made, in milliseconds since 1970.
    pub last_commit_at: i64,
    /// Known from the remote only, not a branch of this copy.
    pub remote_only: bool,
}

/// Where the repository stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The hash of the commit.
    pub hash: String,
    /// The branch that is checked out, if one is.
    pub branch: Option<String>,
}

/// How far two lines of history have gone apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divergence {
    /// Commits on the branch that the base does not have.
    pub ahead: u32,
    /// Commits on the base that the branch does not have.
    pub behind: u32,
}

/// Which commits a log starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Start {
    /// What is checked out.
    #[default]
    Head,
    /// Every branch and tag.
    Everything,
    /// A branch, tag or hash.
    At(String),
}

/// What a log holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogOptions {
    /// Where it starts.
    pub start: Start,
    /// Only commits made at or after this moment, in milliseconds since 1970.
    pub since: Option<i64>,
    /// At most this many, newest first.
    pub limit: Option<usize>,
    /// Follow the first parent of each merge only: what a branch itself went through.
    pub first_parent: bool,
    /// Also read which commit each revert reverts (a second pass over the history).
    pub reverts: bool,
}

const FIELDS: usize = 7;

impl Repository {
    /// The commits, newest first.
    pub async fn log(&self, options: &LogOptions) -> Result<Vec<Commit>, GitError> {
        let Some(starts) = self.starts(&options.start).await? else {
            return Err(GitError::NoCommits { place: self.place.clone() });
        };
        let format = "--format=tformat:%H%x00%P%x00%an%x00%ae%x00%at%x00%ct%x00%s";
        let run = self.history(options, &starts).arg("-z").arg(format);
        let mut commits = commits_from(&run.text().await?)?;
        if options.reverts {
            let run = self
                .history(&LogOptions { limit: None, ..options.clone() }, &starts)
                .args(["-z", "--fixed-strings", "--grep=This reverts commit "])
                .arg("--format=tformat:%H%x00%B");
            mark_reverts(&mut commits, &run.text().await?);
        }
        Ok(commits)
    }

    /// Every tag that leads to a commit, oldest first.
    pub async fn tags(&self) -> Result<Vec<Tag>, GitError> {
        let format = "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00\
                      %(*objecttype)%00%(*objectname)%00%(creatordate:unix)%00\
                      %(*committerdate:unix)";
        let run = self.git("for-each-ref").args(["--sort=creatordate", format, "refs/tags"]);
        let text = run.text().await?;
        let mut tags = Vec::new();
        for line in String::from_utf8_lossy(&text).lines() {
            let fields: Vec<&str> = line.split('\0').collect();
            let &[name, kind, object, inner_kind, inner, created, committed] = fields.as_slice()
            else {
                return Err(unexpected("for-each-ref"));
            };
            let commit = match (kind, inner_kind) {
                ("commit", _) => object.to_owned(),
                ("tag", "commit") => inner.to_owned(),
                // A tag of a tag; a tag of a tree or a file leads to no commit.
                ("tag", "tag") => match self.resolve(&format!("refs/tags/{name}")).await {
                    Ok(commit) => commit,
                    Err(GitError::NoSuchRevision { .. }) => continue,
                    Err(error) => return Err(error),
                },
                _ => continue,
            };
            let at = if created.is_empty() { committed } else { created };
            tags.push(Tag {
                name: name.to_owned(),
                commit,
                created_at: milliseconds(at),
                annotated: kind == "tag",
            });
        }
        Ok(tags)
    }

    /// The branches, most recently changed first; those known from `origin` only come with them.
    pub async fn branches(&self) -> Result<Vec<Branch>, GitError> {
        let format = "--format=%(refname)%00%(objecttype)%00%(objectname)%00%(committerdate:unix)";
        let run = self.git("for-each-ref").args([
            "--sort=-committerdate",
            format,
            "refs/heads",
            "refs/remotes/origin",
        ]);
        let text = run.text().await?;
        let mut branches: Vec<Branch> = Vec::new();
        for line in String::from_utf8_lossy(&text).lines() {
            let fields: Vec<&str> = line.split('\0').collect();
            let &[name, kind, head, at] = fields.as_slice() else {
                return Err(unexpected("for-each-ref"));
            };
            let (name, remote_only) = match name.strip_prefix("refs/remotes/origin/") {
                Some("HEAD") => continue,
                Some(name) => (name, true),
                None => (name.strip_prefix("refs/heads/").unwrap_or(name), false),
            };
            if kind == "commit" {
                branches.push(Branch {
                    name: name.to_owned(),
                    head: head.to_owned(),
                    last_commit_at: milliseconds(at),
                    remote_only,
                });
            }
        }
        let own: std::collections::HashSet<String> =
            branches.iter().filter(|b| !b.remote_only).map(|b| b.name.clone()).collect();
        branches.retain(|branch| !branch.remote_only || !own.contains(&branch.name));
        Ok(branches)
    }

    /// The branch that others start from: what `origin` names, else `main`, `master` or `trunk`
    /// (in a bare repository its own HEAD comes first), else what is checked out.
    pub async fn default_branch(&self) -> Result<Option<String>, GitError> {
        let branches = self.branches().await?;
        let known = |name: &str| branches.iter().any(|branch| branch.name == name);
        let origin = self.symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/").await?;
        let head = self.symbolic("HEAD", "refs/heads/").await?;
        let usual = ["main", "master", "trunk"].iter().find(|name| known(name));
        let usual = usual.map(|name| (*name).to_owned());
        let bare_head = head.clone().filter(|_| self.bare);
        let candidates = [origin, bare_head, usual, head];
        let found = candidates.into_iter().flatten().find(|name| known(name));
        Ok(found.or_else(|| match branches.as_slice() {
            [only] => Some(only.name.clone()),
            _ => None,
        }))
    }

    /// Where the repository stands.
    pub async fn head(&self) -> Result<Head, GitError> {
        let branch = self.symbolic("HEAD", "refs/heads/").await?;
        let run = self.git("rev-parse").args(["--verify", "--quiet", "HEAD^{commit}"]);
        let output = run.output().await?;
        if !output.status.success() {
            return Err(self.without_head(branch).await?);
        }
        Ok(Head { hash: String::from_utf8_lossy(&output.stdout).trim().to_owned(), branch })
    }

    /// Why HEAD leads nowhere.
    async fn without_head(&self, branch: Option<String>) -> Result<GitError, GitError> {
        const NAMED: usize = 10;
        let mut branches: Vec<String> =
            self.branches().await?.into_iter().map(|branch| branch.name).collect();
        branches.truncate(NAMED);
        let place = self.place.clone();
        Ok(match branch.filter(|_| !branches.is_empty()) {
            Some(branch) => GitError::NoDefaultBranch { place, branch, branches },
            None => GitError::NoCommits { place },
        })
    }

    /// The hash of the commit a branch, tag or (short) hash stands for.
    pub async fn resolve(&self, revision: &str) -> Result<String, GitError> {
        check_revision(revision)?;
        // A branch known from the remote only is found by its plain name as well.
        for name in [revision.to_owned(), format!("refs/remotes/origin/{revision}")] {
            let commit = format!("{name}^{{commit}}");
            let run = self.git("rev-parse").args(["--verify", "--quiet", "--end-of-options"]);
            let output = run.arg(commit).output().await?;
            if output.status.success() {
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                return Ok(text.lines().last().unwrap_or_default().trim().to_owned());
            }
        }
        Err(GitError::NoSuchRevision { place: self.place.clone(), revision: revision.to_owned() })
    }

    /// What a trailer of a commit's message says; empty, when there is none.
    pub async fn trailer(&self, hash: &str, name: &str) -> Result<String, GitError> {
        check_revision(hash)?;
        let run = self.git("log").args(["--max-count=1", "--no-decorate", "--no-color"]);
        let run = run.arg(format!("--format=%(trailers:key={name},valueonly)"));
        let text = run.args(["--end-of-options", hash]).text().await?;
        Ok(String::from_utf8_lossy(&text).trim().to_owned())
    }

    /// The hashes of commits that `to` has and `from` has not, newest first; without `from`, all.
    pub async fn commits_between(
        &self,
        from: Option<&str>,
        to: &str,
    ) -> Result<Vec<String>, GitError> {
        let mut run = self.git("rev-list").arg(self.resolve(to).await?);
        if let Some(from) = from {
            run = run.arg(format!("^{}", self.resolve(from).await?));
        }
        let text = run.arg("--").text().await?;
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }

    /// How far `branch` has gone from `base`.
    pub async fn divergence(&self, branch: &str, base: &str) -> Result<Divergence, GitError> {
        let (branch, base) = (self.resolve(branch).await?, self.resolve(base).await?);
        let run = self.git("rev-list").args(["--left-right", "--count"]);
        let text = run.arg(format!("{branch}...{base}")).arg("--").text().await?;
        let text = String::from_utf8_lossy(&text).into_owned();
        let mut counts = text.split_whitespace().map(str::parse::<u32>);
        match (counts.next(), counts.next()) {
            (Some(Ok(ahead)), Some(Ok(behind))) => Ok(Divergence { ahead, behind }),
            _ => Err(unexpected("rev-list")),
        }
    }

    /// The hashes a log starts from; none when there is no commit.
    async fn starts(&self, start: &Start) -> Result<Option<Vec<String>>, GitError> {
        let head = match self.head().await {
            Ok(head) => Some(head.hash),
            Err(GitError::NoCommits { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(match start {
            Start::At(revision) => Some(vec![self.resolve(revision).await?]),
            Start::Head => head.map(|hash| vec![hash]),
            Start::Everything => {
                let run = self.git("for-each-ref").args(["--count=1", "refs/heads"]);
                let run = run.args(["refs/tags", "refs/remotes/origin"]);
                if head.is_none() && run.text().await?.is_empty() {
                    return Ok(None);
                }
                let all = ["--branches", "--tags", "--remotes=origin"].map(str::to_owned);
                Some(head.into_iter().chain(all).collect())
            }
        })
    }

    fn history(&self, options: &LogOptions, starts: &[String]) -> Git {
        let mut run = self.git("log").args(["--no-decorate", "--no-color", "--encoding=UTF-8"]);
        run = run.args(["--no-mailmap", "--no-show-signature"]);
        if options.first_parent {
            run = run.arg("--first-parent");
        }
        if let Some(limit) = options.limit {
            run = run.arg(format!("--max-count={limit}"));
        }
        if let Some(since) = options.since {
            run = run.arg(format!("--max-age={}", since.div_euclid(1000).max(0)));
        }
        run.args(starts)
    }

    /// Where a symbolic ref leads, without `prefix`.
    async fn symbolic(&self, name: &str, prefix: &str) -> Result<Option<String>, GitError> {
        let output = self.git("symbolic-ref").args(["--quiet", name]).output().await?;
        let target = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok(target.strip_prefix(prefix).map(str::to_owned))
    }
}

/// Refuses what git would take for an option, a range, a search or a path.
fn check_revision(revision: &str) -> Result<(), GitError> {
    let fine = |c: char| !c.is_control() && !c.is_whitespace() && !"?*[]\\:{}^~\"".contains(c);
    if revision.is_empty()
        || revision.len() > 250
        || revision.starts_with('-')
        || revision.contains("..")
        || !revision.chars().all(fine)
    {
        let shown: String = revision.chars().take(80).collect();
        return Err(GitError::invalid(
            format!("The revision {shown:?}"),
            "expected the name of a branch or tag, or a commit's hash",
        ));
    }
    Ok(())
}

fn commits_from(text: &[u8]) -> Result<Vec<Commit>, GitError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let text = text.strip_suffix(b"\0").unwrap_or(text);
    let mut fields = text.split(|byte| *byte == 0);
    let mut commits = Vec::with_capacity(text.len() / 200);
    while let Some(hash) = fields.next() {
        let rest: [&[u8]; FIELDS - 1] = {
            let mut rest = [&b""[..]; FIELDS - 1];
            for field in &mut rest {
                *field = fields.next().ok_or_else(|| unexpected("log"))?;
            }
            rest
        };
        let [parents, name, email, authored, committed, subject] = rest;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let committed_at = milliseconds(&text(committed));
        // A commit whose author line cannot be read has no author's date.
        let authored_at = match authored {
            b"" => committed_at,
            _ => milliseconds(&text(authored)),
        };
        commits.push(Commit {
            hash: text(hash),
            parents: text(parents).split_whitespace().map(str::to_owned).collect(),
            author_name: text(name),
            author_email: text(email),
            authored_at,
            committed_at,
            subject: text(subject),
            reverts: None,
        });
    }
    Ok(commits)
}

fn mark_reverts(commits: &mut [Commit], text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let mut fields = text.split('\0');
    let mut reverted = std::collections::HashMap::new();
    while let (Some(hash), Some(body)) = (fields.next(), fields.next()) {
        let after = body.split_once("This reverts commit ").map_or("", |(_, after)| after);
        let end = after.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(after.len());
        if end >= 7 {
            reverted.insert(hash.to_owned(), after[..end].to_ascii_lowercase());
        }
    }
    for commit in commits {
        commit.reverts = reverted.remove(&commit.hash);
    }
}

/// Seconds as git prints them; hostile dates far beyond any calendar are cut, not wrapped.
fn milliseconds(seconds: &str) -> i64 {
    let seconds = seconds.trim();
    let value = seconds.parse::<i64>().unwrap_or(match seconds.as_bytes().first() {
        Some(b'0'..=b'9') => i64::MAX,
        _ => 0,
    });
    // The year 9999, the last one that every calendar here can write.
    value.clamp(-62_135_596_800, 253_402_300_799) * 1000
}

fn unexpected(command: &str) -> GitError {
    GitError::Failed {
        command: command.to_owned(),
        detail: "it printed something that is not understood; git 2.31 or newer is expected"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_log_output() {
        let text = b"aa\x00bb cc\x00Ann\x00a@x\x005\x007\x00Merge\x00bb\x00\x00B\xffb\x00b@x\x00\x006\x00\x00";
        let commits = commits_from(text).unwrap();
        assert_eq!(commits.len(), 2);
        assert_eq!(commits[0].parents, ["bb", "cc"]);
        assert_eq!((commits[0].authored_at, commits[0].committed_at), (5_000, 7_000));
        assert_eq!(commits[1].author_name, "B\u{fffd}b");
        assert_eq!((commits[1].authored_at, commits[1].subject.as_str()), (6_000, ""));
        assert!(commits_from(b"aa\0bb").is_err());
    }

    #[test]
    fn cuts_dates_no_calendar_has() {
        assert_eq!(milliseconds("99999999999999999999"), 253_402_300_799_000);
        assert_eq!(milliseconds("9223372036854775807"), 253_402_300_799_000);
        assert_eq!(milliseconds(""), 0);
    }

    #[test]
    fn refuses_revisions_with_a_meaning_of_their_own() {
        for revision in ["", "-x", "--all", "a..b", "HEAD:file", "@{u}", "a b", ":/text", "a^!"] {
            assert!(check_revision(revision).is_err(), "{revision}");
        }
        for revision in ["main", "HEAD", "feature/x-1", "v1.0.0", "@", "a1b2c3d"] {
            assert!(check_revision(revision).is_ok(), "{revision}");
        }
    }
}
