//! The steps by the blocking client.

use parsec_client::blocking::{AnyKey, Client, Key, Stream};

macro_rules! now {
    ($call:expr) => {
        $call
    };
}

/// A client of the case, of a client that waits.
pub(crate) fn connect(
    run: &crate::case::Run,
    of: &str,
    provider: parsec_client::ProviderId,
) -> parsec_client::Result<Client> {
    Client::builder()
        .endpoint(run.endpoint.clone())
        .application(run.application(of, ""))
        .provider(provider)
        .connect()
}

async fn connected(
    run: &crate::case::Run,
    of: &str,
    provider: parsec_client::ProviderId,
) -> parsec_client::Result<Client> {
    connect(run, of, provider)
}

include!("steps.rs");
