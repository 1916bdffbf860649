//! One service shared by many examples.

use std::env;

use crate::Service;

/// A service that other examples may use at the same time.
///
/// Examples in documentation run in one process each, as the same user: each uses its own key
/// names, and deletes its keys.
#[derive(Debug)]
pub struct SharedService {
    endpoint: String,
    /// Runs until dropped.
    _own: Option<Service>,
}

impl SharedService {
    /// Returns the endpoint, in the format of `PARSEC_SERVICE_ENDPOINT`.
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
