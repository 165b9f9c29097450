//! `backend.database`: SQLite files, or schemas of a PostgreSQL database.

use super::macros::{choice, section};
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::{Tree, Value};
use super::values::Host;
use super::values::Secret;
use super::values::resolve;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Where the program keeps what it knows.
#[derive(Debug, Clone)]
pub enum Database {
    /// SQLite: one control file, one file per tenant.
    Sqlite {
        /// Their folder; the data folder when none.
        folder: Option<PathBuf>,
    },
    /// PostgreSQL: one control schema, one schema per tenant.
    Postgres {
        /// `postgres://user:password@host/database`.
        url: Secret,
        /// The same for a replica that only reads.
        reader_url: Option<Secret>,
        /// First part of the schemas' names.
        prefix: String,
        /// Host and database, for messages.
        address: String,
    },
}

choice! {
    /// An engine.
    pub enum Client {
        /// SQLite, nothing to install.
        Sqlite("sqlite"),
        /// The same, under Backstage's name.
        BetterSqlite3("better-sqlite3"),
        /// PostgreSQL.
        Postgres("pg"),
    }
}

section! {
    /// Where the program keeps what it knows.
    pub struct DatabaseKeys {
        /// The engine.
        client("client"): Client;
        /// For SQLite the folder of its files, by default the data folder. For PostgreSQL its
        /// address, in one text or in keys.
        connection("connection"): Option<Connection>, example "postgres://portal:${PGPASSWORD}@db.example.com/portal";
        /// A PostgreSQL replica, in the same form, for lists that may be a little late; where it does
        /// not answer, the primary is asked.
        reader_connection("readerConnection"): Option<Connection>, example "postgres://portal:${PGPASSWORD}@replica.example.com/portal";
        /// First part of the names of PostgreSQL's schemas.
        schema_prefix("schemaPrefix"): String, example "callboard";
    }
    unused {
        "prefix": "The names of schemas begin with `schemaPrefix`.",
        "pluginDivisionMode": "There is one schema per tenant.",
        "ensureExists": "",
        "ensureSchemaExists": "",
        "knexConfig": "",
        "role": "",
        "plugin": "",
        "skipMigrations": "",
    }
}

section! {
    /// A connection in keys.
    pub struct ConnectionKeys {
        /// PostgreSQL's host, or the folder of its socket.
        host("host"): Option<ServerHost>, example "db.example.com";
        /// PostgreSQL's port.
        port("port"): u16 = "5432";
        /// The user.
        user("user"): Option<String>, example "portal";
        /// The user's password.
        password("password"): Option<Secret>, example "${POSTGRES_PASSWORD}";
        /// The database; by default it has the user's name.
        database("database"): Option<String>, example "portal";
        /// Whether the connection is encrypted: `true` also checks the server's certificate. Left
        /// out, it is encrypted when the server can.
        ssl("ssl"): Option<Tls>, example "true";
        /// For SQLite: the folder of its files.
        directory("directory"): Option<PathBuf>, example "/var/lib/callboard";
    }
    unused {
        "filename": "For SQLite name a folder under `directory`.",
        "application_name": "",
        "statement_timeout": "",
        "keepAlive": "",
    }
}

section! {
    /// How the connection is encrypted.
    pub struct TlsKeys {
        /// Whether the server's certificate has to be good.
        reject_unauthorized("rejectUnauthorized"): bool = "true";
        /// File with the certificates that vouch for the server's.
        root_certificate("rootCertificate"): Option<PathBuf>, example "/etc/ssl/db-ca.pem";
    }
    unused {
        "ca": "Name the file under `rootCertificate`.",
        "cert": "",
        "key": "",
    }
}

/// How a connection is encrypted.
#[derive(Debug, Clone)]
pub enum Tls {
    /// Not at all.
    Off,
    /// Encrypted, whoever answers.
    Unchecked,
    /// Encrypted, and the certificate is checked.
    Checked(Option<PathBuf>),
}

/// A host without a port, or the folder of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHost(String);

/// A connection as it is written.
#[derive(Debug, Clone)]
pub enum Connection {
    /// In one text, which may hold a password.
    Text(Secret),
    /// In keys.
    Keys(Box<ConnectionKeys>),
}

const TEXT: &str = "an address such as `postgres://user@host/database`, or a folder";

impl Setting for Database {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        DatabaseKeys::shape()
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = DatabaseKeys::read(tree, reader)?;
        let place = tree.get("connection").unwrap_or(tree);
        if keys.client != Client::Postgres {
            return sqlite(&keys, place, reader);
        }
        let (url, address) = postgres(keys.connection.as_ref(), place, reader)?;
        let reader_url = match &keys.reader_connection {
            None => None,
            some => Some(postgres(some.as_ref(), tree.get("readerConnection")?, reader)?.0),
        };
        let prefix = keys.schema_prefix;
        let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if prefix.len() > 20
            || !prefix.bytes().all(legal)
            || !prefix.starts_with(|c: char| c.is_ascii_lowercase())
        {
            reader.expected_in(
                tree,
                "schemaPrefix",
                "at most 20 of a-z, 0-9 and _, a letter first",
                "",
            );
            return None;
        }
        Some(Database::Postgres { url, reader_url, prefix, address })
    }
}

