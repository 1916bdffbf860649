//! Keys of OpenSSH.

use parsec_client::{KeyMaterial, PrivateKey, PublicKey};
use tempfile::TempDir;

use super::{make, private, public, read, refused, ssh_keygen};

const KINDS: &[&[&str]] = &[
    &["-t", "ed25519"],
    &["-t", "ecdsa", "-b", "256"],
    &["-t", "ecdsa", "-b", "384"],
    &["-t", "ecdsa", "-b", "521"],
    &["-t", "rsa", "-b", "2048"],
];

#[test]
fn openssh_keys_are_read() {
    for kind in KINDS {
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        ssh_keygen(
            folder,
            &[*kind, &["-q", "-N", "", "-C", "me@host", "-f", "key"]].concat(),
        );
        let key = private(folder, "key");
        let lines = String::from_utf8(read(folder, "key.pub")).unwrap();
        let known = public(folder, "key.pub");
        let listed = format!("# of the host\n\n{lines}");
        assert_eq!(PublicKey::from_pem(&listed).unwrap(), known);
        let message = refused(PublicKey::from_pem(&format!("{lines}{lines}")));
        assert!(message.contains("a list of 2 public keys"), "{message}");
        // ssh-keygen converts all keys but Ed25519, and openssl reads what we write.
        std::fs::write(folder.join("pkcs8.pem"), key.to_pem().unwrap().as_bytes()).unwrap();
        make(folder, "pkey -in pkcs8.pem -pubout -out public.pem");
        assert_eq!(public(folder, "public.pem"), known, "{kind:?}");

        ssh_keygen(folder, &["-q", "-p", "-N", "secret", "-f", "key"]);
        let bytes = read(folder, "key");
        assert!(KeyMaterial::needs_passphrase(&bytes), "{kind:?}");
        assert_eq!(PrivateKey::parse(&bytes, Some("secret")).unwrap(), key);
        let message = refused(PrivateKey::parse(&bytes, Some("other")));
        assert!(message.contains("does not decrypt the key"), "{message}");
    }
    let key = PrivateKey::from_pem(include_str!("../../keys/openssh-p256.key")).unwrap();
    assert_eq!(key.description(), "P-256");
}

#[test]
fn keys_on_fido_tokens_are_refused_with_the_reason() {
    let line = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAICFo/k5LU8863u66YC9eUO2170QduohPURkQnbLa/dczAAAABHNzaDo= me";
    let message = refused(PublicKey::from_pem(line));
    assert!(message.contains("FIDO token"), "{message}");
}
