//! From a request's authentication field to an identity.

mod containers;
mod jwt_svid;
mod peer;
mod unix;
mod verified;

use std::collections::HashMap;

use parsec_contracts::types::AuthenticatorInfo;
use parsec_contracts::{AuthType, Status};

use crate::config::{AuthenticatorConfig, Config};
use crate::identity::Identity;
pub(crate) use jwt_svid::Verifier;
pub(crate) use peer::Peer;

/// The result of identifying a caller.
#[derive(Debug)]
pub(crate) enum Identified {
    /// The identity is known; `None` for an anonymous caller.
    As(Option<Identity>),
    /// The identity is in the token, which must be verified first.
    ByToken(Verifier),
}

/// The configured authenticators.
#[derive(Debug)]
pub(crate) struct Authenticators {
    configured: Vec<AuthenticatorConfig>,
    /// Identities that are mapped to another one.
    same: HashMap<Identity, Identity>,
    jwt_svid: Option<Verifier>,
}

impl Authenticators {
    pub(crate) fn new(config: &Config) -> Self {
        let identity = |(auth, name): &(AuthType, String)| Identity {
            auth: *auth,
            name: name.clone(),
        };
        let same = config.same_clients.iter().filter_map(|same| {
            let (first, others) = same.identities.split_first()?;
            Some(
                others
                    .iter()
                    .map(move |other| (identity(other), identity(first))),
            )
        });
        Self {
            configured: config.authenticators.clone(),
            same: same.flatten().collect(),
            jwt_svid: config
                .authenticators
                .iter()
                .find(|one| one.auth_type == AuthType::JwtSvid)
                .map(Verifier::new),
        }
    }

    /// Starts background tasks on the current runtime.
    pub(crate) fn watch(&self) {
        self.warn_without_cgroups();
        if self.has(AuthType::UnixPeerCredentials) {
            peer::warn_in_user_namespace();
        }
        if let Some(verifier) = &self.jwt_svid {
            verifier.watch();
        }
    }

    /// Warns if a mapping needs control groups and the kernel does not report them.
    fn warn_without_cgroups(&self) {
        let mut mappings = self.configured.iter().flat_map(|one| &one.map);
        if mappings.any(|mapping| mapping.subject.needs_cgroup()) {
            peer::warn_without_cgroups();
        }
    }

    /// Takes over the state of the running authenticators, and starts the tasks of new ones.
    pub(crate) fn take_over(&mut self, running: &Self) {
        self.warn_without_cgroups();
        if let Some(own) = &mut self.jwt_svid {
            let running = running.jwt_svid.as_ref();
            if !running.is_some_and(|running| own.take_over(running)) {
                own.watch();
            }
        }
    }

    /// Whether there is an authenticator of this type.
    pub(crate) fn has(&self, auth_type: AuthType) -> bool {
        self.configured.iter().any(|one| one.auth_type == auth_type)
    }

    /// Identifies the caller, or returns what must be verified first.
    pub(crate) fn identify(
        &self,
        auth_type: AuthType,
        field: &[u8],
        peer: Option<&Peer>,
    ) -> Result<Identified, Status> {
        match &self.jwt_svid {
            Some(verifier) if auth_type == AuthType::JwtSvid => Ok(match verifier.known(field) {
                Some(name) => Identified::As(Some(self.by_token(name))),
                None => Identified::ByToken(verifier.clone()),
            }),
            _ => self
                .authenticate(auth_type, field, peer)
                .map(Identified::As),
        }
    }

    /// The caller whose token proves that SPIFFE ID.
    pub(crate) fn by_token(&self, name: String) -> Identity {
        let auth = AuthType::JwtSvid;
        self.canonical(Identity { auth, name })
    }

    /// Authenticates the caller; `None` with [`AuthType::None`].
    fn authenticate(
        &self,
        auth_type: AuthType,
        field: &[u8],
        peer: Option<&Peer>,
    ) -> Result<Option<Identity>, Status> {
        if auth_type == AuthType::None {
            return Ok(None);
        }
        let config = self
            .configured
            .iter()
            .find(|one| one.auth_type == auth_type)
            .ok_or(Status::AuthenticatorNotRegistered)?;
        let name = match auth_type {
            AuthType::Direct => direct(field),
            AuthType::UnixPeerCredentials => unix::authenticate(config, field, peer),
            _ => None,
        };
        let name = name.ok_or(Status::AuthenticationError)?;
        Ok(Some(self.canonical(Identity {
            auth: auth_type,
            name,
        })))
    }

    /// The identity that a client is mapped to.
    pub(crate) fn canonical(&self, identity: Identity) -> Identity {
        match self.same.get(&identity) {
            Some(first) => first.clone(),
            None => identity,
        }
    }

    /// Whether the configuration names the application as an administrator.
    pub(crate) fn is_admin(&self, identity: &Identity) -> bool {
        self.configured
            .iter()
            .any(|one| one.auth_type == identity.auth && one.admins.contains(&identity.name))
    }