impl Setting for Connection {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Scalar(TEXT), ConnectionKeys::shape()])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        match tree.value {
            Value::Map(_) => {
                ConnectionKeys::read(tree, reader).map(|keys| Connection::Keys(Box::new(keys)))
            }
            _ => Secret::read(tree, reader).map(Connection::Text),
        }
    }
}

impl Setting for Tls {
    fn shape() -> Shape {
        Shape::Either(vec![bool::shape(), TlsKeys::shape()])
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = tree.value {
            let keys = TlsKeys::read(tree, reader)?;
            return Some(match keys.reject_unauthorized {
                true => Tls::Checked(keys.root_certificate),
                false => Tls::Unchecked,
            });
        }
        bool::read(tree, reader).map(|on| if on { Tls::Checked(None) } else { Tls::Off })
    }
}

const SERVER: &str = "a host such as `db.example.com`, or the folder of a socket";

impl Setting for ServerHost {
    fn shape() -> Shape {
        Shape::Scalar(SERVER)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, SERVER, |text| {
            if text.starts_with('/') {
                return Ok(ServerHost(text.to_owned()));
            }
            let host = Host::parse(text)?;
            match text.starts_with('[') && text.ends_with(']') || !text.contains(':') {
                true => Ok(ServerHost(host.as_str().to_owned())),
                false => Err("The port has a key of its own, `port`.".to_owned()),
            }
        })
    }
}

fn sqlite(keys: &DatabaseKeys, place: &Tree, reader: &mut Reader<'_>) -> Option<Database> {
    let text = match &keys.connection {
        None => return Some(Database::Sqlite { folder: None }),
        Some(Connection::Text(text)) => text.expose(),
        Some(Connection::Keys(keys)) if keys.host.is_none() => {
            return Some(Database::Sqlite { folder: keys.directory.clone() });
        }
        Some(Connection::Keys(_)) => {
            reader.error(
                &place.place,
                "SQLite expects a folder under `directory`, found the keys of a server. Add it, or \
                 set `client: pg`.",
            );
            return None;
        }
    };
    if text.contains("://") {
        reader.error(
            &place.place,
            "SQLite expects the path of a folder, found an address. Set `client: pg` for \
             PostgreSQL.",
        );
        return None;
    }
    if text.trim() == ":memory:" {
        reader.warn(
            &place.place,
            "`:memory:` is not used by Callboard: the database is kept in the data folder.",
        );
        return Some(Database::Sqlite { folder: None });
    }
    Some(Database::Sqlite { folder: Some(resolve(&place.place.file.folder, text.trim())) })
}

/// The address with and without its secrets.
fn postgres(
    connection: Option<&Connection>,
    place: &Tree,
    reader: &mut Reader<'_>,
) -> Option<(Secret, String)> {
    let keys = match connection {
        Some(Connection::Text(text)) => {
            let url = text.expose().trim();
            let rest = url.strip_prefix("postgres://").or(url.strip_prefix("postgresql://"));
            let Some(rest) = rest else {
                reader.expected_secret(
                    place,
                    "an address such as `postgres://user@host/database`",
                    "It begins with `postgres://`.",
                );
                return None;
            };
            let rest = rest.split(['?', '#']).next().unwrap_or_default();
            // The password may hold an `@` by mistake; everything before the last one is hidden.
            let address = rest.rsplit_once('@').map_or(rest, |(_, address)| address);
            return Some((Secret::new(url), address.to_owned()));
        }
        Some(Connection::Keys(keys)) => keys,
        None => {
            reader.error(
                &place.place,
                "PostgreSQL needs `connection`: expected an address such as \
                 `postgres://user@host/database`, or the keys `host`, `user`, `password` and \
                 `database`.",
            );
            return None;
        }
    };
    let Some(host) = &keys.host else {
        reader.error(&place.place, "`host` is missing: expected the host of PostgreSQL.");
        return None;
    };
    let host = &host.0;
    let mut url = "postgres://".to_owned();
    if let Some(user) = &keys.user {
        url.push_str(&escape(user));
        if let Some(password) = &keys.password {
            let _ = write!(url, ":{}", escape(password.expose()));
        }
        url.push('@');
    }
    let name = keys.database.as_ref().or(keys.user.as_ref()).map_or("postgres", String::as_str);
    let url_host = if host.starts_with('/') { escape(host) } else { host.clone() };
    let _ = write!(url, "{url_host}:{}/{}", keys.port, escape(name));
    match &keys.ssl {
        None => {}
        Some(Tls::Off) => url.push_str("?sslmode=disable"),
        Some(Tls::Unchecked) => url.push_str("?sslmode=require"),
        Some(Tls::Checked(root)) => {
            url.push_str("?sslmode=verify-full");
            if let Some(root) = root {
                let _ = write!(url, "&sslrootcert={}", escape(&root.to_string_lossy()));
            }
        }
    }
    Some((Secret::new(url), format!("{host}:{}/{name}", keys.port)))
}

/// Percent-encodes everything that could mean something in an address.
fn escape(text: &str) -> String {
    const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, &ENCODED).to_string()
}
