//! The alternative names of a request (RFC 5280, section 4.2.1.6).

use std::net::IpAddr;

use der::asn1::{Ia5String, OctetString};
use x509_cert::ext::pkix::name::GeneralName;

use crate::error::{Error, Result};

const LONGEST_HOST: usize = 253;
const LONGEST_LABEL: usize = 63;
const LONGEST_LOCAL_PART: usize = 64;

/// Alternative names, as text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct AlternativeNames<'a> {
    pub(crate) dns_names: &'a [&'a str],
    pub(crate) ip_addresses: &'a [&'a str],
    pub(crate) uris: &'a [&'a str],
    pub(crate) email_addresses: &'a [&'a str],
}

impl AlternativeNames<'_> {
    /// Returns the names in the form of certificates.
    pub(super) fn parse(&self) -> Result<Vec<GeneralName>> {
        let dns = self.dns_names.iter().map(|name| dns_name(name));
        let ip = self.ip_addresses.iter().map(|address| ip_address(address));
        let uris = self.uris.iter().map(|text| uri(text));
        let email = self
            .email_addresses
            .iter()
            .map(|address| email_address(address));
        dns.chain(ip).chain(uris).chain(email).collect()
    }
}

fn dns_name(name: &str) -> Result<GeneralName> {
    if is_address(name) {
        return Err(Error::invalid(
            format!("{name} is an IP address, not a host name"),
            "give it as an IP address (`--ip` on the command line)",
        ));
    }
    // A wildcard is one whole label, the first (RFC 9525, section 6.3).
    let host = name.strip_prefix("*.").unwrap_or(name);
    check_host(host).map_err(|why| refused("a host name", name, &why, "web.example.org"))?;
    ascii(name).map(GeneralName::DnsName)
}

/// Checks a host name (RFC 1034, section 3.5; RFC 1123, section 2.1).
fn check_host(host: &str) -> Result<(), String> {
    if !host.is_ascii() {
        return Err("international names are written as A-labels (xn--…)".to_owned());
    }
    if host.len() > LONGEST_HOST {
        return Err(format!("it is longer than {LONGEST_HOST} characters"));
    }
    for label in host.split('.') {
        match label.len() {
            0 => return Err("a label is empty".to_owned()),
            1..=LONGEST_LABEL => {}
            _ => return Err(format!("a label is longer than {LONGEST_LABEL} characters")),
        }
        if label.contains('*') {
            return Err("a wildcard is the whole first label, as in *.example.org".to_owned());
        }
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !label.bytes().all(is_plain) {
            return Err("labels have only letters, digits and hyphens".to_owned());
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err("a label begins or ends with a hyphen".to_owned());
        }
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    match last.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Err("the last label is a number, as in an IP address".to_owned()),
        false => Ok(()),
    }
}

/// Whether the text is an IP address, perhaps in brackets.
fn is_address(text: &str) -> bool {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(text).parse::<IpAddr>().is_ok()
}

fn ip_address(address: &str) -> Result<GeneralName> {
    let parsed: IpAddr = address.parse().map_err(|_| {
        let why = match address {
            _ if address.contains('/') => "networks are not permitted",
            _ if address.contains('%') => "zones are not permitted",
            _ if is_address(address) => "write it without brackets",
            _ => "it has another form",
        };
        refused("an IP address", address, why, "192.0.2.1 or 2001:db8::1")
    })?;
    let bytes = match parsed {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let octets = OctetString::new(bytes).map_err(super::internal)?;
    Ok(GeneralName::IpAddress(octets))
}

fn uri(text: &str) -> Result<GeneralName> {
    check_uri(text).map_err(|why| refused("a URI", text, &why, "spiffe://example.org/web"))?;
    ascii(text).map(GeneralName::UniformResourceIdentifier)
}

/// Checks an absolute URI (RFC 3986); its host is a host name or an address (RFC 5280).
fn check_uri(text: &str) -> Result<(), String> {
    let scheme = text.split_once(':').filter(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
            && !rest.is_empty()
    });
    let Some((_, rest)) = scheme else {
        return Err("it needs a scheme and a colon".to_owned());
    };
    for (at, c) in text.char_indices() {
        let is_permitted = c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=".contains(c);
        let is_escape = c == '%'
            && text
                .get(at + 1..at + 3)
                .is_some_and(|digits| digits.chars().all(|digit| digit.is_ascii_hexdigit()));
        if !is_permitted && !is_escape {
            let position = 1 + text[..at].chars().count();
            return Err(format!(
                "character {position} is written as % and two hex digits"
            ));
        }
    }
    let Some(after) = rest.strip_prefix("//") else {
        return Ok(());
    };
    let authority = after.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    if host.starts_with('[') {
        let address = host.split_inclusive(']').next().unwrap_or_default();
        return match is_address(address) {
            true => Ok(()),
            false => Err("its host is not an address".to_owned()),
        };
    }
    let host = host.split(':').next().unwrap_or_default();
    match is_address(host) {
        true => Ok(()),
        false => check_host(host).map_err(|why| format!("its host is malformed: {why}")),
    }
}

fn email_address(address: &str) -> Result<GeneralName> {
    check_email(address)
        .map_err(|why| refused("an e-mail address", address, &why, "web@example.org"))?;
    ascii(address).map(GeneralName::Rfc822Name)
}

/// Checks a mailbox (RFC 5321, section 4.1.2) without quotes.
fn check_email(address: &str) -> Result<(), String> {
    let Some((local, host)) = address.rsplit_once('@') else {
        return Err("it needs an @".to_owned());
    };
    if !local.is_ascii() {
        return Err("a name before the @ that is not ASCII has no form in this request".to_owned());
    }
    let is_atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let is_local = local.len() <= LONGEST_LOCAL_PART
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(is_atom));
    if !is_local {
        return Err("the name before the @ is malformed".to_owned());
    }
    check_host(host)
}

fn ascii(text: &str) -> Result<Ia5String> {
    Ia5String::new(text).map_err(super::internal)
}

fn refused(what: &str, text: &str, why: &str, example: &str) -> Error {
    const LONGEST: usize = 64;
    let shown: String = text.chars().take(LONGEST).collect();
    let more = if shown.len() < text.len() { "…" } else { "" };
    Error::invalid(
        format!("\"{}{more}\" is not {what}: {why}", shown.escape_debug()),
        format!("write it like {example}"),
    )
}
