//! A cache of verified tokens, because a client sends the same one with each request.

use std::collections::{HashMap, VecDeque};

use sha2::{Digest as _, Sha256};

/// The capacity of the cache; each token is valid for some minutes.
const CAPACITY: usize = 1024;

/// The SHA-256 of a token; the token itself is not stored.
pub(super) type Fingerprint = [u8; 32];

pub(super) fn fingerprint(token: &[u8]) -> Fingerprint {
    Sha256::digest(token).into()
}

/// The claims of a verified token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proof {
    /// The SPIFFE ID.
    pub(super) name: String,
    /// When it expires, in seconds since 1970.
    pub(super) expires: i64,
    /// The revision of the keys that verified it.
    pub(super) revision: u64,
}

/// Verified tokens; beyond [`CAPACITY`], the oldest is removed.
#[derive(Debug, Default)]
pub(super) struct VerifiedTokens {
    proofs: HashMap<Fingerprint, Proof>,
    order: VecDeque<Fingerprint>,
}

impl VerifiedTokens {
    /// The SPIFFE ID of a verified token, unless it has expired or the keys have changed.
    pub(super) fn get(&self, token: &Fingerprint, now: i64, revision: u64) -> Option<&str> {
        let proof = self.proofs.get(token)?;
        let holds = now < proof.expires && proof.revision == revision;
        holds.then_some(proof.name.as_str())
    }

    pub(super) fn insert(&mut self, token: Fingerprint, proof: Proof) {
        if self.proofs.insert(token, proof).is_none() {
            self.order.push_back(token);
        }
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.proofs.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(name: &str, expires: i64) -> Proof {
        Proof {
            name: name.to_owned(),
            expires,
            revision: 7,
        }
    }

    #[test]
    fn a_token_is_cached_until_it_expires_or_the_keys_change() {
        let mut tokens = VerifiedTokens::default();
        let token = fingerprint(b"token");
        assert_eq!(tokens.get(&token, 0, 7), None);
        tokens.insert(token, proof("web", 100));
        assert_eq!(tokens.get(&token, 99, 7), Some("web"));
        assert_eq!(tokens.get(&token, 100, 7), None);
        assert_eq!(tokens.get(&token, 99, 8), None);
        assert_eq!(tokens.get(&fingerprint(b"another"), 99, 7), None);
    }

    #[test]
    fn keeps_only_the_latest_tokens() {
        let mut tokens = VerifiedTokens::default();
        let token = |number: usize| fingerprint(&number.to_le_bytes());
        for number in 0..3 * CAPACITY {
            tokens.insert(token(number), proof("web", 100));
            tokens.insert(token(number), proof("mail", 100));
        }
        assert_eq!(
            (tokens.proofs.len(), tokens.order.len()),
            (CAPACITY, CAPACITY)
        );
        assert_eq!(tokens.get(&token(2 * CAPACITY - 1), 0, 7), None);
        assert_eq!(tokens.get(&token(2 * CAPACITY), 0, 7), Some("mail"));
    }
}
