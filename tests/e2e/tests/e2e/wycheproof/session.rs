//! A separate service for the tests of one algorithm, and its keys.

use std::time::Duration;

use parsec_client::blocking::{Client, Raw};
use parsec_client::{Endpoint, ErrorKind, ProviderId, Result, Secret, Status};
use parsec_contracts::operations::{CanDoCrypto, PsaDestroyKey, PsaImportKey};
use parsec_contracts::types::{Algorithm, CheckType, KeyAttributes};
use parsec_harness::Service;
pub(crate) use parsec_harness::keys::attributes;

use crate::wycheproof::report::Outcome;

/// The provider under test.
pub(crate) const PROVIDER: ProviderId = ProviderId::Software;

/// Reasons for omitted tests that the provider reports.
pub(crate) const NO_SUCH_KEYS: &str = "the provider does not support such keys";
pub(crate) const NO_SUCH_ALGORITHM: &str =
    "the provider does not support this algorithm for such keys";

/// Longer than any response takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Session {
    // Stops the service when dropped.
    _service: Service,
    client: Client,
    keys: usize,
}

impl Session {
    pub(crate) fn start() -> Self {
        let service = Service::start();
        let client = Client::builder()
            .endpoint(Endpoint::parse(&service.endpoint()).unwrap())
            .timeout(PATIENCE)
            .connect()
            .unwrap();
        Self {
            _service: service,
            client,
            keys: 0,
        }
    }

    pub(crate) fn raw(&self) -> Raw<'_> {
        self.client.raw()
    }

    /// Imports a key under a new name; returns the outcome of all its tests if that fails.
    pub(crate) fn import(
        &mut self,
        set: &str,
        attributes: KeyAttributes,
        data: &[u8],
    ) -> std::result::Result<String, Outcome> {
        self.keys += 1;
        let key_name = format!("{set} {}", self.keys);
        let input = PsaImportKey {
            key_name: key_name.clone(),
            attributes,
            data: Secret::from(data),
        };
        let refusals = [
            Status::PsaErrorInvalidArgument,
            Status::PsaErrorNotSupported,
        ];
        answer(self.raw().psa_import_key(PROVIDER, input), &refusals).map(|_| key_name)
    }

    /// Destroys an imported key.
    pub(crate) fn destroy(&self, key_name: String) {
        self.raw()
            .psa_destroy_key(PROVIDER, PsaDestroyKey { key_name })
            .unwrap();
    }

    /// Returns why the provider does not support the policy of such keys, if it does not.
    pub(crate) fn lacks(&self, attributes: KeyAttributes) -> Option<&'static str> {
        let mut bare = attributes;
        bare.key_policy.key_algorithm = Algorithm::None;
        if !self.can(CheckType::Import, bare) {
            Some(NO_SUCH_KEYS)
        } else if !self.can(CheckType::Use, attributes) {
            Some(NO_SUCH_ALGORITHM)
        } else {
            None
        }
    }

    fn can(&self, check_type: CheckType, attributes: KeyAttributes) -> bool {
        let input = CanDoCrypto {
            check_type,
            attributes,
        };
        match self.raw().can_do_crypto(PROVIDER, input) {
            Ok(_) => true,
            Err(error) if error.status() == Some(Status::PsaErrorNotSupported) => false,
            Err(error) => panic!("{attributes:?}: {error}"),
        }
    }
}

/// Returns the response, or the outcome of a failure: rejected if the contract specifies this
/// status for an invalid input, otherwise wrong.
pub(crate) fn answer<T>(result: Result<T>, refusals: &[Status]) -> std::result::Result<T, Outcome> {
    result.map_err(|error| match error.status() {
        Some(status) if refusals.contains(&status) => Outcome::Rejected,
        // An empty optional argument counts as absent.
        None if error.kind() == ErrorKind::InvalidArgument => Outcome::Unsent,
        _ => Outcome::Wrong(error.to_string()),
    })
}

/// Returns the outcome of a success or failure.
pub(crate) fn settle(result: std::result::Result<Outcome, Outcome>) -> Outcome {
    result.unwrap_or_else(|outcome| outcome)
}

/// Accepted if the output is the expected one.
pub(crate) fn compare(got: &[u8], expected: &[u8]) -> Outcome {
    if got == expected {
        Outcome::Accepted
    } else {
        Outcome::Wrong(format!(
            "the output is {got:02x?}; expected {expected:02x?}"
        ))
    }
}
