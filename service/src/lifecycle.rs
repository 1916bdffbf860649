//! Starting, running until a signal, and stopping.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::error::ServiceError;
use crate::listener::{self, Terms};
use crate::server::Server;

/// How often idle streams and keys whose time has come are looked for. Such keys cannot be used
/// from the second on that they name; this is when they leave the disk.
const CLEAN_UP_INTERVAL: Duration = Duration::from_secs(10);

/// Runs the service until it is told to stop.
///
/// # Errors
///
/// Why it does not start; once it runs, what fails is logged.
pub fn run(config: &Config) -> Result<(), ServiceError> {
    start_logging(config);
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(config))
}

async fn serve(config: &Config) -> Result<(), ServiceError> {
    allow_files(config.max_connections);
    let server = Arc::new(Server::start(config)?);
    let (listener, socket) = listener::bind(&config.socket_path)?;
    let (stop, stopped) = watch::channel(false);
    let terms = Terms {
        frame_timeout: config.read_timeout,
        idle_timeout: config.idle_timeout,
        body_limit: config.body_len_limit,
        max_connections: config.max_connections,
    };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let cleaning = tokio::spawn(clean_up(Arc::clone(&server)));
    let listening = tokio::spawn(listener::run(listener, server, terms, stopped));
    let providers: Vec<&str> = config.providers.iter().map(|one| one.id.name()).collect();
    tracing::info!(
        socket = %socket.path().display(),
        providers = providers.join(", "),
        key_store = %config.key_store.display(),
        configuration = config.source,
        "ready"
    );
    tell_systemd(NotifyState::Ready);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hang_up.recv() => {
                tracing::warn!("the configuration is read at start only: restart the service");
            }
        }
    }
    tell_systemd(NotifyState::Stopping);
    tracing::info!("stopping: running requests are finished first");
    drop(socket);
    // The listener holds the other end for as long as it runs.
    let _ = stop.send(true);
    if let Err(error) = listening.await {
        tracing::error!(%error, "the listener failed");
    }
    cleaning.abort();
    Ok(())
}

/// Forgets, once in a while, what nobody comes back for.
async fn clean_up(server: Arc<Server>) {
    let mut ticks = tokio::time::interval(CLEAN_UP_INTERVAL);
    loop {
        ticks.tick().await;
        server.clean_up().await;
    }
}

/// Every connection is an open file, and the usual limit is below what is configured; a process
/// may raise its own up to what the system sets.
fn allow_files(connections: usize) {
    let wanted = (connections as u64).saturating_add(OTHER_FILES);
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    let allowed = limit.maximum.map_or(wanted, |maximum| maximum.min(wanted));
    limit.current = Some(allowed);
    let raised = setrlimit(Resource::Nofile, limit);
    if raised.is_err() || allowed < wanted {
        tracing::warn!(
            wanted,
            allowed,
            "the limit of open files is too low for max_connections; raise LimitNOFILE or lower it"
        );
    }
}

/// Files that are open beside the connections: the key store's, the runtime's, devices.
const OTHER_FILES: u64 = 64;

fn tell_systemd(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd was not told");
    }
}

/// `RUST_LOG` first, then the configuration's `log_level`, then "info"; to standard error.
fn start_logging(config: &Config) {
    let level = config.log_level.as_deref().unwrap_or("info");
    // What the libraries of devices call errors is mostly a question that was answered with no.
    let quiet = format!("{level},cryptoki=off,tss_esapi=off");
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // Somebody who embeds the service may log already.
    let _ = if config.log_timestamp {
        builder.try_init()
    } else {
        builder.without_time().try_init()
    };
}
