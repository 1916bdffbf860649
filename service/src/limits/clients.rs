//! All clients that the service has met lately, and what each has.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::{Duration, Instant};

use parsec_contracts::{AuthType, Status};
use tokio::sync::Notify;

use super::permit::{Gauges, LimitLevel, Permit, Resource};
use super::rate::Rate;
use super::room::Room;
use super::{LimitRules, Limits, Who, too_long};
use crate::identity::Identity;
use crate::key_store::{KeyStore, now};
use crate::refusal::Refusal;
use crate::subordinates::Subordinates;
use crate::sync::{lock, read, write};

/// Clients that are remembered beyond those at work: where callers say who they are, they may say
/// anything.
const REMEMBERED: usize = 4096;
/// How long to wait before a retry where a limit is on how many there are at once.
pub(super) const TRY_AGAIN: Duration = Duration::from_millis(100);

/// The clients.
#[derive(Debug)]
pub(crate) struct Clients {
    known: Mutex<HashMap<Who, Arc<Client>>>,
    disabled: RwLock<HashSet<Identity>>,
    next: AtomicU64,
    total: Arc<Total>,
}

/// What all have together.
#[derive(Debug)]
pub(super) struct Total {
    pub(super) gauges: Gauges,
    /// Notified when a connection has given back buffered bytes.
    pub(super) freed: Notify,
    rate: Rate,
    rules: RwLock<Arc<LimitRules>>,
    subordinates: Arc<Subordinates>,
    /// Held by who stores a new key and gives back its permit, and by who counts both.
    new_keys: Mutex<()>,
}

impl Total {
    fn rules(&self) -> Arc<LimitRules> {
        Arc::clone(&read(&self.rules))
    }
}

/// A client, and what it has.
#[derive(Debug)]
pub(crate) struct Client {
    who: Who,
    number: u64,
    /// The client that shares its limits, if its user id belongs to another user.
    pub(super) payer: Option<Arc<Self>>,
    pub(super) gauges: Gauges,
    pub(super) total: Arc<Total>,
    rate: Rate,
    requests: AtomicU64,
    refused: AtomicU64,
    last_seen: AtomicU64,
    /// The second in which it was last told that it asks for too much at a time.
    told: AtomicU64,
}

/// What a client has and did, for administrators.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) connections: u64,
    pub(crate) requests_in_flight: u64,
    pub(crate) streams: u64,
    pub(crate) stream_bytes: u64,
    /// Since the service met it.
    pub(crate) requests: u64,
    /// Requests that exceeded a limit, or came while it was disabled.
    pub(crate) refused: u64,
    /// Seconds since 1970.
    pub(crate) last_seen: u64,
}

impl Clients {
    /// None yet; those in `disabled` are refused.
    pub(crate) fn new(
        rules: LimitRules,
        disabled: HashSet<Identity>,
        subordinates: Arc<Subordinates>,
    ) -> Self {
        Self {
            known: Mutex::default(),
            disabled: RwLock::new(disabled),
            next: AtomicU64::new(1),
            total: Arc::new(Total {
                gauges: Gauges::default(),
                freed: Notify::new(),
                rate: Rate::default(),
                rules: RwLock::new(Arc::new(rules)),
                subordinates,
                new_keys: Mutex::default(),
            }),
        }
    }

    /// Other limits hold from now on. What is taken already stays taken.
    pub(crate) fn set_rules(&self, rules: LimitRules) {
        *write(&self.total.rules) = Arc::new(rules);
    }

    /// The limits that hold.
    pub(crate) fn rules(&self) -> Arc<LimitRules> {
        self.total.rules()
    }

    /// The client, which may be new.
    pub(crate) fn meet(&self, who: &Who) -> Arc<Client> {
        let payer = self.total.payer(who);
        let mut known = self.known();
        let payer = payer.map(|payer| self.meet_in(&mut known, &payer, None));
        self.meet_in(&mut known, who, payer)
    }

