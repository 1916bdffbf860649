//! From a request's authentication field to an identity.

use parsec_contracts::types::AuthenticatorInfo;
use parsec_contracts::{AuthType, Status};

use crate::config::AuthenticatorConfig;
use crate::identity::Identity;

/// What the kernel says of the process at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) uid: u32,
}

/// The authenticators that are switched on.
#[derive(Debug)]
pub(crate) struct Authenticators {
    configured: Vec<AuthenticatorConfig>,
}

impl Authenticators {
    pub(crate) fn new(configured: &[AuthenticatorConfig]) -> Self {
        Self {
            configured: configured.to_vec(),
        }
    }

    /// Who is calling; nobody in particular with [`AuthType::None`].
    pub(crate) fn authenticate(
        &self,
        auth_type: AuthType,
        field: &[u8],
        peer: Option<Peer>,
    ) -> Result<Option<Identity>, Status> {
        if auth_type == AuthType::None {
            return Ok(None);
        }
        if !self.configured.iter().any(|one| one.auth_type == auth_type) {
            return Err(Status::AuthenticatorNotRegistered);
        }
        let name = match auth_type {
            AuthType::Direct => direct(field),
            AuthType::UnixPeerCredentials => unix_peer_credentials(field, peer),
            _ => None,
        };
        let name = name.ok_or(Status::AuthenticationError)?;
        Ok(Some(Identity {
            auth: auth_type,
            name,
        }))
    }

    /// Whether the configuration names the application as an administrator.
    pub(crate) fn is_admin(&self, identity: &Identity) -> bool {
        self.configured
            .iter()
            .any(|one| one.auth_type == identity.auth && one.admins.contains(&identity.name))
    }

    /// What clients are told of them.
    pub(crate) fn infos(&self) -> Vec<AuthenticatorInfo> {
        let info = |one: &AuthenticatorConfig| AuthenticatorInfo {
            description: one.auth_type.title().to_owned(),
            version_maj: 0,
            version_min: 1,
            version_rev: 0,
            id: one.auth_type.number().into(),
        };
        self.configured.iter().map(info).collect()
    }
}

/// The application says its name and is believed.
fn direct(field: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(field).ok()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The caller says its user id, and the kernel has to agree.
fn unix_peer_credentials(field: &[u8], peer: Option<Peer>) -> Option<String> {
    let claimed = u32::from_le_bytes(field.try_into().ok()?);
    (claimed == peer?.uid).then(|| claimed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authenticators(auth_type: AuthType) -> Authenticators {
        Authenticators::new(&[AuthenticatorConfig {
            auth_type,
            admins: vec!["root".to_owned()],
        }])
    }

    #[test]
    fn direct_takes_a_name_in_utf8() {
        let direct = authenticators(AuthType::Direct);
        let who = |field: &[u8]| direct.authenticate(AuthType::Direct, field, None);
        assert_eq!(who(b"web").unwrap().unwrap().name, "web");
        assert_eq!(who(b""), Err(Status::AuthenticationError));
        assert_eq!(who(b"\xff\xfe"), Err(Status::AuthenticationError));
    }

    #[test]
    fn peer_credentials_must_be_those_of_the_kernel() {
        let unix = authenticators(AuthType::UnixPeerCredentials);
        let who = |field: &[u8], uid| {
            unix.authenticate(AuthType::UnixPeerCredentials, field, uid)
                .map(|id| id.unwrap().name)
        };
        let peer = Some(Peer { uid: 1000 });
        assert_eq!(who(&1000_u32.to_le_bytes(), peer), Ok("1000".to_owned()));
        assert_eq!(
            who(&1001_u32.to_le_bytes(), peer),
            Err(Status::AuthenticationError)
        );
        assert_eq!(who(&[1, 2, 3], peer), Err(Status::AuthenticationError));
        assert_eq!(
            who(&[232, 3, 0, 0, 0], peer),
            Err(Status::AuthenticationError)
        );
        assert_eq!(
            who(&1000_u32.to_le_bytes(), None),
            Err(Status::AuthenticationError)
        );
    }

    #[test]
    fn nobody_and_those_that_are_switched_off() {
        let direct = authenticators(AuthType::Direct);
        assert_eq!(
            direct.authenticate(AuthType::None, b"anything", None),
            Ok(None)
        );
        for off in [
            AuthType::Jwt,
            AuthType::UnixPeerCredentials,
            AuthType::JwtSvid,
        ] {
            let refused = direct.authenticate(off, b"web", Some(Peer { uid: 0 }));
            assert_eq!(refused, Err(Status::AuthenticatorNotRegistered));
        }
    }

    #[test]
    fn administrators_are_those_of_the_same_authenticator() {
        let direct = authenticators(AuthType::Direct);
        let identity = |auth, name: &str| Identity {
            auth,
            name: name.to_owned(),
        };
        assert!(direct.is_admin(&identity(AuthType::Direct, "root")));
        assert!(!direct.is_admin(&identity(AuthType::Direct, "Root")));
        assert!(!direct.is_admin(&identity(AuthType::UnixPeerCredentials, "root")));
    }
}
