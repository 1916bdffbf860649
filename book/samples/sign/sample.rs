use parsec_client::blocking::Client;
use parsec_client::{Result, ecdsa_p256};

fn main() -> Result<()> {
    let key = Client::connect()?.get_or_generate("invoices", ecdsa_p256())?;
    let signature = key.sign(b"invoice 7: 12 EUR")?;
    key.verify(b"invoice 7: 12 EUR", &signature)?;
    println!("{} bytes as DER", signature.to_der().len());
    println!("{} bytes as r and s", signature.to_raw().len());
    Ok(())
}
