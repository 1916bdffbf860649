//! Endpoints of the service.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::environment;
use crate::error::{Error, Result};
use crate::trust::Trust;

const VARIABLE: &str = "PARSEC_SERVICE_ENDPOINT";
const SYSTEM_SOCKET: &str = "/run/parsec/parsec.sock";
const USER_SOCKET: &str = "parsec/parsec.sock";

/// The address of the service: a Unix socket.
///
/// ```
/// use parsec_client::Endpoint;
///
/// let endpoint = Endpoint::parse("unix:/run/parsec/parsec.sock")?;
/// assert_eq!(endpoint.path().to_str(), Some("/run/parsec/parsec.sock"));
/// assert_eq!(endpoint, Endpoint::parse("unix:///run/parsec/parsec.sock")?);
/// assert!(Endpoint::parse("tcp://localhost:80").is_err());
/// # Ok::<(), parsec_client::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(PathBuf);

impl Endpoint {
    /// Parses a URL such as `unix:/run/parsec/parsec.sock`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) if it is not a URL with
    /// the scheme `unix` and an absolute path.
    pub fn parse(url: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Err(Error::invalid(
                format!("{why}: \"{}\"", url.escape_debug()),
                "write an endpoint as unix:/run/parsec/parsec.sock",
            ))
        };
        let Some(rest) = url.strip_prefix("unix:") else {
            return refuse("the endpoint's scheme is not unix");
        };
        let path = match rest.strip_prefix("//") {
            // An empty authority, as in unix:///path.
            Some(path) if path.starts_with('/') => path,
            Some(_) => return refuse("an endpoint of the scheme unix has no host"),
            None => rest,
        };
        if !path.starts_with('/') {
            return refuse("the endpoint's path is not absolute");
        }
        let Some(path) = percent_decode(path) else {
            return refuse("the endpoint has a % without two hexadecimal digits after it");
        };
        if path.contains('\0') {
            return refuse("the endpoint's path contains a zero byte");
        }
        Ok(Self(PathBuf::from(path)))
    }

    /// Returns the endpoint of the socket at this path.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Returns the path of the socket.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns the endpoints that a client tries by default: `PARSEC_SERVICE_ENDPOINT` if set,
    /// otherwise the system's socket and then the user's own.
    ///
    /// A program with more rights than its caller, such as a set-user-ID program, uses only the
    /// system's socket, because its caller controls the environment.
    ///
    /// # Errors
    ///
    /// Like [`Endpoint::parse`], if the variable is not an endpoint.
    pub fn candidates() -> Result<Vec<Self>> {
        let candidates = Candidate::of_environment()?;
        Ok(candidates.into_iter().map(|one| one.endpoint).collect())
    }
}

/// An endpoint to try, and the users that may listen there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) endpoint: Endpoint,
    pub(crate) trust: Trust,
}

impl Candidate {
    /// Returns an endpoint that was set explicitly.
    pub(crate) fn named(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            trust: Trust::Anyone,
        }
    }

    /// Like [`Endpoint::candidates`].
    pub(crate) fn of_environment() -> Result<Vec<Self>> {
        candidates(environment::variable)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unix:{}", self.0.display())
    }
}

impl std::str::FromStr for Endpoint {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        Self::parse(url)
    }
}

fn candidates(variable: impl Fn(&str) -> Option<OsString>) -> Result<Vec<Candidate>> {
    if let Some(url) = variable(VARIABLE) {
        let endpoint = Endpoint::parse(&url.to_string_lossy())?;
        return Ok(vec![Candidate::named(endpoint)]);
    }
    let mut candidates = vec![Candidate {
        endpoint: Endpoint::unix(SYSTEM_SOCKET),
        trust: Trust::System,
    }];
    if let Some(folder) = variable("XDG_RUNTIME_DIR").map(PathBuf::from)
        && folder.is_absolute()
    {
        candidates.push(Candidate {
            endpoint: Endpoint(folder.join(USER_SOCKET)),
            trust: Trust::User,
        });
    }
    Ok(candidates)
}

fn percent_decode(path: &str) -> Option<String> {
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let value = digit(bytes.next()?)? * 16 + digit(bytes.next()?)?;
        out.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn reads_both_forms_of_the_url_and_percent_signs() {
        for url in ["unix:/a b", "unix:///a b", "unix:/a%20b"] {
            assert_eq!(
                Endpoint::parse(url).unwrap(),
                Endpoint::unix("/a b"),
                "{url}"
            );
        }
    }

    #[test]
    fn rejects_urls_without_a_socket_path() {
        for url in [
            "",
            "/run/x",
            "unix:",
            "unix:x",
            "unix://host/x",
            "http:/x",
            "unix:/a%2",
        ] {
            let error = Endpoint::parse(url).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{url}");
            assert!(error.to_string().contains("unix:/run/parsec"), "{error}");
        }
    }

    #[test]
    fn uses_the_variable_or_the_sockets_of_system_and_user() {
        let found = candidates(|name| (name == VARIABLE).then(|| "unix:/x".into())).unwrap();
        assert_eq!(found, [Candidate::named(Endpoint::unix("/x"))]);
        let at = |path: &str, trust| Candidate {
            endpoint: Endpoint::unix(path),
            trust,
        };
        let system = at("/run/parsec/parsec.sock", Trust::System);
        let user = at("/run/user/7/parsec/parsec.sock", Trust::User);
        let found =
            candidates(|name| (name == "XDG_RUNTIME_DIR").then(|| "/run/user/7".into())).unwrap();
        assert_eq!(found, [system.clone(), user]);
        assert_eq!(candidates(|_| None).unwrap(), [system]);
        assert!(candidates(|_| Some("nonsense".into())).is_err());
    }
}