    /// The list of authenticators for clients.
    pub(crate) fn infos(&self) -> Vec<AuthenticatorInfo> {
        let title = |one: &AuthenticatorConfig| match &self.jwt_svid {
            // Clients need the audience to request a token.
            Some(verifier) if one.auth_type == AuthType::JwtSvid => {
                format!(
                    "{} for the audience {}",
                    one.auth_type.title(),
                    verifier.audience()
                )
            }
            _ => one.auth_type.title().to_owned(),
        };
        let info = |one: &AuthenticatorConfig| AuthenticatorInfo {
            description: match title(one) {
                title if one.name == one.auth_type.name() => title,
                title => format!("{}: {title}", one.name),
            },
            version_maj: 0,
            version_min: 1,
            version_rev: 0,
            id: one.auth_type.number().into(),
        };
        self.configured.iter().map(info).collect()
    }
}

/// The maximum length of a name that a caller may choose: that of a SPIFFE ID.
const LONGEST_NAME: usize = 2048;

/// The direct authenticator: the application's own claim of its name.
fn direct(field: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(field).ok()?;
    (1..=LONGEST_NAME)
        .contains(&name.len())
        .then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn authenticators(auth_type: AuthType) -> Authenticators {
        several(&[auth_type], "")
    }

    /// The authenticators of a configuration with additional lines.
    fn several(auth_types: &[AuthType], more: &str) -> Authenticators {
        let tables = auth_types.iter().map(|auth_type| {
            let name = auth_type.config_names()[0];
            format!("[[authenticator]]\nauth_type = {name:?}\nadmins = [{{ name = \"root\" }}]\n")
        });
        let text = format!(
            r#"
            [core_settings]
            allow_root = true
            [listener]
            listener_type = "DomainSocket"
            [key_store]
            path = "/tmp/keys"
            [[provider]]
            provider_type = "MbedCrypto"
            {}
            {more}
            "#,
            tables.collect::<String>()
        );
        Authenticators::new(&Config::from_toml(&text, "test").unwrap())
    }

    fn peer(uid: u32) -> Peer {
        Peer {
            uid,
            gid: uid,
            cgroup: None,
        }
    }

    #[test]
    fn direct_takes_a_name_in_utf8() {
        let direct = authenticators(AuthType::Direct);
        let who = |field: &[u8]| direct.authenticate(AuthType::Direct, field, None);
        assert_eq!(who(b"web").unwrap().unwrap().name, "web");
        assert_eq!(who(b""), Err(Status::AuthenticationError));
        assert!(who(&[b'x'; LONGEST_NAME]).is_ok());
        let too_long = [b'x'; LONGEST_NAME + 1];
        assert_eq!(who(&too_long), Err(Status::AuthenticationError));
        assert_eq!(who(b"\xff\xfe"), Err(Status::AuthenticationError));
    }

    #[test]
    fn peer_credentials_must_be_those_of_the_kernel() {
        let unix = authenticators(AuthType::UnixPeerCredentials);
        let who = |field: &[u8], caller: Option<&Peer>| {
            unix.authenticate(AuthType::UnixPeerCredentials, field, caller)
                .map(|id| id.unwrap().name)
        };
        let thousand = peer(1000);
        let peer = Some(&thousand);
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
    fn anonymous_callers_and_disabled_authenticators() {
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
            let refused = direct.authenticate(off, b"web", Some(&peer(0)));
            assert_eq!(refused, Err(Status::AuthenticatorNotRegistered));
        }
    }

    #[test]
    fn administrators_are_scoped_to_their_authenticator() {
        let direct = authenticators(AuthType::Direct);
        let identity = |auth, name: &str| Identity {
            auth,
            name: name.to_owned(),
        };
        assert!(direct.is_admin(&identity(AuthType::Direct, "root")));
        assert!(!direct.is_admin(&identity(AuthType::Direct, "Root")));
        assert!(!direct.is_admin(&identity(AuthType::UnixPeerCredentials, "root")));
    }

    #[test]
    fn separates_equal_names_of_authenticators_unless_mapped() {
        let both = [AuthType::UnixPeerCredentials, AuthType::Direct];
        let caller = peer(1000);
        let who = |authenticators: &Authenticators| {
            let unix = AuthType::UnixPeerCredentials;
            let by_kernel =
                authenticators.authenticate(unix, &1000_u32.to_le_bytes(), Some(&caller));
            let by_name = authenticators.authenticate(AuthType::Direct, b"1000", Some(&caller));
            (by_kernel.unwrap().unwrap(), by_name.unwrap().unwrap())
        };
        let apart = several(&both, "");
        let (by_kernel, by_name) = who(&apart);
        assert_eq!(by_kernel.name, by_name.name);
        assert_ne!(by_kernel, by_name);
        let ids: Vec<u32> = apart.infos().iter().map(|info| info.id).collect();
        assert_eq!(ids, [3, 1]);
        let (by_kernel, by_name) = who(&several(
            &both,
            r#"
            [[same_client]]
            identities = [
                { authenticator = "UnixPeerCredentials", name = "1000" },
                { authenticator = "Direct", name = "1000" },
            ]
            "#,
        ));
        assert_eq!(by_kernel, by_name);
    }
}
