//! The two queues of a pool.

/// How long a job is expected to take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Lane {
    /// At most a few milliseconds, or one command of a device.
    #[default]
    Quick,
    /// Longer.
    Long,
}

impl Lane {
    pub(super) fn other(self) -> Self {
        match self {
            Self::Quick => Self::Long,
            Self::Long => Self::Quick,
        }
    }
}
