//! Metrics (OpenMetrics 1.0). All labels have fixed values from the contracts: no names of applications
//! or keys, nothing from a request.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parsec_contracts::{Opcode, ProviderId, Status};
use parsec_provider::Counted;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// Seconds: from a hash in software to an RSA key in a TPM.
const BUCKETS: [f64; 14] = [
    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0,
];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    provider: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct DurationLabels {
    operation: &'static str,
    provider: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProviderLabel {
    provider: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ResultLabel {
    result: &'static str,
}

/// All metrics.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<DurationLabels, Histogram, fn() -> Histogram>,
    connections: Gauge,
    turned_away: Counter,
    reloads: Family<ResultLabel, Counter>,
    queued: Family<ProviderLabel, Gauge>,
    keys: Family<ProviderLabel, Gauge>,
    cache_hits: Family<ProviderLabel, Counter>,
    cache_misses: Family<ProviderLabel, Counter>,
    device_resets: Family<ProviderLabel, Counter>,
    audit_written: Counter,
    audit_lost: Counter,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let mut metrics = Self {
            registry: Registry::with_prefix("parsec"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            connections: Gauge::default(),
            turned_away: Counter::default(),
            reloads: Family::default(),
            queued: Family::default(),
            keys: Family::default(),
            cache_hits: Family::default(),
            cache_misses: Family::default(),
            device_resets: Family::default(),
            audit_written: Counter::default(),
            audit_lost: Counter::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of the service", version);
        let started = Gauge::<i64>::default();
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        started.set(now.map_or(0, |since| since.as_secs()).cast_signed());
        registry.register("start_time_seconds", "The start time", started);
        registry.register("requests", "Answered requests", self.requests.clone());
        registry.register(
            "request_duration_seconds",
            "Time from reading a request to its response, including waiting",
            self.seconds.clone(),
        );
        registry.register("connections", "Open connections", self.connections.clone());
        registry.register(
            "connections_turned_away",
            "Connections refused because of a limit",
            self.turned_away.clone(),
        );
        registry.register(
            "config_reloads",
            "Reloads of the configuration",
            self.reloads.clone(),
        );
        registry.register(
            "queued_requests",
            "Requests waiting for a worker",
            self.queued.clone(),
        );
        registry.register("keys", "Keys in the store", self.keys.clone());
        registry.register(
            "key_cache_hits",
            "Uses of keys that were already loaded",
            self.cache_hits.clone(),
        );
        registry.register(
            "key_cache_misses",
            "Uses of keys that had to be loaded first",
            self.cache_misses.clone(),
        );
        registry.register(
            "device_resets",
            "Number of times that a device was reset or absent",
            self.device_resets.clone(),
        );
        registry.register(
            "audit_events",
            "Written audit events",
            self.audit_written.clone(),
        );
        registry.register(
            "audit_events_lost",
            "Audit events lost because the queue was full",
            self.audit_lost.clone(),
        );
    }

    /// Counts an answered request.
    pub(crate) fn answered(
        &self,
        opcode: Opcode,
        provider: ProviderId,
        status: Status,
        took: Duration,
    ) {
        let (operation, provider) = (opcode.name(), provider.name());
        let answered = RequestLabels {
            operation,
            provider,
            status: status.name(),
        };
        self.requests.get_or_create(&answered).inc();
        let served = DurationLabels {
            operation,
            provider,
        };
        self.seconds
            .get_or_create(&served)
            .observe(took.as_secs_f64());
    }

    /// Counts an open connection until the returned guard is dropped.
    pub(crate) fn connected(&self) -> Connected {
        self.connections.inc();
        Connected(self.connections.clone())
    }

    /// Counts a connection that was turned away.
    pub(crate) fn turned_away(&self) {
        self.turned_away.inc();
    }

    /// Counts a reload of the configuration.
    pub(crate) fn reloaded(&self, result: &'static str) {
        self.reloads.get_or_create(&ResultLabel { result }).inc();
    }

    /// Sets the current numbers of a provider.
    pub(crate) fn set_provider(&self, id: ProviderId, queued: usize, counted: Counted) {
        let label = ProviderLabel {
            provider: id.name(),
        };
        self.queued
            .get_or_create(&label)
            .set(as_gauge(queued as u64));
        set(&self.cache_hits.get_or_create(&label), counted.cache_hits);
        set(
            &self.cache_misses.get_or_create(&label),
            counted.cache_misses,
        );
        set(
            &self.device_resets.get_or_create(&label),
            counted.device_resets,
        );
    }

    /// Sets the current number of keys of a provider.
    pub(crate) fn set_keys(&self, id: ProviderId, keys: u64) {
        let label = ProviderLabel {
            provider: id.name(),
        };
        self.keys.get_or_create(&label).set(as_gauge(keys));
    }

    /// Sets the numbers of audit events.
    pub(crate) fn set_audit(&self, written: u64, lost: u64) {
        set(&self.audit_written, written);
        set(&self.audit_lost, lost);
    }

    /// All metrics as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}

/// Guard of a counted connection.
#[derive(Debug)]
pub(crate) struct Connected(Gauge);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Sets a counter whose value is kept elsewhere.
fn set(counter: &Counter, count: u64) {
    counter.inner().store(count, Ordering::Relaxed);
}

fn as_gauge(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
