//! Ids and secrets that cannot be guessed.

/// `bytes` random bytes in hexadecimal.
pub fn random_id(bytes: usize) -> String {
    let mut buffer = vec![0_u8; bytes];
    // Without a source of randomness no session may be opened and no id is safe.
    getrandom::fill(&mut buffer).expect("the operating system gives random bytes");
    crate::tokens::hex(&buffer)
}

/// An id that connects what a person sees with the log.
pub fn request_id() -> String {
    random_id(8)
}
