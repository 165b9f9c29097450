//! `tenants`: organisations that share this instance.

use super::app::Branding;
use super::macros::section;
use super::values::Host;

section! {
    /// An organisation that shares this instance; its name is also its path, `/t/<name>`.
    pub struct TenantSettings {
        /// What its portal is called; `app.title` when left out.
        title("title"): Option<String>, example "Acme Portal";
        /// Host names that lead to it. The first tenant without any is the one other hosts lead
        /// to.
        hosts("hosts"): Vec<Host>, example "[portal.acme.example]";
        /// How its portal looks; what is left out is taken from `app.branding`.
        branding("branding"): Branding;
    }
}
