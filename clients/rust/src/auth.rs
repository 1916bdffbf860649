//! Authentication of the client.

use std::fmt;
use std::path::{Path, PathBuf};

use parsec_contracts::quoted;
use parsec_contracts::{AuthType, Secret, Zeroizing};

use crate::error::{Error, Result};
use parsec_contracts::ErrorKind;

/// How the client authenticates. By default it chooses from the authenticators of the service.
///
/// Keys belong to the identity that created them, so an application must always use the same one.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Authentication {
    /// No authentication: enough for discovery, hashing and random bytes.
    None,
    /// By a name, which the service trusts.
    Direct(String),
    /// By the Unix user of this process, which the kernel attests.
    UnixPeerCredentials,
    /// By a SPIFFE JWT-SVID, which is valid for a few minutes.
    JwtSvid(Secret),
    /// By the JWT-SVID in this file. It is read for every request, so a program such as SPIFFE's
    /// `spiffe-helper` can renew the token at any time.
    JwtSvidFile(PathBuf),
}

impl Authentication {
    /// Returns the authenticator of the service that this uses.
    pub fn auth_type(&self) -> AuthType {
        match self {
            Self::None => AuthType::None,
            Self::Direct(_) => AuthType::Direct,
            Self::UnixPeerCredentials => AuthType::UnixPeerCredentials,
            Self::JwtSvid(_) | Self::JwtSvidFile(_) => AuthType::JwtSvid,
        }
    }

    /// Returns the one with this name in other languages: `none`, `direct`,
    /// `unix-peer-credentials`, `jwt-svid` or `jwt-svid-file`, with its name, token or path as
    /// `value`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] if there is no such name, or `value` is not UTF-8.
    #[doc(hidden)]
    pub fn named(name: &str, value: Secret) -> Result<Self> {
        let text = || {
            std::str::from_utf8(value.expose())
                .map(str::to_owned)
                .map_err(|_| {
                    Error::invalid(
                        format!("the value for {name} is not text"),
                        "give it as UTF-8",
                    )
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
                    format!(
                        "there is no authentication called {other}",
                        other = quoted(other)
                    ),
                    "use none, direct, unix-peer-credentials, jwt-svid or jwt-svid-file",
                ));
            }
        })
    }

    /// Returns the content of a frame's authentication field.
    pub(crate) fn field(&self) -> Result<Secret> {
        let bytes = match self {
            Self::None => Secret::default(),
            Self::Direct(name) => Secret::from(name.as_bytes()),
            // The current effective user, which the kernel reports to the service: a process may
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

    /// Returns the best authentication that the service offers, given the application's name and
    /// the token file, if any.
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

/// Reads the token, without a line break at the end.
fn token_in(file: &Path) -> Result<Secret> {
    let text = std::fs::read(file).map(Zeroizing::new).map_err(|error| {
        Error::new(
            ErrorKind::NotAuthenticated,
            format!("the JWT-SVID at {} cannot be read", file.display()),
            "check PARSEC_JWT_SVID_FILE, and that the program that renews the token runs",
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
    fn uses_the_name_if_the_service_accepts_names() {
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
    fn prefers_the_token_file_if_the_service_accepts_tokens() {
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
    fn parses_the_names_of_other_languages() {
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
