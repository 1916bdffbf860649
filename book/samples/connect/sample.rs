use parsec_client::{Client, Result};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // `blocking::Client` has the same names, without await.
    let parsec = Client::connect().await?;
    for provider in parsec.providers().await? {
        println!("{}", provider.description);
    }
    for key in parsec.keys().await? {
        println!("{}", key.name);
    }
    Ok(())
}
