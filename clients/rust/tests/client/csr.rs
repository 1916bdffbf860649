//! Certificate signing requests, which openssl reads and verifies.

use std::path::Path;

use parsec_client::blocking::SigningKey;
use parsec_client::{Csr, ErrorKind, Result, ecdsa_p256};
use parsec_harness::Service;

use crate::blocking;
use crate::openssl::openssl;

struct Requester {
    service: Service,
    key: SigningKey,
}

/// The kinds of alternative names, in the order of `to_csr`.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Dns,
    Ip,
    Uri,
    Email,
}

impl Requester {
    fn new() -> Self {
        let service = Service::start();
        let key = blocking(&service).generate("web", ecdsa_p256()).unwrap();
        Self { service, key }
    }

    fn folder(&self) -> &Path {
        self.service.scratch()
    }

    fn subject(&self, subject: &str) -> Result<Csr> {
        self.key
            .to_csr(subject, &["web.example.org"], &[], &[], &[])
    }

    fn named(&self, kind: Kind, name: &str) -> Result<Csr> {
        let of = |wanted: bool| if wanted { vec![name] } else { Vec::new() };
        self.key.to_csr(
            "CN=web",
            &of(matches!(kind, Kind::Dns)),
            &of(matches!(kind, Kind::Ip)),
            &of(matches!(kind, Kind::Uri)),
            &of(matches!(kind, Kind::Email)),
        )
    }

    /// Returns what openssl reads, after it verified the signature.
    fn shown(&self, csr: &Csr, options: &[&str]) -> String {
        std::fs::write(self.folder().join("csr.pem"), csr.to_pem()).unwrap();
        let arguments = [&["req", "-in", "csr.pem", "-noout", "-verify"][..], options].concat();
        String::from_utf8(openssl(self.folder(), &arguments)).unwrap()
    }
}

