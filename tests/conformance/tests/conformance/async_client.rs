//! Steps with the async client.

use parsec_client::{AnyKey, Client, Key, Stream};

macro_rules! now {
    ($call:expr) => {
        $call.await
    };
}

async fn connected(run: &Run, of: &str, provider: ProviderId) -> Result<Client> {
    Client::builder()
        .endpoint(run.endpoint.clone())
        .application(run.application(of, "-async"))
        .provider(provider)
        .connect()
        .await
}

include!("steps.rs");
