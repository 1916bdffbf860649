//! Resolves a configuration file to the settings in effect.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parsec_contracts::protocol;
use parsec_contracts::quoted;
use toml::Spanned;

use super::audit::audit;
use super::authenticator::{authenticators, same_clients};
use super::environment::{Environment, SOCKET};
use super::error::ConfigError;
use super::format::{self, CoreSettingsSection, ListenerSection};
use super::limits::limits;
use super::metrics::metrics;
use super::policy::policy;
use super::provider::providers;
use super::resolved::{
    BUFFER_SIZE_LIMIT, CLOSE_AFTER, Config, DRAIN_TIMEOUT, IDLE_TIMEOUT, MAX_CONNECTIONS,
    READ_TIMEOUT,
};
use super::sealing::sealer;
use super::source::Source;
use super::store::store;

/// The published service's default socket.
const PUBLISHED_SOCKET: &str = "/run/parsec/parsec.sock";

pub(super) fn resolve(
    text: &str,
    name: &str,
    folder: Option<&Path>,
    environment: &Environment,
) -> Result<Config, ConfigError> {
    let source = Source { text, name, folder };
    let file = format::parse(text).map_err(|error| {
        source.wrong(
            error.span().map_or(0, |span| span.start),
            format::reword(error.message()),
        )
    })?;
    let settings = &file.core_settings;
    if environment.is_root && !settings.allow_root {
        return Err(source.wrong(
            0,
            "the service does not run as root unless `allow_root = true` is set in \
             [core_settings]; preferably, start it as a separate user",
        ));
    }
    let mut warnings = Vec::new();
    let authenticators = authenticators(&source, &file.authenticator, &mut warnings)?;
    let managers = file.key_manager.iter();
    let managers: Vec<&str> = managers.map(|one| one.get_ref().name.as_str()).collect();
    let providers = providers(&source, &file.provider, &managers, &mut warnings)?;
    let mut named = file.provider.iter();
    // There is one store for all providers here: the one of the preferred provider.
    let wanted = named.find_map(|one| one.get_ref().key_info_manager());
    let (key_store, master_key, published_stores) = store(
        &source,
        &file.key_store,
        &file.key_manager,
        wanted,
        environment,
        &mut warnings,
    )?;
    warnings.extend(ignored_settings(settings).map(|key| {
        format!("`{key}` in [core_settings] has no meaning for this service and is ignored")
    }));
    let names: Vec<&str> = providers.iter().map(|one| one.name.as_str()).collect();
    let config = Config {
        source: name.to_owned(),
        allow_root: settings.allow_root,
        same_clients: same_clients(&source, &file.same_client, &authenticators)?,
        limits: limits(&source, &file.limits, &authenticators)?,
        policy: policy(&source, file.policy, &names, &authenticators)?,
        authenticators,
        vsock_port: file.listener.vsock_port,
        read_timeout: duration(&source, file.listener.timeout.as_ref(), READ_TIMEOUT)?,
        idle_timeout: duration(&source, file.listener.idle_timeout.as_ref(), IDLE_TIMEOUT)?,
        close_after: duration(&source, file.listener.close_after.as_ref(), CLOSE_AFTER)?,
        drain_timeout: duration(&source, file.listener.drain_timeout.as_ref(), DRAIN_TIMEOUT)?,
        max_connections: max_connections(&source, &file.listener)?,
        socket_path: socket(&source, &file.listener, environment)?,
        body_len_limit: settings.body_len_limit.unwrap_or(protocol::BODY_LIMIT),
        buffer_size_limit: settings.buffer_size_limit.unwrap_or(BUFFER_SIZE_LIMIT),
        allow_deprecated: settings.allow_deprecated,
        log_level: log_level(&source, settings.log_level.as_ref())?,
        log_timestamp: settings.log_timestamp,
        log_error_details: settings.log_error_details,
        metrics: metrics(&source, file.metrics.as_ref())?,
        audit: audit(&source, file.audit.as_ref(), &key_store)?,
        key_store,
        master_key,
        published_stores,
        seal_master_key: sealer(&source, &file.key_store, &providers)?,
        providers,
        warnings,
    };
    refuse_mapped_clients(&source, &config)?;
    Ok(config)
}

