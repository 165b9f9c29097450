//! `auth`: how people sign in.

use super::macros::section;
use super::nearest::nearest;
use super::reader::Reader;
use super::schema::{Key, Section, Shape, Unused};
use super::setting::Setting;
use super::tree::Tree;
use model::entity_ref::EntityRef;

section! {
    /// How people sign in.
    pub struct Auth {
        /// Which part of a provider's settings applies, where they are told apart.
        environment("environment"): String, example "production";
        /// Ways to sign in, by their id.
        providers("providers"): Providers;
    }
    unused {
        "session": "Sessions are rows in the database and need no secret.",
        "keyStore": "",
        "identityTokenAlgorithm": "",
        "omitIdentityTokenOwnershipClaim": "",
        "backstageTokenExpiration": "",
        "autologout": "",
        "keys": "",
        "clientIdMetadataDocuments": "",
        "experimental*": "",
    }
}

section! {
    /// Sign-in without a password, for demonstrations and development.
    pub struct Guest {
        /// Who the guest is.
        user_entity_ref("userEntityRef"): RefText = "user:development/guest", example "user:default/guest";
        /// Whose entities are the guest's own; the guest alone when left out.
        ownership_entity_refs("ownershipEntityRefs"): Vec<RefText>, example "[group:default/guests]";
        /// Whether guests may also come from other machines. Leave it off: they need no password.
        dangerously_allow_outside_development("dangerouslyAllowOutsideDevelopment"): bool = "false";
        /// The same keys for `auth.environment: development` only.
        development("development"): Option<GuestDevelopment>;
    }
    unused { "production": "Guests are for development.", "signIn": "" }
}

section! {
    /// What a guest is in development.
    pub struct GuestDevelopment {
        /// Who the guest is.
        user_entity_ref("userEntityRef"): Option<RefText>, example "user:default/guest";
        /// Whose entities are the guest's own.
        ownership_entity_refs("ownershipEntityRefs"): Vec<RefText>, example "[group:default/guests]";
        /// Whether guests may also come from other machines.
        dangerously_allow_outside_development("dangerouslyAllowOutsideDevelopment"): Option<bool>;
    }
    unused { "signIn": "" }
}

/// A reference to an entity, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefText(String);

/// Ways to sign in.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// Sign-in without a password.
    pub guest: Option<Guest>,
}

/// Providers people know from Backstage that come later.
const LATER: &[&str] = &[
    "atlassian",
    "auth0",
    "aws-alb",
    "awsalb",
    "azure-easyauth",
    "azureEasyAuth",
    "bitbucket",
    "bitbucketServer",
    "cfaccess",
    "easyAuth",
    "gcp-iap",
    "gcpIap",
    "github",
    "gitlab",
    "google",
    "keycloak",
    "microsoft",
    "oauth2",
    "oauth2-proxy",
    "oauth2Proxy",
    "oidc",
    "okta",
    "onelogin",
    "openshift",
    "pinniped",
    "saml",
    "vmwareCloudServices",
];

impl Setting for Providers {
    const REQUIRED: bool = false;

    fn shape() -> Shape {
        static SECTION: Section = Section {
            doc: &["Ways to sign in, by their id."],
            keys: &[Key {
                name: "guest",
                doc: &["Sign-in without a password, for demonstrations and development."],
                shape: Guest::shape,
                required: false,
                default: None,
                example: Some("{userEntityRef: user:default/guest}"),
            }],
            unused: &[Unused {
                name: "<provider>",
                note: "Any other provider of Backstage: sign-in by it comes later.",
            }],
        };
        Shape::Object(&SECTION)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        let mut providers = Providers::default();
        for entry in reader.entries(tree)? {
            let step = format!(".{}", entry.key.chars().take(60).collect::<String>());
            if entry.key == "guest" {
                // `guest: null` and `guest: {}` both switch it on.
                let guest = match tree.get("guest") {
                    None => reader.at(&step, |reader| Guest::absent(&entry.place, reader)),
                    Some(_) => {
                        reader.key(std::slice::from_ref(entry), &entry.place, &entry.key, None)
                    }
                };
                providers.guest = Some(guest?);
            } else if LATER.contains(&entry.key.as_str()) || is_provider(&entry.value) {
                reader.at(&step, |reader| {
                    reader.warn(&entry.place, "comes later: nobody can sign in by it yet.");
                });
            } else {
                let known = LATER.iter().copied().chain(["guest"]);
                let hint = match nearest(&entry.key, known) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => "Known: `guest`, and the ids of Backstage's own providers such as \
                             `oidc` or `github`."
                        .to_owned(),
                };
                let message = format!("not a known way to sign in. {hint}");
                reader.at(&step, |reader| reader.error(&entry.place, &message));
            }
        }
        Some(providers)
    }

    fn absent(_: &super::place::Place, _: &mut Reader<'_>) -> Option<Self> {
        Some(Providers::default())
    }
}

impl Guest {
    /// What applies in an environment: the keys under `development` win there.
    pub fn in_environment(&self, environment: &str) -> Guest {
        let mut guest = self.clone();
        if environment != "development" {
            return guest;
        }
        if let Some(development) = guest.development.take() {
            if let Some(user) = development.user_entity_ref {
                guest.user_entity_ref = user;
            }
            if !development.ownership_entity_refs.is_empty() {
                guest.ownership_entity_refs = development.ownership_entity_refs;
            }
            if let Some(allow) = development.dangerously_allow_outside_development {
                guest.dangerously_allow_outside_development = allow;
            }
        }
        guest
    }
}

/// Whether this looks like the settings of a provider with a name of the person's own.
fn is_provider(tree: &Tree) -> bool {
    const TELLING: [&str; 3] = ["clientId", "metadataUrl", "entryPoint"];
    let telling = |tree: &Tree| TELLING.iter().any(|key| tree.get(key).is_some());
    telling(tree) || tree.entries().unwrap_or_default().iter().any(|entry| telling(&entry.value))
}

const REF: &str = "a reference such as `user:default/guest`";

impl RefText {
    /// `kind:namespace/name`, or `kind:name`.
    fn parse(text: &str) -> Result<RefText, String> {
        let is_part = |part: &String| !part.contains(char::is_whitespace) && !part.contains('/');
        let whole = EntityRef::parse(text)
            .is_ok_and(|found| [found.kind, found.namespace, found.name].iter().all(is_part));
        if whole {
            Ok(RefText(text.to_owned()))
        } else {
            Err("Write kind, namespace and name.".to_owned())
        }
    }

    /// The reference.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RefText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Setting for RefText {
    fn shape() -> Shape {
        Shape::Scalar(REF)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, REF, RefText::parse)
    }
}
