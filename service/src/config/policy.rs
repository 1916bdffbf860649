//! `[[policy.allow]]` and `[[policy.deny]]`: which clients may do what.

use std::fmt;

use parsec_contracts::types::UsageFlags;
use parsec_contracts::{AuthType, Opcode, ProviderId, words};
use serde::Deserialize;
use toml::Spanned;

use super::authenticator::{AuthenticatorConfig, find};
use super::error::ConfigError;
use super::literal::{first, quoted};
use super::nearest::nearest;
use super::source::Source;

/// The policy. An operation is allowed unless a rule denies it, or unless `allow` rules name the client
/// and none of them matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PolicyConfig {
    /// The only operations that are allowed to the clients they name.
    pub allow: Vec<Rule>,
    /// Operations that are denied, even if another rule allows them.
    pub deny: Vec<Rule>,
}

/// A rule. It matches a request that matches every list; an empty list matches every request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// The authenticator that identifies the clients.
    pub authenticator: Option<AuthType>,
    /// Names of clients.
    pub clients: Vec<String>,
    /// Providers: their names in the configuration, or the names of their types.
    pub providers: Vec<String>,
    /// Operations, or their areas.
    pub operations: Vec<String>,
    /// Algorithms, in the contracts' words joined by slashes.
    pub algorithms: Vec<String>,
    /// Types of keys, in the contracts' words joined by slashes.
    pub key_types: Vec<String>,
    /// Usage of a key, or usage flags of a new key.
    pub usage: Vec<String>,
    /// Keys and algorithms with fewer bits of security.
    pub weaker_than: Option<u32>,
    /// The reason, for clients.
    pub reason: Option<String>,
}

/// The list of a rule that a word belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Vocabulary {
    /// Operations and areas.
    Operations,
    /// Algorithms.
    Algorithms,
    /// Types of keys.
    KeyTypes,
    /// Usage flags.
    Usage,
}

impl Vocabulary {
    fn words(self) -> Vec<&'static str> {
        match self {
            Self::Operations => {
                let names = Opcode::ALL.iter().map(|opcode| opcode.name());
                names.chain(words::AREA.iter().copied()).collect()
            }
            Self::Algorithms => words::ALGORITHM.to_vec(),
            Self::KeyTypes => words::KEY_TYPE.to_vec(),
            Self::Usage => UsageFlags::NAMES.to_vec(),
        }
    }
}

/// `[policy]`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PolicySection {
    allow: Vec<RawRule>,
    deny: Vec<RawRule>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawRule {
    authenticator: Option<Spanned<String>>,
    clients: Vec<String>,
    providers: Vec<Spanned<String>>,
    operations: Vec<Spanned<String>>,
    algorithms: Vec<Spanned<String>>,
    key_types: Vec<Spanned<String>>,
    usage: Vec<Spanned<String>>,
    weaker_than: Option<u32>,
    reason: Option<String>,
}

/// Checks that every word is known. `providers` are the names of the configured ones.
pub(super) fn policy(
    source: &Source<'_>,
    section: PolicySection,
    providers: &[&str],
    authenticators: &[AuthenticatorConfig],
) -> Result<PolicyConfig, ConfigError> {
    let rule = |raw: RawRule| {
        let auth = raw.authenticator.as_ref();
        Ok::<_, ConfigError>(Rule {
            authenticator: auth
                .map(|name| find(source, authenticators, Some(name)))
                .transpose()?,
            clients: raw.clients,
            providers: known(source, raw.providers, &provider_words(providers))?,
            operations: known(source, raw.operations, &Vocabulary::Operations.words())?,
            algorithms: known(source, raw.algorithms, &Vocabulary::Algorithms.words())?,
            key_types: known(source, raw.key_types, &Vocabulary::KeyTypes.words())?,
            usage: known(source, raw.usage, &Vocabulary::Usage.words())?,
            weaker_than: raw.weaker_than,
            reason: raw.reason,
        })
    };
    let rules = |raw: Vec<RawRule>| raw.into_iter().map(rule).collect::<Result<_, _>>();
    Ok(PolicyConfig {
        allow: rules(section.allow)?,
        deny: rules(section.deny)?,
    })
}

impl PolicyConfig {
    /// The first provider in a rule that is not in `configured`: the rule would never match.
    pub(crate) fn absent_provider(&self, configured: &[&str]) -> Option<&str> {
        let words = provider_words(configured);
        let rules = self.allow.iter().chain(&self.deny);
        let mut named = rules.flat_map(|rule| &rule.providers);
        let absent = named.find(|name| !words.contains(&name.as_str()));
        absent.map(String::as_str)
    }
}

fn provider_words<'a>(configured: &[&'a str]) -> Vec<&'a str> {
    let types = ProviderId::ALL.iter().map(|provider| provider.name());
    configured.iter().copied().chain(types).collect()
}

/// Checks that the words are known: a rule with an unknown word would never match.
fn known(
    source: &Source<'_>,
    given: Vec<Spanned<String>>,
    words: &[&str],
) -> Result<Vec<String>, ConfigError> {
    for item in &given {
        // A provider's name may contain a slash; other words are joined by slashes.
        let is_whole = words.contains(&item.get_ref().as_str());
        let unknown = item.get_ref().split('/').find(|word| !words.contains(word));
        let Some(word) = unknown.filter(|_| !is_whole) else {
            continue;
        };
        let message = match nearest(word, words) {
            Some(nearest) => format!(
                "there is no {word} here; did you mean {nearest}?",
                word = quoted(word),
                nearest = quoted(nearest)
            ),
            None => format!("there is no {word} here", word = quoted(word)),
        };
        return Err(source.wrong(item.span().start, message));
    }
    Ok(given.into_iter().map(Spanned::into_inner).collect())
}

/// Formats the settings as in the file.
impl fmt::Display for PolicyConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, rules) in [("allow", &self.allow), ("deny", &self.deny)] {
            for rule in rules {
                writeln!(f, "\n[[policy.{kind}]]")?;
                rule.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(auth) = self.authenticator {
            writeln!(f, "authenticator = {}", first(auth.config_names()))?;
        }
        for (name, list) in [
            ("clients", &self.clients),
            ("providers", &self.providers),
            ("operations", &self.operations),
            ("algorithms", &self.algorithms),
            ("key_types", &self.key_types),
            ("usage", &self.usage),
        ] {
            if !list.is_empty() {
                let items: Vec<String> = list.iter().map(|item| quoted(item)).collect();
                writeln!(f, "{name} = [{}]", items.join(", "))?;
            }
        }
        if let Some(bits) = self.weaker_than {
            writeln!(f, "weaker_than = {bits}")?;
        }
        if let Some(reason) = &self.reason {
            writeln!(f, "reason = {}", quoted(reason))?;
        }
        Ok(())
    }
}
