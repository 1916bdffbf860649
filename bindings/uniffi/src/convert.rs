//! Plain data, there and back.

use std::time::Duration;

use parsec_client::{Secret, Zeroizing};

/// The same value on the other side of the binding: contract types here, uniffi's there.
pub(crate) trait Cross<T> {
    fn cross(self) -> T;
}

macro_rules! same {
    ($($type:ty),*) => {$(
        impl Cross<$type> for $type {
            fn cross(self) -> $type {
                self
            }
        }
    )*};
}

same!(bool, u8, u32, u64, String, Secret);

impl<T: Cross<U>, U> Cross<Vec<U>> for Vec<T> {
    fn cross(self) -> Vec<U> {
        self.into_iter().map(Cross::cross).collect()
    }
}

impl<T: Cross<U>, U> Cross<Option<U>> for Option<T> {
    fn cross(self) -> Option<U> {
        self.map(Cross::cross)
    }
}

// Bytes that are wiped here when they came from the other side. Those that go there are handed over
// as they are: what uniffi frees after the other side has its copy is not wiped, nor is that copy.
uniffi::custom_type!(Secret, Vec<u8>, {
    remote,
    lower: |secret| secret.into_vec(),
    try_lift: |bytes| Ok(Secret::new(bytes)),
});

/// What calls of the client give, in the form that crosses.
pub(crate) fn secret(bytes: Zeroizing<Vec<u8>>) -> Secret {
    Secret::from(bytes)
}

/// The deadline of one call.
pub(crate) fn duration(millis: u32) -> Duration {
    Duration::from_millis(millis.into())
}