    fn meet_in(
        &self,
        known: &mut HashMap<Who, Arc<Client>>,
        who: &Who,
        payer: Option<Arc<Client>>,
    ) -> Arc<Client> {
        if let Some(client) = known.get(who) {
            let number = |payer: &Option<Arc<Client>>| payer.as_ref().map(|payer| payer.number);
            // Ranges of ids may have changed.
            if number(&client.payer) == number(&payer) {
                return Arc::clone(client);
            }
        }
        if known.len() >= REMEMBERED {
            // Whoever has it has a request, a connection or a stream of it, or is about to.
            known.retain(|_, client| Arc::strong_count(client) > 1);
        }
        let client = Arc::new(Client {
            who: who.clone(),
            payer,
            number: self.next.fetch_add(1, Ordering::Relaxed),
            gauges: Gauges::default(),
            total: Arc::clone(&self.total),
            rate: Rate::default(),
            requests: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            last_seen: AtomicU64::new(now()),
            told: AtomicU64::new(0),
        });
        known.insert(who.clone(), Arc::clone(&client));
        client
    }

    /// Admits a request of `bytes`: the permit is kept until it is answered.
    pub(crate) fn admit(&self, client: &Arc<Client>, bytes: u64) -> Result<Permit, Refusal> {
        client.requests.fetch_add(1, Ordering::Relaxed);
        client.last_seen.store(now(), Ordering::Relaxed);
        // What a disabled client sends counts as well: its flood costs as much as another's.
        let admitted = client.admit(bytes).and_then(|permit| {
            self.refuse_disabled(client)?;
            Ok(permit)
        });
        if admitted.is_err() {
            client.refused.fetch_add(1, Ordering::Relaxed);
        }
        admitted
    }

    /// Charges an admitted request for `items` instead of one.
    pub(crate) fn charge(&self, client: &Client, items: u64) {
        let Some(more) = items.checked_sub(1).filter(|more| *more > 0) else {
            return;
        };
        let (rules, time) = (self.rules(), Instant::now());
        let of_both = [
            (&client.rate, rules.of(&client.who)),
            (&self.total.rate, rules.total()),
        ];
        for (rate, limits) in of_both {
            if let Some(per_second) = limits.requests_per_second {
                rate.charge(more, per_second, time);
            }
        }
    }

    fn refuse_disabled(&self, client: &Client) -> Result<(), Refusal> {
        match client.identity() {
            Some(identity) if self.is_disabled(identity) => {
                Err(Refusal::of(Status::ClientDisabled))
            }
            _ => Ok(()),
        }
    }

    /// Whether an administrator has disabled it.
    pub(crate) fn is_disabled(&self, identity: &Identity) -> bool {
        let disabled = read(&self.disabled);
        // Mostly there are none.
        !disabled.is_empty() && disabled.contains(identity)
    }

    /// Disables or enables a client from the next request on.
    pub(crate) fn set_disabled(&self, identity: &Identity, is_disabled: bool) {
        let mut disabled = write(&self.disabled);
        if is_disabled {
            disabled.insert(identity.clone());
        } else {
            disabled.remove(identity);
        }
    }

    /// Those that are disabled.
    pub(crate) fn disabled(&self) -> Vec<Identity> {
        let disabled = read(&self.disabled);
        disabled.iter().cloned().collect()
    }

