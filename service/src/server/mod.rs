//! State shared by all connections.

mod answer;
mod message;
mod upkeep;

use std::sync::Arc;

use parsec_contracts::ProviderId;
use parsec_provider::Counted;

use crate::audit::Audit;
use crate::authenticator::Peer;
use crate::config::Config;
use crate::core_provider::{CoreProvider, DeviceLane};
use crate::devices;
use crate::error::ServiceError;
use crate::instance::Instance;
use crate::key_store::{DeviceJournal, ExpiredBy, KeyStore};
use crate::limits::{ClientAccount, ClientRegistry, LimitRules, Principal};
use crate::metrics::Metrics;
use crate::published_store;
use crate::reconcile_schedule::ReconcileSchedule;
use crate::sessions::{Session, Sessions};
use crate::settings::{ConnectionSettings, Settings, SharedSettings};
use crate::subordinates::Subordinates;
use crate::workers::Workers;
pub(crate) use message::{Origin, Request, Response};

/// The maximum number of queued jobs of one provider.
const QUEUE: usize = 1024;
/// Threads for core operations that use the key store.
const CORE_WORKERS: usize = 2;
/// Threads for administrators, so that they and clients do not wait for each other. One remains free
/// while another waits for a device.
const ADMIN_WORKERS: usize = 2;

/// The service behind the listener.
pub(crate) struct Server {
    settings: SharedSettings,
    audit: Audit,
    metrics: Metrics,
    core: Arc<CoreProvider>,
    core_workers: Workers,
    admin_workers: Workers,
    instances: Arc<[Instance]>,
    /// One pool for each instance, in the same order.
    workers: Vec<Workers>,
    store: Arc<KeyStore>,
    sessions: Arc<Sessions>,
    /// Held while idle streams are dropped.
    sweeping: Arc<tokio::sync::Mutex<()>>,
    clients: Arc<ClientRegistry>,
    subordinates: Arc<Subordinates>,
}

impl Server {
    /// Opens the key store and starts the providers.
    pub(crate) fn start(config: &Config, audit: Audit) -> Result<Self, ServiceError> {
        published_store::refuse(config)?;
        let store = Arc::new(KeyStore::open(devices::store_location(config)?)?);
        let mut instances = Vec::new();
        let mut workers = Vec::new();
        for provider in &config.providers {
            let key_space = devices::key_space(provider);
            let journal = DeviceJournal::open(Arc::clone(&store), key_space.clone())?;
            let journal = Arc::new(journal);
            let Some(started) = devices::start(provider, &journal)? else {
                continue;
            };
            let instance = Instance {
                id: provider.id,
                name: provider.name.clone(),
                key_space,
                provider: started,
                journal,
                reconciling: ReconcileSchedule::default(),
            };
            upkeep::reconcile(&instance, &store, &audit);
            let threads = instance.provider.workers();
            workers.push(Workers::start(provider.id.name(), threads, QUEUE)?);
            instances.push(instance);
        }
        let instances: Arc<[Instance]> = instances.into();
        let settings = Settings::of(config);
        settings.authenticators.watch();
        let settings = settings.share();
        let subordinates = Arc::new(Subordinates::of_this_host());
        let clients = Arc::new(ClientRegistry::new(
            LimitRules::new(&config.limits),
            store.disabled()?,
            Arc::clone(&subordinates),
        ));
        let sessions = Arc::new(Sessions::default());
        let device_lanes = instances
            .iter()
            .map(|instance| DeviceLane::start(&instance.name));
        let core = Arc::new(CoreProvider {
            device_lanes: device_lanes.collect::<Result<_, _>>()?,
            instances: Arc::clone(&instances),
            settings: Arc::clone(&settings),
            store: Arc::clone(&store),
            audit: audit.clone(),
            clients: Arc::clone(&clients),
            sessions: Arc::clone(&sessions),
        });
        // A killed service could not delete them.
        for (owner, key) in store.expired(ExpiredBy::AllSessions)? {
            upkeep::delete(&core, &owner, &key);
        }
        Ok(Self {
            core,
            core_workers: Workers::start("core", CORE_WORKERS, QUEUE)?,
            admin_workers: Workers::start("admin", ADMIN_WORKERS, QUEUE)?,
            settings,
            audit,
            metrics: Metrics::new(),
            instances,
            workers,
            store,
            sessions,
            sweeping: Arc::default(),
            clients,
            subordinates,
        })
    }

    /// All clients, to change their limits.
    pub(crate) fn clients(&self) -> Arc<ClientRegistry> {
        Arc::clone(&self.clients)
    }

    /// The settings in effect, shared with those that reload them.
    pub(crate) fn settings(&self) -> SharedSettings {
        Arc::clone(&self.settings)
    }

    /// The settings of connections in effect.
    pub(crate) fn connection_settings(&self) -> ConnectionSettings {
        self.settings.load().connections
    }

    /// The metrics.
    pub(crate) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The current metrics as text.
    pub(crate) async fn metrics_text(&self) -> String {
        for (instance, workers) in self.instances.iter().zip(&self.workers) {
            let counted = instance.provider.counted();
            self.metrics
                .set_provider(instance.id, workers.waiting(), counted);
        }
        let core = &self.core_workers;
        self.metrics
            .set_provider(ProviderId::Core, core.waiting(), Counted::default());
        let (written, lost) = self.audit.counts();
        self.metrics.set_audit(written, lost);
        let store = Arc::clone(&self.store);
        // If the queue is full, the previous counts stay.
        if let Ok(Ok(counts)) = core.run_own(move || store.counts()).await {
            for instance in &*self.instances {
                let is_its = |count: &&(String, u64)| count.0 == instance.key_space;
                let keys = counts.iter().find(is_its).map_or(0, |count| count.1);
                self.metrics.set_keys(instance.id, keys);
            }
        }
        self.metrics.text()
    }

    /// The account of the connection's user, used while the client is not known yet.
    pub(crate) fn user(&self, peer: Option<&Peer>) -> Arc<ClientAccount> {
        self.clients.account(&Principal::User(self.owner(peer)))
    }

    /// The user whose limits apply to a caller: the owner of the range of subordinate ids that contains
    /// the caller's id, or else the caller's own user.
    pub(crate) fn owner(&self, peer: Option<&Peer>) -> Option<u32> {
        let uid = peer?.user()?;
        Some(self.subordinates.owner(uid))
    }

    /// Opens the session of a new connection.
    pub(crate) fn open_session(&self) -> Arc<Session> {
        self.sessions.open()
    }
}
