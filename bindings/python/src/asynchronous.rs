//! The classes for asyncio: calls return awaitables.

pub(crate) use parsec_client as api;

pub(crate) use crate::asyncio::awaitable as run;

macro_rules! wait {
    ($call:expr) => {
        $call.await
    };
}

#[allow(clippy::duplicate_mod, reason = "the same text, over other types")]
#[path = "flavours/client.rs"]
pub(crate) mod client;
#[allow(clippy::duplicate_mod, reason = "the same text, over other types")]
#[path = "flavours/keys.rs"]
pub(crate) mod keys;
#[allow(clippy::duplicate_mod, reason = "the same text, over other types")]
#[path = "flavours/stream.rs"]
pub(crate) mod stream;
