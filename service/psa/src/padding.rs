//! When RSA is padded here rather than by a device.

/// When software pads what a device could pad as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoftwarePadding {
    /// Where the device lacks the hash function, or was seen to pad as it should not.
    #[default]
    WhenNeeded,
    /// Always: to try on one device what others need.
    Always,
}
