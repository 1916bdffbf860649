//! `parsec status`: a summary of the service's state.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, ProviderId};
use serde_json::{Value, json};

use super::metrics::Metrics;
use crate::args::StatusArguments;
use crate::failure::Failure;
use crate::output;

/// Number of random bytes that check whether a provider's device responds.
const SAMPLE: usize = 16;
/// Clears a terminal and moves the cursor to the first line.
const CLEAR: &str = "\x1b[2J\x1b[H";

/// Prints the state once or repeatedly.
pub(super) fn run(
    connect: impl Fn() -> Result<Client, Failure>,
    selected: Option<ProviderId>,
    arguments: &StatusArguments,
    json: bool,
) -> Result<(), Failure> {
    let Some(pause) = arguments.watch else {
        let health = Health::ask(&connect()?, selected, arguments)?;
        if json {
            output::json(&health.json())?;
        } else {
            output::lines(&health.lines())?;
        }
        // The JSON contains the failures.
        return health.verdict().map_err(|failure| match json {
            true => Failure::Reported(Box::new(failure)),
            false => failure,
        });
    };
    loop {
        // Continue while the service is down: people watch for its return.
        let asked = connect().and_then(|client| Health::ask(&client, selected, arguments));
        show(asked, json)?;
        thread::sleep(pause);
    }
}

/// Prints one round of watching: a line of JSON, or a screen.
fn show(asked: Result<Health, Failure>, json: bool) -> Result<(), Failure> {
    if json {
        let value = match asked {
            Ok(health) => health.json(),
            Err(failure) => json!({ "healthy": false, "failure": failure.to_string() }),
        };
        return output::lines(&[value.to_string()]);
    }
    let lines = match asked {
        Ok(health) => health.lines(),
        Err(failure) => vec![format!("Parsec does not respond: {failure}")],
    };
    let mut lines = lines;
    if io::stdout().is_terminal()
        && let Some(first) = lines.first_mut()
    {
        first.insert_str(0, CLEAR);
    }
    output::lines(&lines)
}

struct Health {
    endpoint: String,
    protocol: (u32, u32),
    took: Duration,
    /// The number of the caller's keys, or why it is not known.
    keys: Result<usize, Failure>,
    providers: Vec<Provider>,
    metrics: Option<Metrics>,
}

struct Provider {
    id: ProviderId,
    description: String,
    /// Why its device does not respond.
    failure: Option<Failure>,
}

impl Health {
    fn ask(
        client: &Client,
        selected: Option<ProviderId>,
        arguments: &StatusArguments,
    ) -> Result<Self, Failure> {
        let begun = Instant::now();
        let protocol = client.ping()?;
        let took = begun.elapsed();
        let mut providers = Vec::new();
        for info in client.providers()? {
            let number = u8::try_from(info.id).ok();
            let Some(id) = number.and_then(ProviderId::from_number) else {
                continue;
            };
            if id == ProviderId::Core || selected.is_some_and(|only| only != id) {
                continue;
            }
            let failure = match client.with_provider(id).random(SAMPLE) {
                Err(error) if error.kind() != ErrorKind::NotSupported => Some(error.into()),
                _ => None,
            };
            providers.push(Provider {
                id,
                description: info.description,
                failure,
            });
        }
        let endpoint = client.endpoint().map(ToString::to_string);
        let metrics = match &arguments.metrics {
            Some(url) => Some(Metrics::of(url)?),
            None => endpoint.as_deref().and_then(Metrics::beside),
        };
        Ok(Self {
            endpoint: endpoint.unwrap_or_else(|| "its default endpoint".to_owned()),
            protocol,
            took,
            keys: client.keys().map(|keys| keys.len()).map_err(Failure::from),
            providers,
            metrics,
        })
    }

    fn is_healthy(&self) -> bool {
        self.keys.is_ok() && self.providers.iter().all(|it| it.failure.is_none())
    }

    /// Returns the first failure, which determines the exit code.
    fn verdict(self) -> Result<(), Failure> {
        let broken = self.providers.into_iter().find_map(|it| it.failure);
        match (broken, self.keys) {
            (Some(failure), _) | (None, Err(failure)) => Err(failure),
            (None, Ok(_)) => Ok(()),
        }
    }

