//! JWT-SVIDs of SPIFFE, verified with keys from a Workload API.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use parsec_contracts::Status;
use parsec_contracts::quoted;
use serde::Deserialize;
use spiffe::{JwtSource, JwtSvid, JwtSvidError, JwtVerificationErrorKind};
use tokio::task::AbortHandle;

use super::verified::{Proof, VerifiedTokens, fingerprint};
use crate::config::AuthenticatorConfig;
use crate::refusal::Refusal;
use crate::sync::lock;

/// Interval between attempts to reach the Workload API, which may start after this service.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// The maximum length of a token; SPIRE's are several times shorter.
const LONGEST_TOKEN: usize = 16 * 1024;
/// Seconds by which the issuer's clock may be ahead.
const CLOCK_SKEW: f64 = 60.0;

/// Verifies tokens. Clones share the keys and the verified tokens.
#[derive(Debug, Clone)]
pub(crate) struct Verifier {
    audience: Arc<str>,
    trust_domains: Arc<[String]>,
    endpoint: Option<String>,
    keys: Arc<Keys>,
    verified: Arc<Mutex<VerifiedTokens>>,
}

/// The keys, and the task that gets them, which ends when the last user of the keys is dropped.
#[derive(Debug, Default)]
struct Keys {
    /// Set once the Workload API has returned keys; it then keeps them up to date.
    source: OnceLock<JwtSource>,
    watcher: OnceLock<AbortHandle>,
}

impl Drop for Keys {
    fn drop(&mut self) {
        if let Some(watcher) = self.watcher.get() {
            watcher.abort();
        }
    }
}

impl Verifier {
    pub(super) fn new(config: &AuthenticatorConfig) -> Self {
        Self {
            audience: config.audience.as_str().into(),
            trust_domains: config.trust_domains.as_slice().into(),
            endpoint: config.workload_endpoint.clone(),
            keys: Arc::default(),
            verified: Arc::default(),
        }
    }

    /// Gets keys from the Workload API in the background, on the current runtime.
    pub(super) fn watch(&self) {
        tracing::info!(
            audience = &*self.audience,
            "JWT-SVIDs must be issued for this audience"
        );
        let (endpoint, keys) = (self.endpoint.clone(), Arc::downgrade(&self.keys));
        let watcher = tokio::spawn(async move {
            let found = connect_with_retries(endpoint.as_deref()).await;
            if let Some(keys) = keys.upgrade()
                && keys.source.set(found).is_ok()
            {
                tracing::info!("JWT-SVIDs are verified with keys of the Workload API");
            }
        });
        if let Err(second) = self.keys.watcher.set(watcher.abort_handle()) {
            second.abort();
        }
    }

    /// Takes over another verifier's keys, if they come from the same endpoint.
    pub(super) fn take_over(&mut self, other: &Self) -> bool {
        let is_same = self.endpoint == other.endpoint;
        if is_same {
            self.keys = Arc::clone(&other.keys);
        }
        is_same
    }

    /// The audience that tokens must be issued for.
    pub(super) fn audience(&self) -> &str {
        &self.audience
    }

    /// The SPIFFE ID of a token that was verified before and is still valid. Cheap.
    pub(super) fn known(&self, token: &[u8]) -> Option<String> {
        if token.len() > LONGEST_TOKEN {
            return None;
        }
        let state = self.keys.source.get()?.state();
        let usable = !state.is_closed() && state.is_usable();
        let token = fingerprint(token);
        let verified = lock(&self.verified);
        let name = verified.get(&token, now(), state.revision())?;
        usable.then(|| name.to_owned())
    }

    /// The SPIFFE ID that a token proves. Verifies a signature, so it must not run on a thread that reads
    /// requests.
    pub(crate) fn verify(&self, token: &[u8]) -> Result<String, Refusal> {
        self.prove(token).map_err(|why| {
            // The reason is about the token's format and times, and never contains the token.
            tracing::debug!(%why, "a JWT-SVID is refused");
            match why {
                Why::Audience => Refusal::because(
                    Status::AuthenticationError,
                    format!(
                        "The JWT-SVID is for another audience than {}, which is this service's; ask \
                         its issuer for one that is.",
                        quoted(&self.audience)
                    ),
                ),
                Why::Other(_) => Refusal::of(Status::AuthenticationError),
            }
        })
    }

