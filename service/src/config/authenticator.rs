//! `[authenticator]`, or several as `[[authenticator]]`, and `[[same_client]]`: how callers are
//! identified.

mod mapping;

use std::collections::HashSet;
use std::fmt;

use parsec_contracts::AuthType;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor, value};
use toml::Spanned;

pub use mapping::{Mapping, Subject};
use mapping::{RawMapping, is_user_id};

use super::audience::audience_of_host;
use super::error::ConfigError;
use super::literal::{first, quoted};
use super::source::Source;

/// A configured authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorConfig {
    /// Its type.
    pub auth_type: AuthType,
    /// Its name for clients and the log.
    pub name: String,
    /// The applications that are administrators.
    pub admins: Vec<String>,
    /// Unix peer credentials: maps callers to applications; the first match applies.
    pub map: Vec<Mapping>,
    /// Unix peer credentials: whether callers without a mapping are refused.
    pub only_mapped: bool,
    /// Unix peer credentials: whether callers may claim their user id in a user namespace of their
    /// own. The id reported by the kernel applies in any case.
    pub user_namespaces: bool,
    /// JWT-SVID: the address of the Workload API, `unix:/path`.
    pub workload_endpoint: Option<String>,
    /// JWT-SVID: the audience of tokens; by default one that is unique to this host.
    pub audience: String,
    /// JWT-SVID: the accepted trust domains; if empty, all for which the Workload API has keys.
    pub trust_domains: Vec<String>,
}

impl AuthenticatorConfig {
    /// An authenticator of that type without options.
    pub fn of(auth_type: AuthType) -> Self {
        Self {
            auth_type,
            name: auth_type.name().to_owned(),
            admins: Vec::new(),
            map: Vec::new(),
            only_mapped: false,
            user_namespaces: false,
            workload_endpoint: None,
            audience: String::new(),
            trust_domains: Vec::new(),
        }
    }
}

/// Identities that are mapped to the first of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SameClient {
    /// Authenticators and names.
    pub identities: Vec<(AuthType, String)>,
}

/// One table, as published, or several.
pub(super) struct OneOrMany(pub(super) Vec<RawAuthenticator>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor)
    }
}

struct OneOrManyVisitor;