    fn lines(&self) -> Vec<String> {
        let (major, minor) = self.protocol;
        let milliseconds = self.took.as_secs_f64() * 1000.0;
        let mut lines = vec![format!(
            "Parsec responds at {} in {milliseconds:.2} ms, wire protocol {major}.{minor}",
            self.endpoint
        )];
        if let Some(metrics) = &self.metrics {
            lines.push(format!("  {}", overall(metrics)));
        }
        lines.push(match &self.keys {
            Ok(count) => format!(
                "  the caller is authenticated and has {}",
                output::counted(*count as u64, "key")
            ),
            Err(failure) => format!("  the caller is not authenticated: {failure}"),
        });
        lines.extend(self.providers.iter().map(|it| self.line(it)));
        if self.metrics.is_none() {
            lines.push(
                "  (no metrics found; see [metrics] in its configuration, and --metrics)"
                    .to_owned(),
            );
        }
        lines
    }

    fn line(&self, provider: &Provider) -> String {
        let Provider {
            id, description, ..
        } = provider;
        let mut line = match &provider.failure {
            None => format!("  ok: {id}: {}", output::printable(description)),
            Some(failure) => format!("  failed: {id}: {failure}"),
        };
        if let Some(metrics) = &self.metrics {
            let of = |name: &str| metrics.of_provider(name, id.name());
            // Writing to a string does not fail.
            let _ = write!(
                line,
                "; {}, {} waiting, {}, {}",
                output::counted(of("parsec_keys"), "key"),
                of("parsec_queued_requests"),
                cache(
                    of("parsec_key_cache_hits_total"),
                    of("parsec_key_cache_misses_total")
                ),
                output::counted(of("parsec_device_resets_total"), "reset"),
            );
        }
        line
    }

    fn json(&self) -> Value {
        let providers = self.providers.iter().map(|it| {
            let mut value = json!({
                "name": it.id.name(),
                "description": it.description,
                "healthy": it.failure.is_none(),
                "failure": it.failure.as_ref().map(ToString::to_string),
            });
            if let Some(metrics) = &self.metrics {
                let of = |name: &str| metrics.of_provider(name, it.id.name());
                value["keys"] = of("parsec_keys").into();
                value["waiting"] = of("parsec_queued_requests").into();
                value["cache_hits"] = of("parsec_key_cache_hits_total").into();
                value["cache_misses"] = of("parsec_key_cache_misses_total").into();
                value["device_resets"] = of("parsec_device_resets_total").into();
            }
            value
        });
        let mut value = json!({
            "healthy": self.is_healthy(),
            "endpoint": self.endpoint,
            "protocol": { "major": self.protocol.0, "minor": self.protocol.1 },
            "ping_seconds": self.took.as_secs_f64(),
            "keys": self.keys.as_ref().ok(),
            "providers": providers.collect::<Vec<_>>(),
        });
        if let Some(metrics) = &self.metrics {
            value["service"] = json!({
                "up_seconds": up(metrics).as_secs(),
                "connections": metrics.sum("parsec_connections"),
                "requests": metrics.sum("parsec_requests_total"),
                "refused": refused(metrics),
                "audit_events": metrics.sum("parsec_audit_events_total"),
                "audit_events_lost": metrics.sum("parsec_audit_events_lost_total"),
            });
        }
        value
    }
}

fn overall(metrics: &Metrics) -> String {
    let mut text = format!(
        "up {}, {}, {}, {} of them refused",
        duration(up(metrics)),
        output::counted(metrics.sum("parsec_connections"), "connection"),
        output::counted(metrics.sum("parsec_requests_total"), "request"),
        refused(metrics),
    );
    let lost = metrics.sum("parsec_audit_events_lost_total");
    if lost > 0 {
        // Writing to a string does not fail.
        let _ = write!(text, "; {lost} audit events were lost");
    }
    text
}

fn refused(metrics: &Metrics) -> u64 {
    let good = metrics.sum_where("parsec_requests_total", "status=\"success\"");
    metrics.sum("parsec_requests_total").saturating_sub(good)
}

fn up(metrics: &Metrics) -> Duration {
    let started = Duration::from_secs(metrics.sum("parsec_start_time_seconds"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().saturating_sub(started)
}

fn cache(hits: u64, misses: u64) -> String {
    match hits + misses {
        0 => "no key was used".to_owned(),
        all => format!("{} % of key uses from the cache", hits * 100 / all),
    }
}

fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        _ => format!("{} d {} h", seconds / 86_400, seconds / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        let text_of = |seconds| duration(Duration::from_secs(seconds));
        assert_eq!(text_of(59), "59 s");
        assert_eq!(text_of(3599), "59 min");
        assert_eq!(text_of(3600 * 5 + 60 * 7), "5 h 7 min");
        assert_eq!(text_of(86_400 * 3 + 3600), "3 d 1 h");
    }

    #[test]
    fn cache_share_of_no_uses() {
        assert_eq!(cache(0, 0), "no key was used");
        assert_eq!(cache(3, 1), "75 % of key uses from the cache");
    }
}
