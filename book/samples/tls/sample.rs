use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use parsec_client::blocking::Client;
use parsec_client::tls::signing_key; // the feature `rustls`
use parsec_client::{ProviderId, ecdsa_p256};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let spec = ecdsa_p256().provider(ProviderId::Tpm);
    let key = Client::connect()?.get_or_generate("tls-client", spec)?;
    let chain = CertificateDer::pem_file_iter("client.pem")?.collect::<Result<_, _>>()?;
    let identity = SingleCertAndKey::from(CertifiedKey::new(chain, signing_key(key)?));

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file("ca.pem")?)?;
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(identity));

    let name = ServerName::try_from("localhost")?;
    let mut tls = ClientConnection::new(Arc::new(config), name)?;
    let mut socket = TcpStream::connect(("localhost", std::env::var("PORT")?.parse()?))?;
    let mut stream = Stream::new(&mut tls, &mut socket);
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    println!("{}", answer.lines().next().unwrap_or_default());
    Ok(())
}
