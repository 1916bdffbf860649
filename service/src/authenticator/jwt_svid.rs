//! JWT-SVIDs of SPIFFE, verified here against the keys that a Workload API gives and renews.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use spiffe::{JwtSource, JwtSvid};
use tokio::task::AbortHandle;

use crate::config::AuthenticatorConfig;

/// Between two tries to reach the Workload API, which may start after this service.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Verifies tokens.
#[derive(Debug)]
pub(super) struct Verifier {
    audience: String,
    trust_domains: Vec<String>,
    endpoint: Option<String>,
    keys: Arc<Keys>,
}

/// The keys, and the task that gets them. It ends when nobody wants them any more.
#[derive(Debug, Default)]
struct Keys {
    /// Set once the Workload API has given keys; from then on it keeps them fresh by itself.
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
            audience: config.audience.clone(),
            trust_domains: config.trust_domains.clone(),
            endpoint: config.workload_endpoint.clone(),
            keys: Arc::default(),
        }
    }

    /// Gets keys from the Workload API in the background, on this thread's runtime.
    pub(super) fn watch(&self) {
        let (endpoint, keys) = (self.endpoint.clone(), Arc::downgrade(&self.keys));
        let watcher = tokio::spawn(async move {
            let found = connect_at_last(endpoint.as_deref()).await;
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

    /// Goes on with another's keys, if they come from the same place.
    pub(super) fn take_over(&mut self, other: &Self) -> bool {
        let is_same = self.endpoint == other.endpoint;
        if is_same {
            self.keys = Arc::clone(&other.keys);
        }
        is_same
    }

    /// The SPIFFE ID that a token proves.
    pub(super) fn verify(&self, field: &[u8]) -> Option<String> {
        let token = std::str::from_utf8(field).ok()?;
        let keys = self.keys.source.get()?.bundle_set().ok()?;
        let svid = match JwtSvid::parse_and_validate(token, &*keys, &[&self.audience]) {
            Ok(svid) => svid,
            Err(error) => {
                // What it says is about the token's form and times, never the token.
                tracing::debug!(%error, "a JWT-SVID is refused");
                return None;
            }
        };
        let id = svid.spiffe_id();
        let domain = id.trust_domain().to_string();
        let is_known = self.trust_domains.is_empty() || self.trust_domains.contains(&domain);
        is_known.then(|| id.to_string())
    }
}

/// Tries until the Workload API gives keys.
async fn connect_at_last(endpoint: Option<&str>) -> JwtSource {
    let mut silent = false;
    loop {
        match connect(endpoint).await {
            Ok(found) => return found,
            Err(why) => {
                if !silent {
                    tracing::warn!(
                        why,
                        "the Workload API gives no keys; until it does, JWT-SVIDs are refused"
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
    async fn the_search_for_keys_ends_with_the_last_who_wants_them() {
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
