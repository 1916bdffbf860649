use parsec_client::blocking::Client;
use parsec_client::ecdsa_p256;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Client::connect()?.get_or_generate("web", ecdsa_p256())?;
    // The feature `csr`.
    let csr = key.to_csr("CN=web,O=Example", &["web.example.org"], &[], &[], &[])?;
    std::fs::write("web.csr", csr.to_pem())?;
    Ok(())
}
