//! Tokens of programs, as configured in `backend.auth.externalAccess`.

use crate::principal::Principal;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// One configured token.
pub struct StaticToken {
    hash: [u8; 32],
    subject: String,
}

/// All configured tokens.
#[derive(Default)]
pub struct Tokens(Vec<StaticToken>);

impl StaticToken {
    /// Keeps only a hash of the token.
    pub fn new(token: &str, subject: impl Into<String>) -> StaticToken {
        StaticToken { hash: Sha256::digest(token).into(), subject: subject.into() }
    }
}

impl Tokens {
    /// The tokens of a configuration.
    pub fn new(tokens: Vec<StaticToken>) -> Tokens {
        Tokens(tokens)
    }

    /// The program that holds this token. Every token is compared, so time tells nothing.
    pub fn find(&self, token: &str) -> Option<Principal> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let mut found = None;
        for known in &self.0 {
            if bool::from(known.hash.ct_eq(&hash)) {
                found = Some(Principal::Service { subject: known.subject.clone() });
            }
        }
        found
    }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)] as char);
        text.push(DIGITS[usize::from(byte & 15)] as char);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_whole_text_only() {
        let tokens = Tokens::new(vec![StaticToken::new("secret-one", "ci")]);
        assert_eq!(tokens.find("secret-one"), Some(Principal::Service { subject: "ci".into() }));
        assert_eq!(tokens.find("secret-on"), None);
        assert_eq!(tokens.find(""), None);
    }
}
