//! Whether a text is an absolute URL, by the rules browsers follow.

/// Whether browsers would take the text for an absolute URL, of any scheme.
pub fn is_absolute(text: &str) -> bool {
    ::url::Url::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absolute_urls_of_any_scheme() {
        for text in [
            "https://a.example",
            "HTTP:a",
            "https:/a/b",
            "http://user:pass@a:8080/x?y#z",
            "http://a:0",
            "http://a:",
            "http://[::1]:80/",
            "http://1.2.3.4",
            "http://0x7f.1",
            "https://exämple.org/ü",
            "  https://a  ",
            "ht\ntps://a",
            "mailto:a@b.c",
            "slack://channel?team=T1&id=C1",
            "x:",
            "x://",
            "file:///etc",
            "file:c:/x",
            "urn:isbn:1",
            "javascript:alert(1)",
            "https://{x}/",
            "https://xn--bcher-kva.example",
            "https://XN--BCHER-KVA.example",
            "http://xn--zzzzzzzzzz",
        ] {
            assert!(is_absolute(text), "{text:?} was refused");
        }
    }

    #[test]
    fn everything_else() {
        for text in [
            "",
            "a",
            "/docs",
            "./x",
            "//a/b",
            "not a url",
            "1a:b",
            ":a",
            "http:",
            "http://",
            "https:///?x",
            "http://a b",
            "http://a:99999",
            "http://a:x",
            "http://user@",
            "http://:80",
            "http://[::1",
            "http://[::g]",
            "http://1.2.3.4.5",
            "http://256.1.1.1",
            "http://a%20b",
            "http://a%",
            "http://a<b",
            "https://${{ values.x }}/",
            "https://xn--.example",
            "https://xn--a",
            "https://xn--é.example",
            "https://a\u{202E}b.example",
            "https://a\u{2028}b.example",
            "https://a%E2%80%AEb.example",
            "x://a b",
            "x://u@",
            "file://a:80/",
        ] {
            assert!(!is_absolute(text), "{text:?} was accepted");
        }
    }
}