/// Refuses a setting for a client that is mapped to another one: it would silently never apply.
fn refuse_mapped_clients(source: &Source<'_>, config: &Config) -> Result<(), ConfigError> {
    let rules = config.policy.allow.iter().chain(&config.policy.deny);
    let in_rules = rules.flat_map(|rule| {
        let clients = rule.clients.iter();
        clients.map(|client| ("[policy]", rule.authenticator, client))
    });
    let exceptions = config.limits.exceptions.iter();
    let in_limits = exceptions.map(|one| ("[limits]", Some(one.auth_type), &one.client));
    let in_admins = config.authenticators.iter().flat_map(|one| {
        let admins = one.admins.iter();
        admins.map(|admin| ("`admins`", Some(one.auth_type), admin))
    });
    for (place, auth, client) in in_rules.chain(in_limits).chain(in_admins) {
        let mut same = config.same_clients.iter();
        if let Some(first) = same.find_map(|same| same.mapped_identity(auth, client)) {
            return Err(source.wrong(
                0,
                format!(
                    "{place} names {client}, which counts as {first} by [[same_client]]; \
                     name that one there",
                    client = quoted(client),
                    first = quoted(first)
                ),
            ));
        }
    }
    Ok(())
}

fn ignored_settings(settings: &CoreSettingsSection) -> impl Iterator<Item = &'static str> {
    [
        ("thread_pool_size", &settings.thread_pool_size),
        (
            "idle_listener_sleep_duration",
            &settings.idle_listener_sleep_duration,
        ),
    ]
    .into_iter()
    .filter_map(|(key, given)| given.is_some().then_some(key))
}

fn log_level(
    source: &Source<'_>,
    given: Option<&Spanned<String>>,
) -> Result<Option<String>, ConfigError> {
    let Some(given) = given else { return Ok(None) };
    let level = given.get_ref().to_ascii_lowercase();
    if ["off", "error", "warn", "info", "debug", "trace"].contains(&level.as_str()) {
        return Ok(Some(level));
    }
    Err(source.wrong(
        given.span().start,
        "the log_level must be \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
    ))
}

fn duration(
    source: &Source<'_>,
    milliseconds: Option<&Spanned<u64>>,
    default: Duration,
) -> Result<Duration, ConfigError> {
    match milliseconds {
        None => Ok(default),
        Some(given) if (1..=MAX_MILLISECONDS).contains(given.get_ref()) => {
            Ok(Duration::from_millis(*given.get_ref()))
        }
        Some(given) => Err(source.wrong(
            given.span().start,
            "the time must be in milliseconds, from 1 to 86400000 (a day)",
        )),
    }
}

const MAX_MILLISECONDS: u64 = 24 * 60 * 60 * 1000;

fn socket(
    source: &Source<'_>,
    listener: &ListenerSection,
    environment: &Environment,
) -> Result<PathBuf, ConfigError> {
    if listener.listener_type.get_ref() != "DomainSocket" {
        return Err(source.wrong(
            listener.listener_type.span().start,
            "the only listener_type is \"DomainSocket\"",
        ));
    }
    if let Some(path) = &listener.socket_path {
        return Ok(source.path(path));
    }
    Ok(match &environment.runtime_directory {
        Some(folder) => folder.join(SOCKET),
        None => PUBLISHED_SOCKET.into(),
    })
}

fn max_connections(source: &Source<'_>, listener: &ListenerSection) -> Result<usize, ConfigError> {
    match &listener.max_connections {
        None => Ok(MAX_CONNECTIONS),
        Some(given) if (1..=100_000).contains(given.get_ref()) => Ok(*given.get_ref()),
        Some(given) => Err(source.wrong(
            given.span().start,
            "max_connections must be from 1 to 100000",
        )),
    }
}
