//! JWT-SVIDs of SPIFFE, verified here against the keys that a Workload API gives and renews.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use spiffe::{JwtSource, JwtSvid};

use crate::config::AuthenticatorConfig;

/// Between two tries to reach the Workload API, which may start after this service.
const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Verifies tokens.
#[derive(Debug)]
pub(super) struct Verifier {
    audience: String,
    trust_domains: Vec<String>,
    endpoint: Option<String>,
    /// Set once the Workload API has given keys; from then on it keeps them fresh by itself.
    source: Arc<OnceLock<JwtSource>>,
}

impl Verifier {
    pub(super) fn new(config: &AuthenticatorConfig) -> Self {
        Self {
            audience: config.audience.clone(),
            trust_domains: config.trust_domains.clone(),
            endpoint: config.workload_endpoint.clone(),
            source: Arc::default(),
        }
    }

    /// Gets keys from the Workload API in the background, on this thread's runtime.
    pub(super) fn watch(&self) {
        let (endpoint, source) = (self.endpoint.clone(), Arc::clone(&self.source));
        tokio::spawn(async move {
            let mut silent = false;
            while source.get().is_none() {
                match connect(endpoint.as_deref()).await {
                    // Nobody else sets it.
                    Ok(found) => drop(source.set(found)),
                    Err(why) => {
                        if !silent {
                            tracing::warn!(
                                why,
                                "the Workload API gives no keys; until it does, JWT-SVIDs are \
                                 refused"
                            );
                        }
                        silent = true;
                        tokio::time::sleep(TRY_AGAIN).await;
                    }
                }
            }
            tracing::info!("JWT-SVIDs are verified with keys of the Workload API");
        });
    }

    /// Goes on with another's keys, if they come from the same place.
    pub(super) fn take_over(&mut self, other: &Self) -> bool {
        let is_same = self.endpoint == other.endpoint;
        if is_same {
            self.source = Arc::clone(&other.source);
        }
        is_same
    }

    /// The SPIFFE ID that a token proves.
    pub(super) fn verify(&self, field: &[u8]) -> Option<String> {
        let token = std::str::from_utf8(field).ok()?;
        let keys = self.source.get()?.bundle_set().ok()?;
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

async fn connect(endpoint: Option<&str>) -> Result<JwtSource, String> {
    let mut builder = JwtSource::builder();
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint(endpoint);
    }
    builder.build().await.map_err(|error| error.to_string())
}
