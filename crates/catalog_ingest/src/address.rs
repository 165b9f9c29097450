//! What an address or clone URL says.

/// The host (and port, unless it goes without saying) of an address or clone URL; none for a path.
pub fn host_of(target: &str) -> Option<String> {
    if target.contains("://") {
        let url = url::Url::parse(target).ok().filter(|url| url.scheme() != "file")?;
        let host = url.host_str()?;
        return Some(match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
    }
    // `user@host:path`
    let (before, _) = target.split_once(':').filter(|(before, _)| !before.contains('/'))?;
    Some(before.rsplit_once('@').map_or(before, |(_, host)| host).to_owned())
}
