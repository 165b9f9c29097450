//! Ids and secrets that cannot be guessed.

/// `bytes` random bytes in hexadecimal.
pub fn random_id(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    // Without a source of randomness no session may be opened and no id is safe.
    getrandom::fill(&mut buffer).expect("the operating system gives random bytes");
    crate::tokens::hex(&buffer)
}

/// An id that connects what a person sees with the log. It is no secret, so it costs no call into
/// the operating system: a counter, scattered by what this process drew at its start.
pub fn request_id() -> std::sync::Arc<str> {
    use std::hash::{BuildHasher, RandomState};
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let id = SEED.hash_one(COUNT.fetch_add(1, Ordering::Relaxed));
    crate::tokens::hex(&id.to_be_bytes()).into()
}
