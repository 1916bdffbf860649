//! One service for many examples.

use std::env;

use crate::Service;

/// A service that may be in use by others at the same time.
///
/// Examples in documentation run in one process each, as the same user: each has names of its own
/// for its keys, and deletes them.
#[derive(Debug)]
pub struct SharedService {
    endpoint: String,
    /// Runs until this is dropped.
    _own: Option<Service>,
}

impl SharedService {
    /// Where it listens, as `PARSEC_SERVICE_ENDPOINT` wants it.
    pub fn endpoint(&self) -> String {
        self.endpoint.clone()
    }
}

/// Returns the service that `PARSEC_SERVICE_ENDPOINT` names, or starts one if it is not set.
///
/// # Panics
///
/// If none starts.
pub fn shared_service() -> SharedService {
    match env::var("PARSEC_SERVICE_ENDPOINT") {
        Ok(endpoint) => SharedService {
            endpoint,
            _own: None,
        },
        Err(_) => {
            let service = Service::start();
            SharedService {
                endpoint: service.endpoint(),
                _own: Some(service),
            }
        }
    }
}
