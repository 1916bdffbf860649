//! A provider whose device was not there, or was another one, when the service started. It answers
//! why until its device is there; the other providers serve.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use parsec_contracts::{Opcode, ProviderId, Secret, Status};
use parsec_provider::{
    Binding, Counted, Forwards, Journal, KeyContext, Provider, ProviderError, Shown,
};

use crate::config::ProviderConfig;
use crate::key_store::DeviceJournal;
use crate::sync::lock;

/// The pause after the first attempt to start the provider; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A provider that starts when its device is there.
pub(crate) struct Attached {
    config: ProviderConfig,
    journal: Arc<DeviceJournal>,
    opcodes: Vec<Opcode>,
    started: OnceLock<Arc<dyn Provider>>,
    last: Mutex<Attempt>,
}

/// An attempt to start the provider that failed.
struct Attempt {
    why: ProviderError,
    /// `None` if there is no other: a PIN that was refused is not tried again.
    next: Option<Instant>,
    pause: Duration,
}

impl Attached {
    /// After the first attempt, which failed.
    pub(crate) fn new(
        config: ProviderConfig,
        journal: Arc<DeviceJournal>,
        why: ProviderError,
    ) -> Self {
        Self {
            opcodes: (config.registration.opcodes)(),
            config,
            journal,
            started: OnceLock::new(),
            last: Mutex::new(Attempt {
                why,
                next: Some(Instant::now() + FIRST_PAUSE),
                pause: FIRST_PAUSE,
            }),
        }
    }
}

impl Forwards for Attached {
    fn target(&self) -> Result<Arc<dyn Provider>, ProviderError> {
        if let Some(started) = self.started.get() {
            return Ok(Arc::clone(started));
        }
        let mut last = lock(&self.last);
        if let Some(started) = self.started.get() {
            return Ok(Arc::clone(started));
        }
        if last.next.is_none_or(|next| Instant::now() < next) {
            return Err(last.why.repeated());
        }
        let is_replaced = self.journal.binding()? == Binding::Released;
        let journal = Arc::clone(&self.journal) as Arc<dyn Journal>;
        match self.config.settings.open(journal) {
            Ok(started) => {
                tracing::info!(
                    provider = self.config.name,
                    "the provider's device is available"
                );
                if !is_replaced && matches!(started.objects(), Ok(None)) {
                    self.journal.all_found();
                }
                Ok(Arc::clone(self.started.get_or_init(|| started)))
            }
            Err(error) => {
                last.pause = (last.pause * 2).min(LONGEST_PAUSE);
                let is_refused = error.status() == Status::PsaErrorNotPermitted;
                last.next = (!is_refused).then(|| Instant::now() + last.pause);
                last.why = error.repeated();
                Err(error)
            }
        }
    }
}

impl Provider for Attached {
    fn id(&self) -> ProviderId {
        self.config.id.family()
    }

    fn version(&self) -> (u32, u32, u32) {
        let part = |text: &str| text.parse().unwrap_or(0);
        (
            part(env!("CARGO_PKG_VERSION_MAJOR")),
            part(env!("CARGO_PKG_VERSION_MINOR")),
            part(env!("CARGO_PKG_VERSION_PATCH")),
        )
    }

    fn description(&self) -> String {
        match self.started.get() {
            Some(started) => started.description(),
            None => format!("{} (its device is not available)", self.id().description()),
        }
    }

    fn opcodes(&self) -> &[Opcode] {
        &self.opcodes
    }

    fn workers(&self) -> usize {
        self.config.registration.workers
    }

    fn counted(&self) -> Counted {
        self.started
            .get()
            .map_or_else(Counted::default, |started| started.counted())
    }

    fn close(&self) {
        if let Some(started) = self.started.get() {
            started.close();
        }
    }

    fn forget(&self, key: &KeyContext) -> Result<(), ProviderError> {
        self.target()?.forget(key)
    }

    fn object(&self, material: &Secret) -> Option<Vec<u8>> {
        (self.config.registration.object)(material)
    }

    fn objects(&self) -> Result<Option<Shown>, ProviderError> {
        self.target()?.objects()
    }

    fn refresh(&self) -> Result<bool, ProviderError> {
        self.target()?.refresh()
    }

    fn remove_object(&self, object: &[u8]) -> Result<bool, ProviderError> {
        self.target()?.remove_object(object)
    }
}
