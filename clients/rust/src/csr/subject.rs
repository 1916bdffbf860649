//! The subject of a request, as text (RFC 4514), with the string types of RFC 5280.

use der::asn1::{Any, Ia5StringRef, ObjectIdentifier, PrintableStringRef, SetOfVec, Utf8StringRef};
use der::{Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use crate::error::{Error, Result};

/// An attribute that has a keyword.
struct Attribute {
    keywords: &'static [&'static str],
    oid: ObjectIdentifier,
    form: Form,
    /// The longest value in characters (RFC 5280, appendix A.1).
    longest: usize,
}

/// The string type of a value (RFC 5280, section 4.1.2.4).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `PrintableString` if its alphabet suffices, or else `UTF8String`.
    Directory,
    /// `PrintableString`.
    Printable,
    /// Two letters in a `PrintableString`.
    Country,
    /// `IA5String`.
    Ascii,
}

const ATTRIBUTES: &[Attribute] = &[
    attribute(&["CN"], "2.5.4.3", Form::Directory, 64),
    attribute(&["SN", "SURNAME"], "2.5.4.4", Form::Directory, 32768),
    attribute(&["SERIALNUMBER"], "2.5.4.5", Form::Printable, 64),
    attribute(&["C"], "2.5.4.6", Form::Country, 2),
    attribute(&["L"], "2.5.4.7", Form::Directory, 128),
    attribute(&["ST", "S"], "2.5.4.8", Form::Directory, 128),
    attribute(&["STREET"], "2.5.4.9", Form::Directory, 128),
    attribute(&["O"], "2.5.4.10", Form::Directory, 64),
    attribute(&["OU"], "2.5.4.11", Form::Directory, 64),
    attribute(&["TITLE", "T"], "2.5.4.12", Form::Directory, 64),
    attribute(&["BUSINESSCATEGORY"], "2.5.4.15", Form::Directory, 128),
    attribute(&["POSTALCODE"], "2.5.4.17", Form::Directory, 40),
    attribute(&["GN", "GIVENNAME"], "2.5.4.42", Form::Directory, 32768),
    attribute(&["INITIALS"], "2.5.4.43", Form::Directory, 32768),
    attribute(&["GENERATIONQUALIFIER"], "2.5.4.44", Form::Directory, 32768),
    attribute(&["DNQUALIFIER"], "2.5.4.46", Form::Printable, 64),
    attribute(&["PSEUDONYM"], "2.5.4.65", Form::Directory, 128),
    attribute(
        &["ORGANIZATIONIDENTIFIER"],
        "2.5.4.97",
        Form::Directory,
        256,
    ),
    attribute(&["UID"], "0.9.2342.19200300.100.1.1", Form::Directory, 256),
    attribute(&["DC"], "0.9.2342.19200300.100.1.25", Form::Ascii, 63),
    attribute(
        &["EMAILADDRESS", "EMAIL", "E"],
        "1.2.840.113549.1.9.1",
        Form::Ascii,
        255,
    ),
];

const fn attribute(
    keywords: &'static [&'static str],
    oid: &str,
    form: Form,
    longest: usize,
) -> Attribute {
    Attribute {
        keywords,
        oid: ObjectIdentifier::new_unwrap(oid),
        form,
        longest,
    }
}

/// Parses a subject; an empty text is an empty name. Spaces around separators have no meaning
/// (RFC 2253, section 4), which OpenSSL writes.
///
/// # Errors
///
/// An error with the position of what is malformed.
pub(super) fn parse(text: &str) -> Result<Name> {
    let mut parser = Parser {
        rest: text,
        position: 1,
    };
    let mut names = Vec::new();
    parser.skip_spaces();
    if !parser.rest.is_empty() {
        loop {
            names.push(parser.relative_name()?);
            match parser.next() {
                None => break,
                Some(_) => parser.skip_spaces(),
            }
        }
    }
    // The text begins with the last name of the sequence (RFC 4514, section 2.1).
    names.reverse();
    let encoded = RdnSequence::from(names).to_der().map_err(super::internal)?;
    Name::from_der(&encoded).map_err(super::internal)
}

