//! Where RSA padding is computed.

/// When software pads although the device could.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoftwarePadding {
    /// Only if the device lacks the hash function, or was found to pad incorrectly.
    #[default]
    WhenNeeded,
    /// Always: to test on one device what others need.
    Always,
}