#[test]
fn every_kind_of_name_is_in_the_request() {
    let requester = Requester::new();
    let csr = requester
        .key
        .to_csr(
            "CN=web,O=Example",
            &["web.example.org", "*.example.org", "xn--bcher-kva.example"],
            &["192.0.2.1", "2001:db8::1"],
            &[
                "spiffe://example.org/web",
                "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "https://[2001:db8::1]:8443/a,b?c=%20",
            ],
            &["web.admin+x@example.org"],
        )
        .unwrap();
    let text = requester.shown(&csr, &["-text", "-subject", "-nameopt", "RFC2253"]);
    for part in [
        "subject=CN=web,O=Example\n",
        "DNS:web.example.org, DNS:*.example.org, DNS:xn--bcher-kva.example, ",
        "IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1, ",
        "URI:spiffe://example.org/web, URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, URI:https://[2001:db8::1]:8443/a,b?c=%20, ",
        "email:web.admin+x@example.org",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(
        !text.contains("Subject Alternative Name: critical"),
        "{text}"
    );
}

#[test]
fn an_empty_subject_needs_another_name_which_is_critical() {
    let requester = Requester::new();
    for subject in ["", "  "] {
        let csr = requester.subject(subject).unwrap();
        let text = requester.shown(&csr, &["-text"]);
        assert!(
            text.contains("Subject Alternative Name: critical"),
            "{text}"
        );
        assert!(text.contains("Subject: \n"), "{text}");
    }
    let error = requester.key.to_csr("", &[], &[], &[], &[]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    assert!(error.to_string().contains("neither a subject"), "{error}");
}

#[test]
fn subjects_are_read_as_rfc_4514_says() {
    let requester = Requester::new();
    let cases = [
        ("CN=web,O=Example", "CN=web,O=Example"),
        ("CN=a, C=DE", "CN=a,C=DE"),
        ("CN = a , O = b", "CN=a,O=b"),
        ("cn=a,o=b", "CN=a,O=b"),
        ("2.5.4.3=a,OID.2.5.4.10=b", "CN=a,O=b"),
        // openssl shows sets in reverse.
        ("CN=a+OU=b,O=c", "OU=b+CN=a,O=c"),
        (r"CN=a\,b\+c\;d", r"CN=a\,b\+c\;d"),
        (r"CN=a\2Cb", r"CN=a\,b"),
        (r"CN=\ a\ ", r"CN=\ a\ "),
        (r"CN=\#a", r"CN=\#a"),
        ("CN=a=b", "CN=a=b"),
        (r"CN=Lu\C4\8Di\C4\87", "CN=Lučić"),
        ("O=Müller GmbH", "O=Müller GmbH"),
        ("CN=#0C0161", "CN=a"),
        ("CN=web,DC=example,DC=org", "CN=web,DC=example,DC=org"),
        ("CN=a  b", "CN=a  b"),
    ];
    for (subject, shown) in cases {
        let csr = requester
            .subject(subject)
            .unwrap_or_else(|error| panic!("{subject}: {error}"));
        let options = ["-subject", "-nameopt", "RFC2253,-esc_msb,utf8"];
        let text = requester.shown(&csr, &options);
        assert_eq!(
            text.trim_end_matches('\n'),
            format!("subject={shown}"),
            "{subject}"
        );
    }
}

#[test]
fn malformed_subjects_are_refused_with_the_position() {
    let requester = Requester::new();
    let long = format!("CN={}", "a".repeat(65));
    let cases = [
        (
            "CN=web;O=x",
            "character 7: attributes are separated by commas",
        ),
        (
            "no equals sign",
            "character 1: an attribute and = are expected",
        ),
        ("CN=a,", "character 6: an attribute and ="),
        ("CN=a,,O=b", "character 6: an attribute and ="),
        ("CN=a,X=b", "character 6: the attribute is not known"),
        ("/CN=web/O=x", "character 1: a subject with slashes"),
        ("CN=a\"b", "character 5: in a value, \" is written as \\\""),
        ("CN=<a>", "character 4: in a value, <"),
        ("CN=", "character 4: CN is empty"),
        ("CN=a,O=", "character 8: O is empty"),
        ("CN=a\\", "character 5: \\ is followed by"),
        ("CN=a\\x", "character 5: \\ is followed by"),
        (
            "CN=\\ff",
            "character 4: the escaped bytes of the value are not UTF-8",
        ),
        (
            "CN=a\\0Ab",
            "character 4: CN contains the control character 0x0a",
        ),
        ("CN=a\u{0}", "control character 0x00"),
        ("C=Germany", "character 3: C is the two letters"),
        ("C=D1", "character 3: C is the two letters"),
        ("C=€€", "character 3: C is the two letters"),
        ("CN=ü,C=DEU", "character 8: C is"),
        (
            "emailAddress=ü@example.org",
            "character 14: EMAILADDRESS is ASCII",
        ),
        ("DC=ü", "A-labels"),
        (
            "serialNumber=a_b",
            "character 14: SERIALNUMBER has only letters",
        ),
        ("CN=a+CN=a", "character 6: the attribute is repeated"),
        (
            "1.2.3=a",
            "character 1: the value of an object identifier that is not known",
        ),
        ("1.2.3=#0g", "# is followed by hex digits"),
        ("1.2.3=#0c01", "the hex digits are not DER"),
        ("C=#0c0161", "C is the two letters"),
        (&long, "character 4: CN has 65 characters, and at most 64"),
    ];
    for (subject, because) in cases {
        let error = requester.subject(subject).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{subject}");
        assert!(error.to_string().contains(because), "{subject}: {error}");
    }
}

#[test]
fn values_have_the_string_types_of_rfc_5280() {
    let requester = Requester::new();
    let csr = requester
        .subject("CN=a_b,O=€uro,OU=plain (x),C=DE,DC=org,emailAddress=a_b@example.org,ST=ü,serialNumber=1")
        .unwrap();
    requester.shown(&csr, &[]);
    let parsed = openssl(requester.folder(), &["asn1parse", "-in", "csr.pem"]);
    let parsed = String::from_utf8_lossy(&parsed).into_owned();
    let types = [
        ("commonName", "UTF8STRING"),
        ("organizationName", "UTF8STRING"),
        ("organizationalUnitName", "PRINTABLESTRING"),
        ("countryName", "PRINTABLESTRING"),
        ("domainComponent", "IA5STRING"),
        ("emailAddress", "IA5STRING"),
        ("stateOrProvinceName", "UTF8STRING"),
        ("serialNumber", "PRINTABLESTRING"),
    ];
    for (attribute, string_type) in types {
        let mut lines = parsed.lines();
        lines
            .find(|line| line.contains(&format!(":{attribute}")))
            .expect(attribute);
        let value = lines.next().unwrap();
        assert!(value.contains(string_type), "{attribute}: {value}");
    }
}

#[test]
fn malformed_names_are_refused_with_the_reason() {
    let requester = Requester::new();
    let long_label = format!("{}.example", "a".repeat(64));
    let long_name = format!("{}example", "abcdefg.".repeat(31));
    let cases = [
        (Kind::Dns, "10.0.0.1", "an IP address, not a host name"),
        (Kind::Dns, "2001:db8::1", "`--ip`"),
        (Kind::Dns, "[::1]", "`--ip`"),
        (Kind::Dns, "300.0.0.1", "the last label is a number"),
        (Kind::Dns, "", "a label is empty"),
        (Kind::Dns, "a..example", "a label is empty"),
        (Kind::Dns, "example.org.", "a label is empty"),
        (Kind::Dns, ".example", "a label is empty"),
        (Kind::Dns, "a_b.example", "only letters, digits and hyphens"),
        (Kind::Dns, "a b.example", "only letters, digits and hyphens"),
        (
            Kind::Dns,
            "https://example.org",
            "only letters, digits and hyphens",
        ),
        (
            Kind::Dns,
            "example.org:443",
            "only letters, digits and hyphens",
        ),
        (Kind::Dns, "-a.example", "begins or ends with a hyphen"),
        (Kind::Dns, "a-.example", "begins or ends with a hyphen"),
        (Kind::Dns, "a.*.example", "the whole first label"),
        (Kind::Dns, "w*.example", "the whole first label"),
        (Kind::Dns, "*", "the whole first label"),
        (Kind::Dns, "*.*.example", "the whole first label"),
        (Kind::Dns, "bücher.example", "A-labels"),
        (Kind::Dns, &long_label, "longer than 63"),
        (Kind::Dns, &long_name, "longer than 253"),
        (Kind::Ip, "web.example.org", "not an IP address"),
        (Kind::Ip, "10.0.0.0/8", "networks are not permitted"),
        (Kind::Ip, "fe80::1%eth0", "zones are not permitted"),
        (Kind::Ip, "[::1]", "without brackets"),
        (Kind::Ip, "010.0.0.1", "not an IP address"),
        (Kind::Uri, "example.org/web", "a scheme and a colon"),
        (Kind::Uri, "https:", "a scheme and a colon"),
        (Kind::Uri, "https://", "its host is malformed"),
        (Kind::Uri, "https:///path", "its host is malformed"),
        (Kind::Uri, "https://a b/", "character 10 is written as %"),
        (
            Kind::Uri,
            "https://example.org/ü",
            "character 21 is written as %",
        ),
        (
            Kind::Uri,
            "https://example.org/%2",
            "character 21 is written as %",
        ),
        (Kind::Uri, "https://[::g]/", "its host is not an address"),
        (Kind::Email, "example.org", "it needs an @"),
        (Kind::Email, "@example.org", "before the @ is malformed"),
        (Kind::Email, "a..b@example.org", "before the @ is malformed"),
        (Kind::Email, "a b@example.org", "before the @ is malformed"),
        (Kind::Email, "ü@example.org", "not ASCII"),
        (Kind::Email, "a@exämple.org", "A-labels"),
        (
            Kind::Email,
            "Web <a@example.org>",
            "is not an e-mail address",
        ),
    ];
    for (kind, name, because) in cases {
        let error = requester.named(kind, name).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{name}");
        assert!(
            error.to_string().contains(because),
            "{kind:?} {name}: {error}"
        );
    }
    let huge = "a".repeat(2_000_000);
    for kind in [Kind::Dns, Kind::Ip, Kind::Uri, Kind::Email] {
        let error = requester.named(kind, &huge).unwrap_err();
        assert!(error.to_string().len() < 300, "{kind:?}");
    }
}
