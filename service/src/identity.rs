//! The identity of an application.

use parsec_contracts::AuthType;

/// The identity of an application: its name, and the authenticator that verified it. The same name
/// through two authenticators is two applications.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity {
    pub(crate) auth: AuthType,
    pub(crate) name: String,
}
