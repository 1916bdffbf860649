use parsec_client::blocking::Client;
use parsec_client::{Hash, Result, hmac};

fn main() -> Result<()> {
    let cookies = Client::connect()?.get_or_generate("cookies", hmac(Hash::Sha256))?;
    let code = cookies.compute(b"user=7")?;
    cookies.verify(b"user=7", &code)?; // an error if it is wrong
    Ok(())
}