struct Parser<'a> {
    rest: &'a str,
    /// The number of the next character, from 1.
    position: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let next = characters.next()?;
        self.rest = characters.as_str();
        self.position += 1;
        Some(next)
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(' ') {
            self.next();
        }
    }

    /// Parses up to a comma or the end: attributes with a plus sign between them.
    fn relative_name(&mut self) -> Result<RelativeDistinguishedName> {
        let mut attributes = SetOfVec::<AttributeTypeAndValue>::new();
        loop {
            self.skip_spaces();
            let start = self.position;
            let attribute = self.attribute()?;
            if attributes.iter().any(|one| one.oid == attribute.oid) {
                return Err(malformed(start, "the attribute is repeated"));
            }
            attributes.insert(attribute).map_err(super::internal)?;
            if self.peek() != Some('+') {
                break;
            }
            self.next();
        }
        Ok(RelativeDistinguishedName::from(attributes))
    }

    fn attribute(&mut self) -> Result<AttributeTypeAndValue> {
        let start = self.position;
        let (oid, known) = self.attribute_type()?;
        self.skip_spaces();
        let at = self.position;
        if self.peek() == Some('#') {
            let value = self.hex_value()?;
            let value = match known {
                Some(known) => known.value(&text_of(&value, at)?, at)?,
                None => value,
            };
            return Ok(AttributeTypeAndValue { oid, value });
        }
        let text = self.text_value()?;
        let known = known.ok_or_else(|| {
            malformed(
                start,
                "the value of an object identifier that is not known is written as # and hex DER",
            )
        })?;
        let value = known.value(&text, at)?;
        Ok(AttributeTypeAndValue { oid, value })
    }

    fn attribute_type(&mut self) -> Result<(ObjectIdentifier, Option<&'static Attribute>)> {
        let start = self.position;
        if self.peek() == Some('/') {
            return Err(malformed(
                start,
                "a subject with slashes is OpenSSL's own form; write commas",
            ));
        }
        let mut keyword = String::new();
        loop {
            match self.next() {
                Some('=') => break,
                Some(other) if other.is_ascii_alphanumeric() || " .-".contains(other) => {
                    keyword.push(other);
                }
                _ => {
                    return Err(malformed(
                        start,
                        "an attribute and = are expected, such as CN=",
                    ));
                }
            }
        }
        let keyword = keyword.trim();
        let upper = keyword.to_ascii_uppercase();
        if let Some(known) = ATTRIBUTES
            .iter()
            .find(|known| known.keywords.contains(&upper.as_str()))
        {
            return Ok((known.oid, Some(known)));
        }
        let oid = upper.strip_prefix("OID.").unwrap_or(&upper);
        let Ok(oid) = ObjectIdentifier::new(oid) else {
            let known: Vec<_> = ATTRIBUTES.iter().map(|known| known.keywords[0]).collect();
            return Err(malformed(
                start,
                &format!(
                    "the attribute is not known; there are {}, and object identifiers",
                    known.join(", ")
                ),
            ));
        };
        Ok((oid, ATTRIBUTES.iter().find(|known| known.oid == oid)))
    }

    /// Parses a value of characters and escapes.
    fn text_value(&mut self) -> Result<String> {
        let mut bytes = Vec::new();
        // Spaces at the end that are not escaped have no meaning.
        let mut length = 0;
        let start = self.position;
        while let Some(next) = self.peek().filter(|next| !matches!(next, ',' | '+')) {
            let at = self.position;
            self.next();
            match next {
                '\\' => {
                    bytes.push(self.escaped(at)?);
                    length = bytes.len();
                }
                ';' => {
                    return Err(malformed(
                        at,
                        "attributes are separated by commas; a semicolon in a value is written as \\;",
                    ));
                }
                '"' | '<' | '>' => {
                    return Err(malformed(
                        at,
                        &format!("in a value, {next} is written as \\{next}"),
                    ));
                }
                other => {
                    let mut buffer = [0; 4];
                    bytes.extend_from_slice(other.encode_utf8(&mut buffer).as_bytes());
                    if other != ' ' {
                        length = bytes.len();
                    }
                }
            }
        }
        bytes.truncate(length);
        String::from_utf8(bytes)
            .map_err(|_| malformed(start, "the escaped bytes of the value are not UTF-8"))
    }

    /// Parses an escaped character, or two hex digits of a byte.
    fn escaped(&mut self, at: usize) -> Result<u8> {
        let wrong = || {
            malformed(
                at,
                "\\ is followed by a special character or two hex digits; \\ itself is written as \\\\",
            )
        };
        let first = self.next().ok_or_else(wrong)?;
        if " \"#+,;<=>\\".contains(first) {
            return Ok(first as u8);
        }
        let second = self.next().ok_or_else(wrong)?;
        match (first.to_digit(16), second.to_digit(16)) {
            (Some(high), Some(low)) => Ok((16 * high + low) as u8),
            _ => Err(wrong()),
        }
    }

    /// Parses # and the hex digits of a value in DER.
    fn hex_value(&mut self) -> Result<Any> {
        let start = self.position;
        self.next();
        let mut digits = Vec::new();
        while let Some(next) = self.peek().filter(|next| !matches!(next, ',' | '+' | ' ')) {
            digits.extend(next.to_digit(16).map(|digit| digit as u8));
            self.next();
            if next.to_digit(16).is_none() {
                return Err(malformed(start, "# is followed by hex digits"));
            }
        }
        self.skip_spaces();
        if !matches!(self.peek(), None | Some(',' | '+')) {
            return Err(malformed(start, "# is followed by hex digits"));
        }
        let pairs = digits.chunks(2);
        let der: Vec<u8> = pairs
            .map(|pair| pair.iter().fold(0, |byte, digit| 16 * byte + digit))
            .collect();
        match digits.len().is_multiple_of(2) {
            true => Any::from_der(&der).map_err(|_| malformed(start, "the hex digits are not DER")),
            false => Err(malformed(start, "the number of hex digits is odd")),
        }
    }
}

