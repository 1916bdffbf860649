//! How the client says who it is.

use std::fmt;
use std::path::{Path, PathBuf};

use parsec_contracts::{AuthType, Secret, Zeroizing};

use crate::error::{Error, Result};
use parsec_contracts::ErrorKind;

/// How the client says who it is. Left alone, the client chooses by what the service offers.
///
/// Keys belong to the identity that made them, so an application must always come as the same.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentication {
    /// It doesn't. Enough to ask what there is, to hash and to draw random bytes.
    None,
    /// By a name that the service takes on trust.
    Direct(String),
    /// By the user of this process, which the kernel vouches for.
    UnixPeerCredentials,
    /// By a JWT-SVID of SPIFFE, which is good for some minutes only.
    JwtSvid(Secret),
    /// By the JWT-SVID that this file holds. It is read for every request, so that whoever renews the
    /// token, such as SPIFFE's `spiffe-helper`, need tell nobody.
    JwtSvidFile(PathBuf),
}

impl Authentication {
    /// The authenticator of the service that reads it.
    pub fn auth_type(&self) -> AuthType {
        match self {
            Self::None => AuthType::None,
            Self::Direct(_) => AuthType::Direct,
            Self::UnixPeerCredentials => AuthType::UnixPeerCredentials,
            Self::JwtSvid(_) | Self::JwtSvidFile(_) => AuthType::JwtSvid,
        }
    }

    /// The one that is called `name` in other languages: `none`, `direct`, `unix-peer-credentials`,
    /// `jwt-svid` or `jwt-svid-file`, with its name, token or path as `value`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if there is none of that name, or its name or path is no UTF-8.
    #[doc(hidden)]
    pub fn named(name: &str, value: Secret) -> Result<Self> {
        let text = || {
            std::str::from_utf8(value.expose())
                .map(str::to_owned)
                .map_err(|_| {
                    Error::invalid(format!("what {name} takes is no text"), "give it as UTF-8")
                })
        };
        Ok(match name {
            "none" => Self::None,
            "direct" => Self::Direct(text()?),
            "unix-peer-credentials" => Self::UnixPeerCredentials,
            "jwt-svid" => Self::JwtSvid(value),
            "jwt-svid-file" => Self::JwtSvidFile(text()?.into()),
            other => {
                return Err(Error::invalid(
                    format!("there is no way to authenticate that is called {other:?}"),
                    "use none, direct, unix-peer-credentials, jwt-svid or jwt-svid-file",
                ));
            }
        })
    }

    /// What goes into a frame's authentication field.
    pub(crate) fn field(&self) -> Result<Secret> {
        let bytes = match self {
            Self::None => Secret::default(),
            Self::Direct(name) => Secret::from(name.as_bytes()),
            // The effective user, which the kernel tells the service, and the one now: a process may
            // change it.
            Self::UnixPeerCredentials => {
                Secret::from(rustix::process::geteuid().as_raw().to_le_bytes().as_slice())
            }
            Self::JwtSvid(token) => token.clone(),
            Self::JwtSvidFile(file) => token_in(file)?,
        };
        if bytes.len() > usize::from(u16::MAX) {
            return Err(Error::invalid(
                "the identity is longer than a frame can carry",
                "use at most 65535 bytes",
            ));
        }
        Ok(bytes)
    }

    /// The best of what the service offers, for an application of that name or of none, and with a
    /// file of tokens or without.
    pub(crate) fn choose(
        application: Option<&str>,
        token_file: Option<PathBuf>,
        offered: &[AuthType],
    ) -> Self {
        if let Some(file) = token_file.filter(|_| offered.contains(&AuthType::JwtSvid)) {
            return Self::JwtSvidFile(file);
        }
        match application {
            Some(name) if offered.contains(&AuthType::Direct) => Self::Direct(name.to_owned()),
            _ if offered.contains(&AuthType::UnixPeerCredentials) => Self::UnixPeerCredentials,
            _ => Self::None,
        }
    }
}

/// The token, without the line's end that some write after it.
fn token_in(file: &Path) -> Result<Secret> {
    let text = std::fs::read(file).map(Zeroizing::new).map_err(|error| {
        Error::new(
            ErrorKind::NotAuthenticated,
            format!("there is no JWT-SVID to be read at {}", file.display()),
            "check what PARSEC_JWT_SVID_FILE names, and that whoever renews the token runs",
        )
        .with_source(error)
    })?;
    Ok(Secret::from(text.trim_ascii()))
}

impl fmt::Debug for Authentication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct(name) => f.debug_tuple("Direct").field(name).finish(),
            other => f.write_str(other.auth_type().name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_counts_where_the_service_takes_names() {
        let both = [AuthType::UnixPeerCredentials, AuthType::Direct];
        assert_eq!(
            Authentication::choose(Some("app"), None, &both),
            Authentication::Direct("app".into())
        );
        assert_eq!(
            Authentication::choose(None, None, &both),
            Authentication::UnixPeerCredentials
        );
        assert_eq!(
            Authentication::choose(Some("app"), None, &both[..1]),
            Authentication::UnixPeerCredentials
        );
        assert_eq!(
            Authentication::choose(None, None, &both[1..]),
            Authentication::None
        );
    }

    #[test]
    fn a_file_of_tokens_counts_before_all_where_the_service_takes_tokens() {
        let file = || Some(PathBuf::from("/run/token"));
        let all = [AuthType::Direct, AuthType::JwtSvid];
        assert_eq!(
            Authentication::choose(Some("app"), file(), &all),
            Authentication::JwtSvidFile("/run/token".into())
        );
        assert_eq!(
            Authentication::choose(Some("app"), file(), &all[..1]),
            Authentication::Direct("app".into())
        );
    }

    #[test]
    fn other_languages_name_them() {
        let named = |name, value: &str| Authentication::named(name, Secret::from(value.as_bytes()));
        assert_eq!(named("none", "").unwrap(), Authentication::None);
        assert_eq!(
            named("direct", "app").unwrap(),
            Authentication::Direct("app".into())
        );
        assert_eq!(
            named("jwt-svid-file", "/run/token").unwrap(),
            Authentication::JwtSvidFile("/run/token".into())
        );
        let wrong = named("jwt", "secret").unwrap_err().to_string();
        assert!(
            wrong.contains("jwt-svid-file") && !wrong.contains("secret"),
            "{wrong}"
        );
    }

    #[test]
    fn peer_credentials_are_four_bytes_little_endian() {
        let field = Authentication::UnixPeerCredentials.field().unwrap();
        assert_eq!(
            field.expose(),
            rustix::process::geteuid().as_raw().to_le_bytes()
        );
    }
}
