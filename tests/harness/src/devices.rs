//! All devices that a service can have, as software.

use crate::{Builder, Service, SoftHsm, Swtpm};

/// A TPM and two tokens, for a service with all of them. Dropping it removes them.
#[derive(Debug)]
pub struct Devices {
    /// The TPM.
    pub swtpm: Swtpm,
    /// The tokens, with the labels in [`Devices::TOKENS`].
    pub softhsm: SoftHsm,
}

impl Devices {
    /// Labels of the tokens: of provider 2 and of provider 128.
    pub const TOKENS: [&'static str; 2] = ["first token", "second token"];
    /// Numbers of the providers: software, a token, the TPM, another token.
    pub const PROVIDERS: [u8; 4] = [1, 2, 3, 128];

    /// Creates the devices.
    ///
    /// # Panics
    ///
    /// If they cannot be created.
    pub fn start() -> Self {
        Self {
            swtpm: Swtpm::start(),
            softhsm: SoftHsm::with_tokens(&Self::TOKENS),
        }
    }

    /// Prepares a service with all of them, the software provider first, and the direct
    /// authenticator.
    pub fn service(&self) -> Builder {
        self.service_with_pin(SoftHsm::PIN)
    }

    /// The same with another PIN for the first token.
    pub fn service_with_pin(&self, pin: &str) -> Builder {
        let library = SoftHsm::library().display();
        let [first, second] = Self::TOKENS;
        let config = format!(
            r#"{direct}
[[provider]]
provider_type = "Pkcs11"
library_path = "{library}"
token_label = "{first}"
user_pin = "{pin}"

[[provider]]
provider_type = "Tpm"
tcti = "{tcti}"

[[provider]]
provider_type = "Pkcs11"
name = "{second}"
library_path = "{library}"
token_label = "{second}"
user_pin_env = "PARSEC_TEST_PIN"
"#,
            direct = Service::direct_config(),
            tcti = self.swtpm.tcti(),
        );
        Service::builder()
            .config(config)
            .env("SOFTHSM2_CONF", self.softhsm.config())
            .env("PARSEC_TEST_PIN", SoftHsm::PIN)
            // Errors of the TPM are expected in tests.
            .env(
                "TSS2_LOG",
                std::env::var("TSS2_LOG").unwrap_or("all+NONE".into()),
            )
    }
}
