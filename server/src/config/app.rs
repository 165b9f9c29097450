//! `app`: what the portal is called and how it looks.

use super::macros::section;
use super::reader::Reader;
use super::schema::Shape;
use super::setting::Setting;
use super::tree::Tree;
use super::values::Colour;
use super::values::{HostPattern, WebUrl};

section! {
    /// What the portal is called, where it is reached and how it looks.
    pub struct App {
        /// The name in the side bar and in page titles.
        title("title"): String, example "Acme Portal";
        /// The address at which people open the portal. Left out, it is `backend.baseUrl` or what
        /// the program listens on.
        base_url("baseUrl"): Option<WebUrl>, example "https://portal.example.com";
        /// Logo and colours. A tenant may have its own.
        branding("branding"): Branding;
        /// Which pictures pages show.
        images("images"): Images;
    }
    unused {
        "support": "",
        "analytics": "",
        "extensions": "",
        "packages": "",
        "routes": "",
        "experimental": "",
        "listen": "Where the program listens is `backend.listen`.",
        "https": "",
        "quickstart": "",
        "sidebar": "",
        "disableStaticFallbackCache": "",
        "enableExperimentalRedirectFlow": "",
        "pluginOverrides": "",
        "datadogRum": "",
        "sentry": "",
        "googleAnalyticsTrackingId": "",
    }
}

section! {
    /// Which pictures pages show.
    pub struct Images {
        /// Hosts from which browsers may load profile pictures (`spec.profile.picture`). People
        /// whose picture is on another host are shown by their initials: such a host would learn
        /// who reads which page.
        allowed_hosts("allowedHosts"): Vec<HostPattern>, example "[avatars.example.com]";
    }
}

section! {
    /// Logo and colours.
    pub struct Branding {
        /// Address of the logo beside the name.
        logo("logo"): Option<LogoAddress>, example "https://www.example.com/logo.svg";
        /// Colour of links, buttons and what is chosen.
        accent("accent"): Option<Colour>, example "\"#3451b2\"";
        /// The same colour on a dark ground.
        accent_dark("accentDark"): Option<Colour>, example "\"#9db2ff\"";
    }
    unused { "fullLogo": "", "fullLogoWidth": "", "iconLogo": "", "theme": "" }
}

/// An address a browser loads the logo from: on the web, or on this server from `/` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoAddress(pub String);

const LOGO: &str = "an address that begins with `https://`, `http://` or `/`";

impl Setting for LogoAddress {
    fn shape() -> Shape {
        Shape::Scalar(LOGO)
    }

    fn read(tree: &Tree, reader: &mut Reader<'_>) -> Option<Self> {
        reader.parse(tree, LOGO, |text| {
            let local = text.strip_prefix('/').is_some_and(|path| !path.starts_with(['/', '\\']));
            match WebUrl::parse(if local { "http://localhost" } else { text }) {
                Ok(_)
                    if local
                        && text.contains(|c: char| c.is_whitespace() || "<>\"'".contains(c)) =>
                {
                    Err("It must not hold spaces, quotes or angle brackets.".to_owned())
                }
                Ok(_) => Ok(LogoAddress(text.to_owned())),
                Err(hint) => Err(hint),
            }
        })
    }
}
