//! The account of one client: its use of each resource, its request rate, and its limits.

use std::sync::atomic::{AtomicU64, Ordering, fence};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use parsec_contracts::{AuthType, Status};
use tokio::sync::Notify;

use super::permit::{GaugeLimits, GaugeSet, Gauges, LimitLevel, Permit, Resource};
use super::principal::Principal;
use super::rate::RateLimiter;
use super::rules::{LimitRules, limit_on};
use crate::config::Limits;
use crate::identity::Identity;
use crate::key_store::{KeyStore, now};
use crate::refusal::Refusal;
use crate::subordinates::Subordinates;
use crate::sync::{lock, read};

/// How long to wait before retrying when a concurrency limit is reached.
pub(super) const RETRY_AFTER: Duration = Duration::from_millis(100);

/// The use of all clients together, and the limits in effect.
#[derive(Debug)]
pub(super) struct Totals {
    pub(super) gauges: Arc<Gauges>,
    /// Notified when a connection has released buffered bytes.
    pub(super) freed: Notify,
    pub(super) rate: RateLimiter,
    pub(super) rules: RwLock<Arc<LimitRules>>,
    subordinates: Arc<Subordinates>,
    /// Held while a new key is stored and its permit released, and while both are counted.
    new_keys: Mutex<()>,
}

impl Totals {
    pub(super) fn new(rules: LimitRules, subordinates: Arc<Subordinates>) -> Self {
        Self {
            gauges: Arc::default(),
            freed: Notify::new(),
            rate: RateLimiter::default(),
            rules: RwLock::new(Arc::new(rules)),
            subordinates,
            new_keys: Mutex::default(),
        }
    }

    pub(super) fn rules(&self) -> Arc<LimitRules> {
        Arc::clone(&read(&self.rules))
    }

    /// The user that shares its limits with the principal: a user with a range of subordinate ids
    /// must not count as thousands of clients. Applications named in the configuration have their own
    /// limits.
    pub(super) fn range_owner(&self, principal: &Principal) -> Option<Principal> {
        let uid = |identity: &Identity| {
            let is_user = identity.auth == AuthType::UnixPeerCredentials;
            is_user.then(|| identity.name.parse().ok())?
        };
        let identity = principal.identity()?;
        let uid: u32 = uid(identity)?;
        let owner = self.subordinates.owner(uid);
        (owner != uid).then(|| {
            Principal::Application(Identity {
                auth: identity.auth,
                name: owner.to_string(),
            })
        })
    }
}

/// A client, and its use of each resource.
#[derive(Debug)]
pub(crate) struct ClientAccount {
    pub(super) principal: Arc<Principal>,
    id: u64,
    /// The account that shares its limits, if its user id belongs to another user.
    pub(super) range_owner: Option<Arc<Self>>,
    pub(super) gauges: GaugeSet,
    pub(super) totals: Arc<Totals>,
    pub(super) rate: RateLimiter,
    requests: AtomicU64,
    refused: AtomicU64,
    last_seen: AtomicU64,
    /// The second in which the audit last recorded a refusal of a request before it was read.
    last_audited: AtomicU64,
}

/// The use and history of a client, for administrators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) connections: u64,
    pub(crate) requests_in_flight: u64,
    pub(crate) streams: u64,
    pub(crate) stream_bytes: u64,
    /// Since the client's first request to this process.
    pub(crate) requests: u64,
    /// Requests that exceeded a limit, or arrived while the client was disabled.
    pub(crate) refused: u64,
    /// Seconds since 1970.
    pub(crate) last_seen: u64,
}

impl ClientAccount {
    pub(super) fn new(
        principal: Principal,
        id: u64,
        range_owner: Option<Arc<Self>>,
        totals: &Arc<Totals>,
    ) -> Self {
        Self {
            principal: Arc::new(principal),
            id,
            gauges: GaugeSet {
                own: Arc::default(),
                range_owner: range_owner
                    .as_ref()
                    .map(|owner| Arc::clone(&owner.gauges.own)),
                total: Arc::clone(&totals.gauges),
            },
            range_owner,
            totals: Arc::clone(totals),
            rate: RateLimiter::default(),
            requests: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            last_seen: AtomicU64::new(now()),
            last_audited: AtomicU64::new(0),
        }
    }

