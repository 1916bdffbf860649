use parsec_client::blocking::Client;
use parsec_client::{ErrorKind, PublicKey, Signature, ecdsa_p256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let public = PublicKey::from_pem(&std::fs::read_to_string("friend.pem")?)?;
    let signature = Signature::from_der(&std::fs::read("friend.sig")?, &public)?;
    let friend = Client::connect()?.import_public("friend", ecdsa_p256(), &public)?;
    match friend.verify(std::fs::read("letter.txt")?, &signature) {
        Ok(()) => println!("the letter is from my friend"),
        Err(error) if error.kind() == ErrorKind::InvalidSignature => println!("it is not"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