/// Returns the text of a value in DER.
fn text_of(value: &Any, at: usize) -> Result<String> {
    let text = match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => {
            std::str::from_utf8(value.value()).ok()
        }
        _ => None,
    };
    let text = text.ok_or_else(|| malformed(at, "the hex digits are not a string in DER"))?;
    Ok(text.to_owned())
}

impl Attribute {
    /// Returns a value with the string type of the attribute.
    fn value(&self, text: &str, at: usize) -> Result<Any> {
        let name = self.keywords[0];
        let refused = |why: &str| Err(malformed(at, &format!("{name} {why}")));
        if text.is_empty() {
            return refused("is empty; omit the attribute");
        }
        if let Some(control) = text.chars().find(|character| character.is_control()) {
            return refused(&format!(
                "contains the control character {:#04x}",
                control as u32
            ));
        }
        let length = text.chars().count();
        if self.form == Form::Country
            && !(length == 2 && text.chars().all(|c| c.is_ascii_alphabetic()))
        {
            return refused("is the two letters of a country (ISO 3166), such as DE");
        }
        if length > self.longest {
            return refused(&format!(
                "has {length} characters, and at most {} are permitted (RFC 5280)",
                self.longest
            ));
        }
        let printable = PrintableStringRef::new(text).map(Any::from);
        match (self.form, printable) {
            (Form::Ascii, _) => match Ia5StringRef::new(text) {
                Ok(text) => Ok(Any::from(text)),
                Err(_) => refused("is ASCII; write international domains as A-labels (xn--…)"),
            },
            (_, Ok(text)) => Ok(text),
            (Form::Directory, Err(_)) => Utf8StringRef::new(text)
                .map(Any::from)
                .map_err(super::internal),
            (_, Err(_)) => refused("has only letters, digits, spaces and '()+,-./:=? (RFC 5280)"),
        }
    }
}

fn malformed(position: usize, what: &str) -> Error {
    Error::invalid(
        format!("the subject is malformed at character {position}: {what}"),
        "write it as in RFC 4514: CN=web,O=Example",
    )
}
