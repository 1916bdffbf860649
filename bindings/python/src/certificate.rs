//! Certificates as the dictionaries of Python's `ssl` module.

use std::net::{Ipv4Addr, Ipv6Addr};

use der::asn1::{Any, ObjectIdentifier};
use der::{DateTime, Decode as _, Tagged as _};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::name::Name;

use crate::convert::Data;
use crate::error::guard;

/// Names of attributes in OpenSSL; others are written as object identifiers.
const ATTRIBUTES: [(&str, &str); 12] = [
    ("2.5.4.3", "commonName"),
    ("2.5.4.4", "surname"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.6", "countryName"),
    ("2.5.4.7", "localityName"),
    ("2.5.4.8", "stateOrProvinceName"),
    ("2.5.4.9", "streetAddress"),
    ("2.5.4.10", "organizationName"),
    ("2.5.4.11", "organizationalUnitName"),
    ("2.5.4.42", "givenName"),
    ("0.9.2342.19200300.100.1.25", "domainComponent"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Returns the dictionary that `SSLSocket.getpeercert()` returns for a certificate in DER.
#[pyfunction]
pub(crate) fn decode_certificate<'py>(
    py: Python<'py>,
    der: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    guard(|| {
        let data = Data::of("der", der)?;
        let certificate = Certificate::from_der(&data)
            .map_err(|error| PyValueError::new_err(format!("not a certificate: {error}")))?;
        let parts = certificate.tbs_certificate();
        let result = PyDict::new(py);
        result.set_item("subject", name(py, parts.subject())?)?;
        result.set_item("issuer", name(py, parts.issuer())?)?;
        result.set_item("version", parts.version() as u8 + 1)?;
        result.set_item("serialNumber", hex(parts.serial_number().as_bytes()))?;
        let validity = parts.validity();
        result.set_item("notBefore", date(validity.not_before.to_date_time()))?;
        result.set_item("notAfter", date(validity.not_after.to_date_time()))?;
        if let Ok(Some((_, SubjectAltName(names)))) = parts.get_extension() {
            let names: PyResult<Vec<_>> = names
                .iter()
                .filter_map(|one| general_name(py, one).transpose())
                .collect();
            result.set_item("subjectAltName", PyTuple::new(py, names?)?)?;
        }
        Ok(result)
    })
}

/// A tuple of relative names, each a tuple of pairs.
fn name<'py>(py: Python<'py>, name: &Name) -> PyResult<Bound<'py, PyTuple>> {
    let relative: PyResult<Vec<_>> = name
        .iter_rdn()
        .map(|relative| {
            let pairs = relative.iter();
            let pairs = pairs.map(|pair| (attribute(pair.oid), text(&pair.value)));
            PyTuple::new(py, pairs.collect::<Vec<_>>())
        })
        .collect();
    PyTuple::new(py, relative?)
}

fn attribute(oid: ObjectIdentifier) -> String {
    let oid = oid.to_string();
    let known = ATTRIBUTES.iter().find(|(known, _)| *known == oid);
    known.map_or(oid.clone(), |(_, name)| (*name).to_owned())
}

fn text(value: &Any) -> String {
    let bytes = value.value();
    match value.tag() {
        // UTF-16 in older certificates.
        der::Tag::BmpString => {
            let units = bytes.chunks_exact(2);
            let units: Vec<u16> = units
                .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
                .collect();
            String::from_utf16_lossy(&units)
        }
        _ => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// The kind and the value of a name, if the dictionary has names of this kind.
fn general_name<'py>(py: Python<'py>, one: &GeneralName) -> PyResult<Option<Bound<'py, PyTuple>>> {
    let (kind, value) = match one {
        GeneralName::DnsName(name) => ("DNS", name.to_string()),
        GeneralName::Rfc822Name(name) => ("email", name.to_string()),
        GeneralName::UniformResourceIdentifier(name) => ("URI", name.to_string()),
        GeneralName::IpAddress(address) => ("IP Address", ip_address(address.as_bytes())),
        GeneralName::RegisteredId(oid) => ("Registered ID", oid.to_string()),
        GeneralName::DirectoryName(directory) => {
            return Ok(Some(("DirName", name(py, directory)?).into_pyobject(py)?));
        }
        GeneralName::OtherName(_) | GeneralName::EdiPartyName(_) => return Ok(None),
    };
    Ok(Some((kind, value).into_pyobject(py)?))
}

/// As OpenSSL writes it: IPv6 without abbreviation.
fn ip_address(bytes: &[u8]) -> String {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Ipv4Addr::from(four).to_string();
    }
    if let Ok(sixteen) = <[u8; 16]>::try_from(bytes) {
        let segments = Ipv6Addr::from(sixteen).segments();
        return segments.map(|segment| format!("{segment:X}")).join(":");
    }
    "<invalid>".to_owned()
}

fn hex(bytes: &[u8]) -> String {
    // A number whose first bit is set has a zero byte before it in DER.
    let bytes = match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest,
        all => all,
    };
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Such as `Jan  5 09:34:43 2018 GMT`.
fn date(date: DateTime) -> String {
    let month = MONTHS.get(usize::from(date.month()).saturating_sub(1));
    format!(
        "{} {:2} {:02}:{:02}:{:02} {} GMT",
        month.unwrap_or(&"???"),
        date.day(),
        date.hour(),
        date.minutes(),
        date.seconds(),
        date.year()
    )
}
