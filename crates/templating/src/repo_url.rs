//! Repository addresses as the form's repository picker writes them: `host?owner=…&repo=…`.

use std::collections::BTreeMap;

/// The hosts an organisation has integrations for, each with the kind of system that runs there:
/// `github`, `gitlab`, `gitea`, `gerrit`, `azure`, `bitbucketServer`, `bitbucketCloud`, ….
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepoHosts(BTreeMap<String, String>);

impl<H: Into<String>, K: Into<String>> FromIterator<(H, K)> for RepoHosts {
    fn from_iter<I: IntoIterator<Item = (H, K)>>(hosts: I) -> Self {
        Self(
            hosts
                .into_iter()
                .map(|(host, kind)| (host.into().to_lowercase(), kind.into()))
                .collect(),
        )
    }
}

/// The parts of an address that are there, by name and in a fixed order.
pub(crate) fn parse(url: &str, hosts: &RepoHosts) -> Result<Vec<(&'static str, String)>, String> {
    let (host, query) = split(url)
        .ok_or_else(|| format!("Invalid repo URL passed to publisher, got {url}, Invalid URL"))?;
    let Some(kind) = hosts.0.get(&host) else {
        return Err(format!(
            "No matching integration configuration for host {host}, please check your integrations config"
        ));
    };
    let mut parts = vec![("host", host.clone())];
    for name in ["owner", "repo", "organization", "workspace", "project"] {
        if let Some(value) = parameter(query, name) {
            parts.push((name, value.trim_matches('/').to_owned()));
        }
    }
    let given = |name: &str| parts.iter().any(|(found, value)| *found == name && !value.is_empty());
    let required: &[&str] = match kind.as_str() {
        "bitbucketCloud" => &["workspace", "project", "repo"],
        // One kind stands for both of Bitbucket's in older configurations.
        "bitbucket" if host.ends_with("bitbucket.org") => &["workspace", "project", "repo"],
        "bitbucket" | "bitbucketServer" | "azure" => &["project", "repo"],
        "gitlab" if given("project") => &[],
        "gitea" | "gerrit" => &["repo"],
        _ => &["repo", "owner"],
    };
    match required.iter().find(|name| !given(name)) {
        Some(missing) => {
            Err(format!("Invalid repo URL passed to publisher: https://{url}, missing {missing}"))
        }
        None => Ok(parts),
    }
}

/// Host and query of an address without a scheme.
fn split(url: &str) -> Option<(String, &str)> {
    let end = url.find(['/', '?', '#', '\\']).unwrap_or(url.len());
    let authority = &url[..end];
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_lowercase();
    let host = host.strip_suffix(":443").unwrap_or(&host);
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    let known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_');
    if name.is_empty() || !name.chars().all(known) || port.parse::<u16>().is_err() {
        return None;
    }
    let rest = &url[end..];
    let rest = &rest[..rest.find('#').unwrap_or(rest.len())];
    Some((host.to_owned(), rest.split_once('?').map_or("", |(_, query)| query)))
}

/// The first parameter of this name in a query.
fn parameter(query: &str, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Result<&str, &str>) {
        let hosts = [
            ("github.com", "github"),
            ("gitlab.com", "gitlab"),
            ("bitbucket.org", "bitbucketCloud"),
            ("bb.example.com:7990", "bitbucketServer"),
            ("dev.azure.com", "azure"),
            ("gerrit.example.com", "gerrit"),
        ];
        let found = parse(url, &hosts.into_iter().collect()).map(|parts| {
            parts
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(" ")
        });
        match expected {
            Ok(expected) => assert_eq!(found.as_deref(), Ok(expected)),
            Err(expected) => {
                let message = found.expect_err("a failure");
                assert!(message.contains(expected), "{message}");
            }
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        check("github.com?owner=o&repo=r", Ok("host=github.com owner=o repo=r"));
        check("GitHub.com:443/x?repo=%72+s&owner=/o/#f", Ok("host=github.com owner=o repo=r s"));
        check("gitlab.com?project=7", Ok("host=gitlab.com project=7"));
        check("gitlab.com?owner=g/s&repo=r", Ok("host=gitlab.com owner=g/s repo=r"));
        check("gerrit.example.com?repo=x/y", Ok("host=gerrit.example.com repo=x/y"));
        check(
            "bb.example.com:7990?project=P&repo=r",
            Ok("host=bb.example.com:7990 repo=r project=P"),
        );
        check(
            "dev.azure.com?organization=a&project=p&repo=r",
            Ok("host=dev.azure.com repo=r organization=a project=p"),
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        check("github.com?owner=o", Err("missing repo"));
        check("github.com?repo=r&owner=", Err("missing owner"));
        check("bitbucket.org?project=p&repo=r", Err("missing workspace"));
        check("dev.azure.com?repo=r", Err("missing project"));
        check("gitlab.com?owner=o", Err("missing repo"));
        check("nowhere.example?owner=a&repo=b", Err("No matching integration"));
        check("", Err("Invalid repo URL"));
        check("a b?owner=o", Err("Invalid repo URL"));
    }
}
