//! The principal that limits apply to.

use crate::identity::Identity;

/// The principal that a request counts for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Principal {
    /// An application.
    Application(Identity),
    /// A user whose connection does not name an application; `None` if the kernel does not report
    /// the user.
    User(Option<u32>),
}

impl Principal {
    /// The application, unless it is a user.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        match self {
            Self::Application(identity) => Some(identity),
            Self::User(_) => None,
        }
    }
}
