//! Plain data, there and back.

use std::time::Duration;

use parsec_client::{Secret, Zeroizing};

/// The same value on the other side of the binding: contract types here, uniffi's there.
pub(crate) trait Convert<T> {
    fn convert(self) -> T;
}

macro_rules! unchanged {
    ($($type:ty),*) => {$(
        impl Convert<$type> for $type {
            fn convert(self) -> $type {
                self
            }
        }
    )*};
}

unchanged!(bool, u8, u32, u64, String, Secret);

impl<T: Convert<U>, U> Convert<Vec<U>> for Vec<T> {
    fn convert(self) -> Vec<U> {
        self.into_iter().map(Convert::convert).collect()
    }
}

impl<T: Convert<U>, U> Convert<Option<U>> for Option<T> {
    fn convert(self) -> Option<U> {
        self.map(Convert::convert)
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
