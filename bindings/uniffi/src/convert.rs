//! Conversions of plain data.

use std::time::Duration;

use parsec_client::{Secret, Zeroizing};

/// Converts between the contracts' types and uniffi's.
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

// Secrets from the foreign side are zeroized here on drop. Secrets to the foreign side are not:
// neither uniffi's buffer, which it frees after the copy, nor the copy.
uniffi::custom_type!(Secret, Vec<u8>, {
    remote,
    lower: |secret| secret.into_vec(),
    try_lift: |bytes| Ok(Secret::new(bytes)),
});

/// Converts the client's secret bytes to the binding's type.
pub(crate) fn secret(bytes: Zeroizing<Vec<u8>>) -> Secret {
    Secret::from(bytes)
}

/// Returns the timeout of one call.
pub(crate) fn duration(millis: u32) -> Duration {
    Duration::from_millis(millis.into())
}
