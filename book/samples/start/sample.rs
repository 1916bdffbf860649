use parsec_client::blocking::Client;
use parsec_client::{Result, ecdsa_p256};

fn main() -> Result<()> {
    // Uses PARSEC_SERVICE_ENDPOINT, or the default addresses.
    let parsec = Client::connect()?;
    let key = parsec.get_or_generate("web-tls", ecdsa_p256())?;
    let signature = key.sign(b"hello")?;
    key.verify(b"hello", &signature)?; // an error if it does not match
    println!("{}", key.public_key().to_pem());
    Ok(())
}
