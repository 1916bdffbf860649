use parsec_client::blocking::Client;
use parsec_client::{Result, ecdsa_p256};

fn main() -> Result<()> {
    let parsec = Client::connect()?;
    let old = parsec.get_or_generate("tokens-2026", ecdsa_p256())?;
    let signature = old.sign(b"token")?;

    let new = parsec.get_or_generate("tokens-2027", ecdsa_p256())?; // from now on this one signs
    new.verify(b"token", &new.sign(b"token")?)?;
    old.verify(b"token", &signature)?; // what the old one has signed can still be checked

    old.delete() // once nothing of it is in use any more
}