    /// What each application has and did.
    pub(crate) fn usage(&self) -> Vec<(Identity, Usage)> {
        let known = self.known();
        let applications = known
            .values()
            .filter_map(|client| Some((client.identity()?.clone(), client.usage())));
        applications.collect()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Who, Arc<Client>>> {
        lock(&self.known)
    }
}

impl Total {
    /// The client that shares its limits with this one: a user with a range of ids must not count as
    /// thousands of clients. Applications that the configuration names have their own limits.
    fn payer(&self, who: &Who) -> Option<Who> {
        let uid = |identity: &Identity| {
            let is_user = identity.auth == AuthType::UnixPeerCredentials;
            is_user.then(|| identity.name.parse().ok())?
        };
        let Who::Application(identity) = who else {
            return None;
        };
        let uid: u32 = uid(identity)?;
        let owner = self.subordinates.owner(uid);
        (owner != uid).then(|| {
            Who::Application(Identity {
                auth: identity.auth,
                name: owner.to_string(),
            })
        })
    }
}

impl Client {
    /// The application, if it is one.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match &self.who {
            Who::Application(identity) => Some(identity),
            Who::User(_) => None,
        }
    }

    /// The number by which it takes turns: only clients that share what they may have have the same.
    pub(crate) fn number(&self) -> u64 {
        self.payer
            .as_ref()
            .map_or(self.number, |payer| payer.number)
    }

    /// Whether the audit shall have this refusal of a request that was not even looked at. Those of
    /// a client are written down once a second: its flood must not become one of the log, for
    /// which others would have to wait.
    pub(crate) fn is_news(&self) -> bool {
        let time = now();
        self.told.swap(time, Ordering::Relaxed) != time
    }

    pub(super) fn limits_of(&self, what: Resource) -> (Option<u64>, Option<u64>) {
        let rules = self.total.rules();
        (rules.of(&self.who).of(what), rules.total().of(what))
    }

    fn admit(self: &Arc<Self>, bytes: u64) -> Result<Permit, Refusal> {
        let rules = self.total.rules();
        let (own, total) = (rules.of(&self.who), rules.total());
        let longest = shorter(own.request_bytes, total.request_bytes);
        if let Some(limit) = longest.filter(|limit| bytes > *limit) {
            return Err(too_long(limit));
        }
        let time = Instant::now();
        admit_rate(&self.rate, own, "this client", time)?;
        if let Some(payer) = &self.payer {
            admit_rate(&payer.rate, rules.of(&payer.who), "this user", time)?;
        }
        admit_rate(&self.total.rate, total, "all clients together", time)?;
        self.take(Resource::Requests, 1)
            .map_err(|level| Refusal::too_many(at_once("requests under way", level), TRY_AGAIN))
    }

    /// A permit among its connections.
    pub(crate) fn connect(self: &Arc<Self>) -> Result<Permit, Refusal> {
        self.take(Resource::Connections, 1)
            .map_err(|level| Refusal::too_many(at_once("connections", level), TRY_AGAIN))
    }

    /// Permits for a stream that holds `bytes`.
    pub(crate) fn open_stream(self: &Arc<Self>, bytes: u64) -> Result<[Permit; 2], Refusal> {
        let permit = self.take(Resource::Streams, 1).map_err(|level| {
            Refusal::because(
                Status::QuotaExceeded,
                format!("{}; finish or abort some", at_once("open streams", level)),
            )
        })?;
        Ok([permit, self.hold(bytes)?])
    }

    /// Memory for a piece of a stream that is worked on.
    pub(crate) fn hold(self: &Arc<Self>, bytes: u64) -> Result<Permit, Refusal> {
        self.take(Resource::StreamBytes, bytes).map_err(|level| {
            let message = at_once("bytes of memory for streams", level);
            let (LimitLevel::Client(limit) | LimitLevel::Total(limit)) = level;
            if bytes > limit {
                return Refusal::because(
                    Status::QuotaExceeded,
                    format!("{message}, which this piece alone exceeds; send smaller ones"),
                );
            }
            Refusal::too_many(message, TRY_AGAIN)
        })
    }

    /// Room for the bytes of one connection, none of which is taken yet.
    pub(crate) fn room(self: &Arc<Self>) -> Room {
        Room::new(self)
    }

    /// A permit for one more key, for [`Client::store_key`]: the limit holds however many are made
    /// at once.
    pub(crate) fn make_key(self: &Arc<Self>, store: &KeyStore) -> Result<Permit, Refusal> {
        let payer = self.payer.as_ref();
        if self.limits_of(Resource::NewKeys) == (None, None)
            && payer.is_none_or(|payer| payer.limits_of(Resource::NewKeys).0.is_none())
        {
            // Nothing is counted, so nobody has to wait for whoever stores a key.
            return self.take(Resource::NewKeys, 1).map_err(too_many_keys);
        }
        // Who has all that it may have, and floods, keeps nobody from storing.
        self.refuse_more_keys(store, 1, 1)?;
        let _alone = lock(&self.total.new_keys);
        let permit = self.take(Resource::NewKeys, 1).map_err(too_many_keys)?;
        let (own, total) = (&self.gauges, &self.total.gauges);
        self.refuse_more_keys(
            store,
            own.get(Resource::NewKeys),
            total.get(Resource::NewKeys),
        )?;
        Ok(permit)
    }

    /// Refuses so many new keys, its own and everybody's, beside those that are stored.
    fn refuse_more_keys(&self, store: &KeyStore, own: u64, all: u64) -> Result<(), Refusal> {
        let (own_limit, total_limit) = self.limits_of(Resource::NewKeys);
        if let (Some(limit), Some(identity)) = (own_limit, self.identity())
            && own + store.count(identity)? > limit
        {
            return Err(too_many_keys(LimitLevel::Client(limit)));
        }
        if let Some(payer) = &self.payer
            && let (Some(limit), _) = payer.limits_of(Resource::NewKeys)
            && payer.gauges.get(Resource::NewKeys).max(own) + payer.stored_keys(store)? > limit
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

    /// Keys of a user and of all whose ids belong to it.
    fn stored_keys(&self, store: &KeyStore) -> Result<u64, Refusal> {
        let mut keys = 0;
        for name in store.owners(AuthType::UnixPeerCredentials)? {
            let owner = Who::Application(Identity {
                auth: AuthType::UnixPeerCredentials,
                name,
            });
            let payer = self.total.payer(&owner);
            if let Who::Application(identity) = &owner
                && payer.as_ref().unwrap_or(&owner) == &self.who
            {
                keys += store.count(identity)?;
            }
        }
        Ok(keys)
    }

    /// Stores a key and gives its permit back, so that nobody counts it twice.
    pub(crate) fn store_key<T>(&self, permit: Permit, store: impl FnOnce() -> T) -> T {
        let _alone = lock(&self.total.new_keys);
        let stored = store();
        drop(permit);
        stored
    }

    /// Gives back what it has taken, and its payer with it.
    pub(super) fn give_back(&self, what: Resource, amount: u64) {
        self.gauges.give_back(what, amount);
        if let Some(payer) = &self.payer {
            payer.gauges.give_back(what, amount);
        }
    }

    fn take(self: &Arc<Self>, what: Resource, amount: u64) -> Result<Permit, LimitLevel> {
        Permit::take(self, what, amount)
    }

    fn usage(&self) -> Usage {
        Usage {
            connections: self.gauges.get(Resource::Connections),
            requests_in_flight: self.gauges.get(Resource::Requests),
            streams: self.gauges.get(Resource::Streams),
            stream_bytes: self.gauges.get(Resource::StreamBytes),
            requests: self.requests.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            last_seen: self.last_seen.load(Ordering::Relaxed),
        }
    }
}

fn shorter(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn admit_rate(rate: &Rate, limits: &Limits, whom: &str, time: Instant) -> Result<(), Refusal> {
    let Some(per_second) = limits.requests_per_second else {
        return Ok(());
    };
    rate.admit(per_second, time).map_err(|wait| {
        let message = format!("{whom} may send {per_second} requests a second");
        Refusal::too_many(message, wait.max(Duration::from_millis(1)))
    })
}

fn at_once(things: &str, level: LimitLevel) -> String {
    match level {
        LimitLevel::Client(limit) => format!("this client may have {limit} {things}"),
        LimitLevel::Total(limit) => format!("all clients together may have {limit} {things}"),
    }
}

fn too_many_keys(level: LimitLevel) -> Refusal {
    let message = format!(
        "{}; delete some that are not needed",
        at_once("keys", level)
    );
    Refusal::because(Status::QuotaExceeded, message)
}

#[cfg(test)]
impl Clients {
    /// How many are remembered.
    pub(super) fn remembered(&self) -> usize {
        self.known().len()
    }
}