impl<'de> Visitor<'de> for OneOrManyVisitor {
    type Value = OneOrMany;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table, or several")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<OneOrMany, A::Error> {
        let one = RawAuthenticator::deserialize(value::MapAccessDeserializer::new(map))?;
        Ok(OneOrMany(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
        let mut many = Vec::new();
        while let Some(one) = seq.next_element()? {
            many.push(one);
        }
        Ok(OneOrMany(many))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAuthenticator {
    auth_type: Spanned<String>,
    #[serde(default)]
    admins: Vec<Admin>,
    workload_endpoint: Option<String>,
    // The settings below are not in the published format.
    name: Option<String>,
    #[serde(default)]
    map: Vec<Spanned<RawMapping>>,
    #[serde(default)]
    only_mapped: bool,
    #[serde(default)]
    user_namespaces: bool,
    audience: Option<String>,
    #[serde(default)]
    trust_domains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Admin {
    name: String,
}

/// `[[same_client]]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSameClient {
    identities: Vec<RawIdentity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawIdentity {
    authenticator: Spanned<String>,
    name: String,
}

/// Resolves all authenticators.
pub(super) fn authenticators(
    source: &Source<'_>,
    given: &OneOrMany,
    warnings: &mut Vec<String>,
) -> Result<Vec<AuthenticatorConfig>, ConfigError> {
    let mut all: Vec<AuthenticatorConfig> = Vec::new();
    for raw in &given.0 {
        let one = authenticator(source, raw, warnings)?;
        let at = raw.auth_type.span().start;
        if all.iter().any(|other| other.auth_type == one.auth_type) {
            return Err(source.wrong(
                at,
                "there are two authenticators of this type; requests could not distinguish them",
            ));
        }
        if all.iter().any(|other| other.name == one.name) {
            return Err(source.wrong(
                at,
                format!("there are two authenticators named {}", quoted(&one.name)),
            ));
        }
        all.push(one);
    }
    if all.is_empty() {
        return Err(source.wrong(0, "there is no [authenticator]"));
    }
    Ok(all)
}

fn authenticator(
    source: &Source<'_>,
    raw: &RawAuthenticator,
    warnings: &mut Vec<String>,
) -> Result<AuthenticatorConfig, ConfigError> {
    let at = raw.auth_type.span().start;
    let auth_type = auth_type(raw.auth_type.get_ref()).ok_or_else(|| {
        source.wrong(
            at,
            "the auth_type must be \"UnixPeerCredentials\", \"Direct\" or \"JwtSvid\"",
        )
    })?;
    let is_unix = auth_type == AuthType::UnixPeerCredentials;
    let is_jwt = auth_type == AuthType::JwtSvid;
    if raw.workload_endpoint.is_some() && !is_jwt {
        warnings.push("`workload_endpoint` belongs to \"JwtSvid\" and is ignored".to_owned());
    }
    if !is_unix && (!raw.map.is_empty() || raw.only_mapped || raw.user_namespaces) {
        return Err(source.wrong(
            at,
            "`map`, `only_mapped` and `user_namespaces` belong to \"UnixPeerCredentials\"",
        ));
    }
    let map = mapping::mappings(source, &raw.map)?;
    let admins: Vec<String> = raw.admins.iter().map(|admin| admin.name.clone()).collect();
    if is_unix {
        let known = |name: &String| {
            is_user_id(name) || map.iter().any(|mapping| mapping.application == *name)
        };
        let strangers = admins.iter().filter(|name| !known(name));
        warnings.extend(strangers.map(|name| {
            format!(
                "no caller is ever the administrator {name}: with \"UnixPeerCredentials\" an \
                 administrator's name is a user id, such as \"1000\", or one that `map` gives",
                name = quoted(name)
            )
        }));
    }
    let audience = match &raw.audience {
        Some(audience) if audience.is_empty() => {
            return Err(source.wrong(
                at,
                "`audience` must not be empty; omit it for this host's default",
            ));
        }
        Some(audience) => audience.clone(),
        None if is_jwt => {
            let (audience, warning) = audience_of_host();
            warnings.extend(warning);
            audience
        }
        None => String::new(),
    };
    Ok(AuthenticatorConfig {
        auth_type,
        name: raw
            .name
            .clone()
            .unwrap_or_else(|| auth_type.name().to_owned()),
        admins,
        map,
        only_mapped: raw.only_mapped,
        user_namespaces: raw.user_namespaces,
        workload_endpoint: raw.workload_endpoint.clone().filter(|_| is_jwt),
        audience,
        trust_domains: raw.trust_domains.clone(),
    })
}

fn auth_type(name: &str) -> Option<AuthType> {
    AuthType::ALL
        .iter()
        .copied()
        .find(|known| known.config_names().contains(&name))
}

/// Finds an authenticator by its name or type; without a name, returns the first.
pub(super) fn find(
    source: &Source<'_>,
    all: &[AuthenticatorConfig],
    name: Option<&Spanned<String>>,
) -> Result<AuthType, ConfigError> {
    let Some(name) = name else {
        return Ok(all.first().map_or(AuthType::None, |one| one.auth_type));
    };
    let wanted = name.get_ref();
    let found = all
        .iter()
        .find(|one| one.name == *wanted || auth_type(wanted) == Some(one.auth_type));
    found.map(|one| one.auth_type).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        source.wrong(
            name.span().start,
            format!(
                "there is no authenticator {wanted}; there are {}",
                names.join(", "),
                wanted = quoted(wanted)
            ),
        )
    })
}

/// Resolves which identities are mapped to which. No identity may be mapped twice.
pub(super) fn same_clients(
    source: &Source<'_>,
    given: &[RawSameClient],
    all: &[AuthenticatorConfig],
) -> Result<Vec<SameClient>, ConfigError> {
    let mut named = HashSet::new();
    let mut same = Vec::new();
    for raw in given {
        let mut identities = Vec::new();
        for raw in &raw.identities {
            let identity = (
                find(source, all, Some(&raw.authenticator))?,
                raw.name.clone(),
            );
            if !named.insert(identity.clone()) {
                return Err(source.wrong(
                    raw.authenticator.span().start,
                    format!("{} is in [[same_client]] twice", quoted(&raw.name)),
                ));
            }
            identities.push(identity);
        }
        same.push(SameClient { identities });
    }
    Ok(same)
}

impl SameClient {
    /// The identity that a client is mapped to, if it is not itself: a rule for the client would never
    /// apply. Without an authenticator, the name matches any of them.
    pub(super) fn mapped_identity(&self, auth: Option<AuthType>, name: &str) -> Option<&str> {
        let ((_, first), others) = self.identities.split_first()?;
        let is_other = |(its_auth, its_name): &(AuthType, String)| {
            its_name == name && auth.is_none_or(|auth| auth == *its_auth)
        };
        let is_lost = others.iter().any(is_other) && (auth.is_some() || first != name);
        is_lost.then_some(first.as_str())
    }
}

/// Formats the settings as in the file.
impl fmt::Display for AuthenticatorConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            names.join(", ")
        };
        let admins: Vec<String> = self
            .admins
            .iter()
            .map(|admin| format!("{{ name = {} }}", quoted(admin)))
            .collect();
        writeln!(f, "\n[[authenticator]]")?;
        writeln!(f, "auth_type = {}", first(self.auth_type.config_names()))?;
        writeln!(f, "name = {}", quoted(&self.name))?;
        writeln!(f, "admins = [{}]", admins.join(", "))?;
        match self.auth_type {
            AuthType::UnixPeerCredentials => {
                writeln!(f, "only_mapped = {}", self.only_mapped)?;
                writeln!(f, "user_namespaces = {}", self.user_namespaces)?;
                self.map.iter().try_for_each(|mapping| mapping.fmt(f))
            }
            AuthType::JwtSvid => {
                if let Some(endpoint) = &self.workload_endpoint {
                    writeln!(f, "workload_endpoint = {}", quoted(endpoint))?;
                }
                writeln!(f, "audience = {}", quoted(&self.audience))?;
                writeln!(f, "trust_domains = [{}]", list(&self.trust_domains))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for SameClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let identities: Vec<String> = self
            .identities
            .iter()
            .map(|(auth, name)| {
                let auth = first(auth.config_names());
                format!("{{ authenticator = {auth}, name = {} }}", quoted(name))
            })
            .collect();
        writeln!(f, "\n[[same_client]]")?;
        writeln!(f, "identities = [{}]", identities.join(", "))
    }
}
