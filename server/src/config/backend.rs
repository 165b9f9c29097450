//! `backend`: where the program listens, who may call it and what it may read from the web.

use super::database::Database;
use super::macros::{choice, section};
use super::reader::Reader;
use super::tree::Tree;
use super::values::Listen;
use super::values::Secret;
use super::values::{HostPattern, Network, UrlPath, WebUrl};
use std::time::Duration;

section! {
    /// The server side.
    pub struct Backend {
        /// Where the program listens. Without a host, as in `:7007`, it can be reached from other
        /// machines.
        listen("listen"): Listen, example ":7007";
        /// The address at which other programs call the REST API; `app.baseUrl` when left out.
        base_url("baseUrl"): Option<WebUrl>, example "https://portal.example.com";
        /// Hosts by whose names the portal is served, beside those of `app.baseUrl`,
        /// `backend.baseUrl` and of tenants. Any other is refused, so that no foreign name can be
        /// pointed at the portal. Where the program listens on this machine only, or no address is
        /// configured, `localhost` and numeric addresses are served too.
        allowed_hosts("allowedHosts"): Vec<HostPattern>, example "[portal.internal, \"*.example.com\"]";
        /// Networks of the proxies in front of the program. What comes from one of them counts as
        /// sent by the address that it names in `X-Forwarded-For` or `Forwarded`, the last one that
        /// is no such proxy: wrong sign-ins and tokens are held against that address, and it stands
        /// in the log. From anybody else these headers mean nothing.
        trusted_proxies("trustedProxies"): Vec<Network>, example "[10.0.0.0/8, \"fd00::/8\"]";
        /// How much of the program its clients may hold.
        limits("limits"): Limits;
        /// Where the program keeps what it knows.
        database("database"): Database;
        /// Who may call the REST API.
        auth("auth"): BackendAuth;
        /// What may be read from the web beside the hosts under `integrations`.
        reading("reading"): Reading;
    }
    unused {
        "cors": "The portal and its REST API have one origin.",
        "csp": "The program sets a strict Content-Security-Policy of its own.",
        "referrer": "",
        "https": "The program speaks plain HTTP; let a proxy in front of it end TLS.",
        "cache": "",
        "workingDirectory": "Runs of templates work in the data folder.",
        "lifecycle": "",
        "health": "",
        "trustProxy": "Name the proxies under `trustedProxies`.",
        "server": "",
        "plugins": "",
        "packages": "",
        "actions": "",
        "metrics": "",
        "rateLimit": "",
        "logger": "The log is set up under `telemetry`.",
        "auditor": "",
        "startup": "",
    }
}

section! {
    /// How much of the program its clients may hold.
    pub struct Limits {
        /// How many connections are served at once, at most half of the files the system lets the
        /// program open. A few more are kept for health checks; others get the status 503.
        connections("connections"): u32;
        /// How long a client may take for the head of a request, and how long a connection may
        /// stay open without one. Longer than a proxy in front keeps its connections.
        header_timeout("headerTimeout"): Duration;
        /// How long a client may take for the body of a request, and for taking in some more of
        /// an answer.
        body_timeout("bodyTimeout"): Duration;
    }
    check Limits::check;
}

section! {
    /// Who may call the REST API.
    pub struct BackendAuth {
        /// Programs that may.
        external_access("externalAccess"): Vec<ExternalAccess>;
    }
    unused {
        "keys": "",
        "keyStore": "",
        "pluginKeyStore": "",
        "dangerouslyDisableDefaultAuthPolicy": "Who does not sign in is always refused.",
    }
}

section! {
    /// A program that may call the REST API.
    pub struct ExternalAccess {
        /// How it proves who it is.
        kind("type"): AccessKind, example "static";
        /// The proof.
        options("options"): AccessOptions;
        /// Limits to some plugins and permissions. Not supported yet, and refused rather than
        /// ignored: the token would be allowed more than meant.
        restrictions("accessRestrictions"): Option<super::values::Untyped>;
    }
    check ExternalAccess::check;
}

choice! {
    /// How a program proves who it is.
    pub enum AccessKind {
        /// By a token both sides know.
        Static("static"),
        /// By a token signed with a shared key. Comes later: such entries let nobody in.
        Legacy("legacy"),
        /// By a token signed by another service. Comes later: such entries let nobody in.
        Jwks("jwks"),
    }
}

section! {
    /// What a program shows.
    pub struct AccessOptions {
        /// The token, at least 8 characters without spaces. Callers send it as
        /// `Authorization: Bearer …`.
        token("token"): Option<Secret>, example "${CI_TOKEN}";
        /// The name under which the program appears in the audit log.
        subject("subject"): Option<String>, example "ci-pipeline";
    }
    unused {
        "secret": "",
        "url": "",
        "issuer": "",
        "algorithm": "",
        "audience": "",
        "subjectPrefix": "",
    }
}

section! {
    /// What may be read from the web.
    pub struct Reading {
        /// Hosts and paths that may be read without an integration.
        allow("allow"): Vec<ReadingRule>;
    }
}

section! {
    /// A host that may be read.
    pub struct ReadingRule {
        /// The host, or `*.` and a domain for every host below it; with a port when the address
        /// has one.
        host("host"): HostPattern, example "*.example.com";
        /// What the path of the address has to begin with; every path when left out.
        paths("paths"): Vec<UrlPath>, example "[/catalog/]";
    }
}

impl Limits {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if self.connections == 0 {
            reader.error_in(tree, "connections", "expected at least 1, found 0.");
        }
        for (key, value) in
            [("headerTimeout", self.header_timeout), ("bodyTimeout", self.body_timeout)]
        {
            if value.is_zero() {
                reader.error_in(tree, key, "expected some time, found none.");
            }
        }
    }
}

/// The shortest token that is taken.
const MIN_TOKEN_LENGTH: usize = 8;

impl ExternalAccess {
    fn check(&mut self, tree: &Tree, reader: &mut Reader<'_>) {
        if self.restrictions.is_some() {
            reader.error_in(
                tree,
                "accessRestrictions",
                "not supported yet, and without it the token would be allowed more than meant. \
                 Remove the entry, or the restriction if the token may call everything.",
            );
        }
        if self.kind != AccessKind::Static {
            let kind = self.kind.as_str();
            reader.warn(
                &tree.place,
                &format!("type `{kind}` comes later; nobody gets in by this entry. Use `static`."),
            );
            return;
        }
        let options = tree.get("options").unwrap_or(tree);
        let token = self.options.token.as_ref().map(Secret::expose);
        let subject = self.options.subject.is_some();
        reader.at(".options", |reader| {
            if !token.is_some_and(|token| {
                token.len() >= MIN_TOKEN_LENGTH && !token.contains(char::is_whitespace)
            }) {
                let found =
                    if token.is_some() { "one that is shorter or has spaces" } else { "none" };
                reader.error_in(
                    options,
                    "token",
                    &format!(
                        "expected a token of at least {MIN_TOKEN_LENGTH} characters without \
                         spaces, found {found}. Make a long random one."
                    ),
                );
            }
            if !subject {
                reader.error_in(
                    options,
                    "subject",
                    "missing: expected a name for the caller, such as `ci-pipeline`.",
                );
            }
        });
    }
}
