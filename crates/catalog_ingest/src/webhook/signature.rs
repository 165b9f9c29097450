//! Whether a message is from a host somebody configured, and whether it came before.

use crate::integration::{Forge, Integration};
use crate::webhook::Delivery;
use catalog_index::item::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Whether a message is signed with the secret of this host.
pub fn is_from(integration: &Integration, delivery: &Delivery<'_>) -> bool {
    let Some(secret) = &integration.webhook_secret else { return false };
    if integration.forge != delivery.forge || secret.is_empty() {
        return false;
    }
    match delivery.forge {
        // It sends the secret itself.
        Forge::GitLab => secret.as_bytes().ct_eq(delivery.proof.as_bytes()).into(),
        Forge::GitHub | Forge::Gitea => {
            let proof = delivery.proof.strip_prefix("sha256=").unwrap_or(delivery.proof);
            let (Some(proof), Ok(mac)) =
                (bytes(proof), Hmac::<Sha256>::new_from_slice(secret.as_bytes()))
            else {
                return false;
            };
            mac.chain_update(delivery.body).verify_slice(&proof).is_ok()
        }
    }
}

/// Under which ids a message is remembered. Its own id is no part of what is signed, so where the
/// content is, that counts as well.
pub fn ids(integration: &Integration, delivery: &Delivery<'_>) -> Vec<String> {
    let start = format!("{} {}", integration.forge.name(), integration.host);
    let mut ids = vec![format!("{start} {}", delivery.id)];
    if integration.forge != Forge::GitLab {
        ids.push(format!("{start} sha256:{}", hex(&Sha256::digest(delivery.body))));
    }
    ids
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secret_of_the_host_signs() {
        let host = |forge, secret: &str| Integration {
            webhook_secret: Some(secret.to_owned()),
            ..Integration::new(forge, "git.example", None, None)
        };
        // The example of GitHub's own documentation.
        let proof = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let github = host(Forge::GitHub, "It's a Secret to Everybody");
        let message = |forge, proof, body| Delivery { forge, id: "1", event: "push", proof, body };
        assert!(is_from(&github, &message(Forge::GitHub, proof, b"Hello, World!")));
        assert!(!is_from(&github, &message(Forge::GitHub, proof, b"Hello, World?")));
        assert!(!is_from(&github, &message(Forge::Gitea, proof, b"Hello, World!")));
        let wide = "é".repeat(32);
        for proof in ["", "sha256=", "sha256=zz", &wide, &proof[..70]] {
            assert!(!is_from(&github, &message(Forge::GitHub, proof, b"Hello, World!")), "{proof}");
        }
        let other = host(Forge::GitHub, "another");
        assert!(!is_from(&other, &message(Forge::GitHub, proof, b"Hello, World!")));
        let gitea = host(Forge::Gitea, "It's a Secret to Everybody");
        assert!(is_from(&gitea, &message(Forge::Gitea, &proof[7..], b"Hello, World!")));
        let gitlab = host(Forge::GitLab, "hunter2-hunter2");
        assert!(is_from(&gitlab, &message(Forge::GitLab, "hunter2-hunter2", b"")));
        assert!(!is_from(&gitlab, &message(Forge::GitLab, "hunter2-hunter", b"")));
        for forge in [Forge::GitHub, Forge::GitLab, Forge::Gitea] {
            let open = Integration::new(forge, "git.example", None, None);
            assert!(!is_from(&open, &message(forge, "", b"")), "without a secret nobody gets in");
            assert!(!is_from(&host(forge, ""), &message(forge, "", b"")));
        }
    }
}
