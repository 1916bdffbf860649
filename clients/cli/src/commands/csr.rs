//! `parsec csr`.

use parsec_client::blocking::Client;

use crate::args::CsrArguments;
use crate::failure::Failure;
use crate::output::{self, Readers};

/// Prints the request in PEM, which every authority accepts.
pub(super) fn run(client: &Client, csr: &CsrArguments) -> Result<(), Failure> {
    let key = client.open_signing_key(&csr.name)?;
    let names: Vec<&str> = csr.dns_names.iter().map(String::as_str).collect();
    let request = key.to_csr(&csr.subject, &names)?;
    output::binary(request.to_pem().as_bytes(), &csr.to, Readers::Everyone)
}