    fn prove(&self, field: &[u8]) -> Result<String, Why> {
        let other = |why: &str| Why::Other(why.to_owned());
        if field.len() > LONGEST_TOKEN {
            return Err(other("it is too long"));
        }
        let token = std::str::from_utf8(field).map_err(|_| other("it is not UTF-8"))?;
        let source = self.keys.source.get();
        let state = source
            .ok_or_else(|| other("there are no keys yet"))?
            .state();
        if state.is_closed() {
            return Err(other("the source of keys is closed"));
        }
        let keys = state
            .bundle_set()
            .map_err(|error| Why::Other(error.to_string()))?;
        let svid = JwtSvid::parse_and_validate(token, &*keys, &[&self.audience])?;
        refuse_early(token)?;
        let id = svid.spiffe_id();
        let domain = id.trust_domain().to_string();
        if !self.trust_domains.is_empty() && !self.trust_domains.contains(&domain) {
            return Err(other("its trust domain is not in `trust_domains`"));
        }
        let proof = Proof {
            name: id.to_string(),
            expires: svid.claims().exp(),
            revision: state.revision(),
        };
        let name = proof.name.clone();
        lock(&self.verified).insert(fingerprint(field), proof);
        Ok(name)
    }
}

/// Why a token is refused.
#[derive(Debug)]
enum Why {
    /// It is valid, but for another audience.
    Audience,
    Other(String),
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Audience => f.write_str("it is for another audience"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl From<JwtSvidError> for Why {
    fn from(error: JwtSvidError) -> Self {
        match &error {
            JwtSvidError::InvalidToken(why)
                if why.kind() == JwtVerificationErrorKind::AudienceMismatch =>
            {
                Self::Audience
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Refuses a token issued in the future. `spiffe` has checked its other times.
fn refuse_early(token: &str) -> Result<(), Why> {
    #[derive(Deserialize)]
    struct Claims {
        iat: Option<f64>,
    }
    let unreadable = || Why::Other("its claims cannot be read".to_owned());
    let claims = token.split('.').nth(1).ok_or_else(unreadable)?;
    let claims = Base64UrlUnpadded::decode_vec(claims).map_err(|_| unreadable())?;
    let claims: Claims = serde_json::from_slice(&claims).map_err(|_| unreadable())?;
    // Clock times fit into an f64 exactly.
    let latest = now() as f64 + CLOCK_SKEW;
    match claims.iat {
        Some(issued) if issued > latest => {
            Err(Why::Other("it was issued in the future".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    // With a clock before 1970, every token has expired.
    since.map_or(i64::MAX, |since| since.as_secs().cast_signed())
}

/// Retries until the Workload API returns keys.
async fn connect_with_retries(endpoint: Option<&str>) -> JwtSource {
    let mut silent = false;
    loop {
        match connect(endpoint).await {
            Ok(found) => return found,
            Err(why) => {
                if !silent {
                    tracing::warn!(
                        why,
                        "the Workload API returns no keys; JWT-SVIDs are refused until it does"
                    );
                }
                silent = true;
                tokio::time::sleep(TRY_AGAIN).await;
            }
        }
    }
}

async fn connect(endpoint: Option<&str>) -> Result<JwtSource, String> {
    let mut builder = JwtSource::builder();
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint(endpoint);
    }
    builder.build().await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use parsec_contracts::AuthType;

    use super::*;

    #[tokio::test]
    async fn the_task_that_gets_keys_ends_with_its_last_user() {
        let config = AuthenticatorConfig {
            workload_endpoint: Some("unix:/nowhere/at/all.sock".to_owned()),
            ..AuthenticatorConfig::of(AuthType::JwtSvid)
        };
        let first = Verifier::new(&config);
        first.watch();
        let watcher = first.keys.watcher.get().unwrap().clone();
        let mut second = Verifier::new(&config);
        assert!(second.take_over(&first));
        drop(first);
        tokio::task::yield_now().await;
        assert!(!watcher.is_finished());
        drop(second);
        let ended = async {
            while !watcher.is_finished() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), ended)
            .await
            .unwrap();
    }
}
