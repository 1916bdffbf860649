//! Steps with the blocking client.

use parsec_client::blocking::{AnyKey, Client, Key, Stream};

macro_rules! now {
    ($call:expr) => {
        $call
    };
}

/// Creates a blocking client for the case.
pub(crate) fn connect(run: &Run, of: &str, provider: ProviderId) -> Result<Client> {
    Client::builder()
        .endpoint(run.endpoint.clone())
        .application(run.application(of, ""))
        .provider(provider)
        .connect()
}

#[allow(clippy::unused_async, reason = "one text for both clients")]
async fn connected(run: &Run, of: &str, provider: ProviderId) -> Result<Client> {
    connect(run, of, provider)
}

include!("steps.rs");
