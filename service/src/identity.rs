//! Who an application is.

use parsec_contracts::AuthType;

/// An application: its name, and the authenticator that vouches for it. The same name through
/// two authenticators is two applications.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    pub(crate) auth: AuthType,
    pub(crate) name: String,
}