    /// The application, unless it is a user.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.principal.identity()
    }

    /// The id by which work queues take turns; accounts that share limits have the same.
    pub(crate) fn scheduling_id(&self) -> u64 {
        self.range_owner.as_ref().map_or(self.id, |owner| owner.id)
    }

    /// Whether the audit records this refusal of a request that was not read: one a second and client.
    /// A flood of requests must not become a flood of audit events, which other clients would wait for.
    pub(crate) fn should_audit_refusal(&self) -> bool {
        let time = now();
        self.last_audited.swap(time, Ordering::Relaxed) != time
    }

    /// Whether the permit is one of this account's.
    pub(crate) fn holds(&self, permit: &Permit) -> bool {
        permit.counts_in(&self.gauges.own)
    }

    /// Whether a permit of the account is in use, or something else refers to it.
    pub(super) fn is_in_use(self: &Arc<Self>) -> bool {
        // The registry has one reference to the account, and the account one to its gauges. A permit is
        // taken before the reference to the account is dropped, so the counts are read in this order.
        if Arc::strong_count(self) > 1 {
            return true;
        }
        fence(Ordering::Acquire);
        Arc::strong_count(&self.gauges.own) > 1
    }

    /// The limits on a resource: the account's own, and that of all clients together.
    pub(super) fn limits_on(&self, resource: Resource) -> (Option<u64>, Option<u64>) {
        let rules = self.totals.rules();
        (
            limit_on(rules.of(&self.principal), resource),
            limit_on(rules.total(), resource),
        )
    }

    pub(super) fn count_request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.last_seen.store(now(), Ordering::Relaxed);
    }

    pub(super) fn count_refused(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn admit(&self, bytes: u64) -> Result<Permit, Refusal> {
        let rules = self.totals.rules();
        let (own, total) = (rules.of(&self.principal), rules.total());
        let longest = lower(own.request_bytes, total.request_bytes);
        if let Some(limit) = longest.filter(|limit| bytes > *limit) {
            return Err(too_long(limit));
        }
        let time = Instant::now();
        admit_rate(&self.rate, own, "this client", time)?;
        if let Some(owner) = &self.range_owner {
            admit_rate(&owner.rate, rules.of(&owner.principal), "this user", time)?;
        }
        admit_rate(&self.totals.rate, total, "all clients together", time)?;
        self.take(Resource::Requests, 1)
            .map_err(|level| Refusal::too_many(at_most("requests in flight", level), RETRY_AFTER))
    }

    /// Takes a permit for a connection.
    pub(crate) fn connect(&self) -> Result<Permit, Refusal> {
        self.take(Resource::Connections, 1)
            .map_err(|level| Refusal::too_many(at_most("connections", level), RETRY_AFTER))
    }

    /// Takes the permits for a stream that holds `bytes`.
    pub(crate) fn open_stream(&self, bytes: u64) -> Result<[Permit; 2], Refusal> {
        let permit = self.take(Resource::Streams, 1).map_err(|level| {
            Refusal::because(
                Status::QuotaExceeded,
                format!("{}; finish or abort some", at_most("open streams", level)),
            )
        })?;
        Ok([permit, self.reserve_memory(bytes)?])
    }

    /// Takes a permit for memory that holds a piece of a stream while it is processed.
    pub(crate) fn reserve_memory(&self, bytes: u64) -> Result<Permit, Refusal> {
        self.take(Resource::StreamBytes, bytes).map_err(|level| {
            let message = at_most("bytes of memory for streams", level);
            let (LimitLevel::Client(limit) | LimitLevel::Total(limit)) = level;
            if bytes > limit {
                return Refusal::because(
                    Status::QuotaExceeded,
                    format!("{message}, and this piece is larger; send smaller pieces"),
                );
            }
            Refusal::too_many(message, RETRY_AFTER)
        })
    }

    /// Takes a permit for one more key, for [`ClientAccount::store_key`]. The limit holds however many
    /// keys are created concurrently.
    pub(crate) fn reserve_key(&self, store: &KeyStore) -> Result<Permit, Refusal> {
        let owner = self.range_owner.as_ref();
        if self.limits_on(Resource::NewKeys) == (None, None)
            && owner.is_none_or(|owner| owner.limits_on(Resource::NewKeys).0.is_none())
        {
            // Nothing is counted, so there is no need to wait while another key is stored.
            return self.take(Resource::NewKeys, 1).map_err(too_many_keys);
        }
        // Checked before locking: a client at its limit that floods must not delay others.
        self.refuse_more_keys(store, 1, 1)?;
        let _guard = lock(&self.totals.new_keys);
        let permit = self.take(Resource::NewKeys, 1).map_err(too_many_keys)?;
        self.refuse_more_keys(
            store,
            self.gauges.own.get(Resource::NewKeys),
            self.gauges.total.get(Resource::NewKeys),
        )?;
        Ok(permit)
    }

    /// Refuses `own` new keys of this client, or `all` new keys of all clients, if they and the stored
    /// ones exceed a limit.
    fn refuse_more_keys(&self, store: &KeyStore, own: u64, all: u64) -> Result<(), Refusal> {
        let (own_limit, total_limit) = self.limits_on(Resource::NewKeys);
        if let (Some(limit), Some(identity)) = (own_limit, self.identity())
            && own + store.count(identity)? > limit
        {
            return Err(too_many_keys(LimitLevel::Client(limit)));
        }
        if let Some(owner) = &self.range_owner
            && let (Some(limit), _) = owner.limits_on(Resource::NewKeys)
            && owner.gauges.own.get(Resource::NewKeys).max(own) + owner.stored_keys(store)? > limit
        {
            return Err(too_many_keys(LimitLevel::Client(limit)));
        }
        if let Some(limit) = total_limit
            && all + store.count_all()? > limit
        {
            return Err(too_many_keys(LimitLevel::Total(limit)));
        }
        Ok(())
    }

    /// The number of keys of a user and of all users in its range of subordinate ids.
    fn stored_keys(&self, store: &KeyStore) -> Result<u64, Refusal> {
        let mut keys = 0;
        for name in store.owners(AuthType::UnixPeerCredentials)? {
            let principal = Principal::Application(Identity {
                auth: AuthType::UnixPeerCredentials,
                name,
            });
            let owner = self.totals.range_owner(&principal);
            if let Some(identity) = principal.identity()
                && owner.as_ref().unwrap_or(&principal) == &*self.principal
            {
                keys += store.count(identity)?;
            }
        }
        Ok(keys)
    }

    /// Stores a key and releases its permit, atomically for those that count both.
    pub(crate) fn store_key<T>(&self, permit: Permit, store: impl FnOnce() -> T) -> T {
        let _guard = lock(&self.totals.new_keys);
        let stored = store();
        drop(permit);
        stored
    }

    fn take(&self, resource: Resource, amount: u64) -> Result<Permit, LimitLevel> {
        let (own, total) = self.limits_on(resource);
        let range_owner = self.range_owner.as_ref();
        let limits = GaugeLimits {
            own,
            range_owner: range_owner.and_then(|owner| owner.limits_on(resource).0),
            total,
        };
        Permit::take(&self.principal, &self.gauges, limits, resource, amount)
    }

    pub(super) fn usage(&self) -> Usage {
        let used = |resource| self.gauges.own.get(resource);
        Usage {
            connections: used(Resource::Connections),
            requests_in_flight: used(Resource::Requests),
            streams: used(Resource::Streams),
            stream_bytes: used(Resource::StreamBytes),
            requests: self.requests.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            last_seen: self.last_seen.load(Ordering::Relaxed),
        }
    }
}

/// The lower of two limits.
fn lower(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn admit_rate(
    rate: &RateLimiter,
    limits: &Limits,
    subject: &str,
    time: Instant,
) -> Result<(), Refusal> {
    let Some(per_second) = limits.requests_per_second else {
        return Ok(());
    };
    rate.admit(per_second, time).map_err(|wait| {
        let message = format!("{subject} may send {per_second} requests per second");
        Refusal::too_many(message, wait.max(Duration::from_millis(1)))
    })
}

fn at_most(things: &str, level: LimitLevel) -> String {
    match level {
        LimitLevel::Client(limit) => format!("this client may have {limit} {things}"),
        LimitLevel::Total(limit) => format!("all clients together may have {limit} {things}"),
    }
}

fn too_many_keys(level: LimitLevel) -> Refusal {
    let message = format!(
        "{}; delete keys that are not needed",
        at_most("keys", level)
    );
    Refusal::because(Status::QuotaExceeded, message)
}

fn too_long(limit: u64) -> Refusal {
    Refusal::because(
        Status::BodySizeExceedsLimit,
        format!(
            "the request is longer than the {limit} bytes that this client may send in one request"
        ),
    )
}
