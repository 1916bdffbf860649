use parsec_client::blocking::Client;
use parsec_client::ecdsa_p256;

// parsec-service --ephemeral -- cargo test
#[test]
fn signs() -> Result<(), Box<dyn std::error::Error>> {
    let parsec = Client::builder().application("signs").connect()?;
    let key = parsec.generate("web-tls", ecdsa_p256())?;
    let signature = key.sign(b"hello")?;
    key.verify(b"hello", &signature)?;
    Ok(())
}
