//! Keys of every kind. Compiled twice, see `client.rs` beside it.

use parsec_client::Signature;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::stream::Stream;
use super::{api, run};
use crate::convert::{Answer, Blob, Data, HashName, Plain, Spec, seconds};
use crate::error::{Failure, guard, raise};
use crate::public_key::PublicKey;

/// A key: its role says which of the methods it has.
#[pyclass(frozen, module = "parsec._native")]
pub(crate) struct Key {
    key: api::Key,
    role: api::AnyKey,
}

impl Key {
    pub(crate) fn new(key: api::Key) -> Self {
        let role = key.clone().into_any();
        Self { key, role }
    }

    fn wrong_role(&self, needed: &str) -> PyErr {
        PyTypeError::new_err(format!(
            "the key {:?} is a {} key, not a {needed} key",
            self.key.name(),
            self.role.role()
        ))
    }
}

/// The handle for what the key is for.
macro_rules! handle {
    ($self:ident, $variant:ident, $needed:literal) => {
        match &$self.role {
            api::AnyKey::$variant(handle) => handle.clone(),
            _ => return Err($self.wrong_role($needed)),
        }
    };
}

#[pymethods]
impl Key {
    /// What the key is for.
    #[getter]
    fn role(&self) -> PyResult<&'static str> {
        guard(|| Ok(self.role.role()))
    }

    #[getter]
    fn name(&self) -> PyResult<&str> {
        guard(|| Ok(self.key.name()))
    }

    #[getter]
    fn provider(&self) -> PyResult<u8> {
        guard(|| Ok(self.key.provider().number()))
    }

    /// Type, size and policy, as plain data.
    #[getter]
    fn attributes<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| Plain(*self.key.attributes()).into_pyobject(py))
    }

    /// What the key is, for a person.
    #[getter]
    fn description(&self) -> PyResult<String> {
        guard(|| Ok(parsec_client::describe(self.key.attributes())))
    }

    /// The public key, where there is one.
    #[getter]
    fn public_key(&self) -> PyResult<Option<PublicKey>> {
        guard(|| Ok(self.key.public_key().cloned().map(PublicKey)))
    }

    /// The same key, waiting at most so many seconds for each answer.
    fn with_timeout(&self, timeout: f64) -> PyResult<Self> {
        guard(|| Ok(Self::new(self.key.with_timeout(seconds(timeout)?))))
    }

    fn delete<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let key = self.key.clone();
            run(py, async move { Ok::<_, Failure>(wait!(key.delete())?) })
        })
    }

    fn copy<'py>(&self, py: Python<'py>, name: String) -> Answer<'py> {
        guard(|| {
            let key = self.key.clone();
            run(py, async move {
                Ok::<_, Failure>(Self::new(wait!(key.copy(&name))?))
            })
        })
    }

    fn rename<'py>(&self, py: Python<'py>, name: String) -> Answer<'py> {
        guard(|| {
            let key = self.key.clone();
            run(py, async move {
                Ok::<_, Failure>(Self::new(wait!(key.rename(&name))?))
            })
        })
    }

    fn export_private<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let key = self.key.clone();
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(key.export_private())?))
            })
        })
    }

    /// Signs a message. ECDSA signatures are DER.
    fn sign<'py>(
        &self,
        py: Python<'py>,
        message: &Bound<'_, PyAny>,
        hash: Option<HashName>,
    ) -> Answer<'py> {
        guard(|| {
            let message = Data::of("message", message)?;
            let key = handle!(self, Signing, "signing");
            run(py, async move {
                let signature = match hash {
                    Some(hash) => wait!(key.sign_with(hash.0, &message)),
                    None => wait!(key.sign(&message)),
                }?;
                Ok::<_, Failure>(Blob::from(signature.to_der()))
            })
        })
    }

    /// Signs a hash.
    fn sign_hash<'py>(&self, py: Python<'py>, digest: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let digest = Data::of("digest", digest)?;
            let key = handle!(self, Signing, "signing");
            run(py, async move {
                let signature = wait!(key.sign_hash(&digest))?;
                Ok::<_, Failure>(Blob::from(signature.to_der()))
            })
        })
    }

    /// Verifies a signature of a message.
    fn verify<'py>(
        &self,
        py: Python<'py>,
        signature: &Bound<'_, PyAny>,
        message: &Bound<'_, PyAny>,
        hash: Option<HashName>,
    ) -> Answer<'py> {
        guard(|| {
            let signature = Data::of("signature", signature)?;
            let message = Data::of("message", message)?;
            let key = self.verifying()?;
            run(py, async move {
                let signature = Signature::from_der(&signature, key.public_key())?;
                match hash {
                    Some(hash) => wait!(key.verify_with(hash.0, &message, &signature)),
                    None => wait!(key.verify(&message, &signature)),
                }?;
                Ok::<_, Failure>(())
            })
        })
    }

    /// Verifies a signature of a hash.
    fn verify_hash<'py>(
        &self,
        py: Python<'py>,
        signature: &Bound<'_, PyAny>,
        digest: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let signature = Data::of("signature", signature)?;
            let digest = Data::of("digest", digest)?;
            let key = self.verifying()?;
            run(py, async move {
                let signature = Signature::from_der(&signature, key.public_key())?;
                wait!(key.verify_hash(&digest, &signature))?;
                Ok::<_, Failure>(())
            })
        })
    }

    /// A certificate signing request, in DER.
    fn to_csr<'py>(&self, py: Python<'py>, subject: String, dns_names: Vec<String>) -> Answer<'py> {
        guard(|| {
            let key = handle!(self, Signing, "signing");
            run(py, async move {
                let names: Vec<_> = dns_names.iter().map(String::as_str).collect();
                let csr = wait!(key.to_csr(&subject, &names))?;
                Ok::<_, Failure>(Blob::from(csr.to_der()))
            })
        })
    }

    /// Encrypts: to the key's own holder, or bound to a context.
    fn encrypt<'py>(
        &self,
        py: Python<'py>,
        plaintext: &Bound<'_, PyAny>,
        context: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let plaintext = Data::of("plaintext", plaintext)?;
            let context = Data::of("context", context)?;
            if let api::AnyKey::Decryption(key) = &self.role {
                let key = key.clone();
                return run(py, async move {
                    let sealed = wait!(key.encrypt_with_label(&context, &plaintext))?;
                    Ok::<_, Failure>(Blob::from(sealed))
                });
            }
            let key = handle!(self, Symmetric, "symmetric");
            run(py, async move {
                let sealed = wait!(key.encrypt_with_context(&context, &plaintext))?;
                Ok::<_, Failure>(Blob::from(sealed))
            })
        })
    }

    /// Decrypts what `encrypt` gave.
    fn decrypt<'py>(
        &self,
        py: Python<'py>,
        ciphertext: &Bound<'_, PyAny>,
        context: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let ciphertext = Data::of("ciphertext", ciphertext)?;
            let context = Data::of("context", context)?;
            if let api::AnyKey::Decryption(key) = &self.role {
                let key = key.clone();
                return run(py, async move {
                    let opened = wait!(key.decrypt_with_label(&context, &ciphertext))?;
                    Ok::<_, Failure>(Blob::from(opened))
                });
            }
            let key = handle!(self, Symmetric, "symmetric");
            run(py, async move {
                let opened = wait!(key.decrypt_with_context(&context, &ciphertext))?;
                Ok::<_, Failure>(Blob::from(opened))
            })
        })
    }

    /// Encrypts in pieces.
    fn encrypt_stream<'py>(
        &self,
        py: Python<'py>,
        context: &Bound<'_, PyAny>,
        length: Option<u64>,
    ) -> Answer<'py> {
        guard(|| {
            let context = Data::of("context", context)?;
            let key = handle!(self, Symmetric, "symmetric");
            run(py, async move {
                let stream = wait!(key.encrypt_stream(&context, length))?;
                Ok::<_, Failure>(Stream::new(stream))
            })
        })
    }

    /// Decrypts in pieces.
    fn decrypt_stream<'py>(
        &self,
        py: Python<'py>,
        context: &Bound<'_, PyAny>,
        length: Option<u64>,
    ) -> Answer<'py> {
        guard(|| {
            let context = Data::of("context", context)?;
            let key = handle!(self, Symmetric, "symmetric");
            run(py, async move {
                let stream = wait!(key.decrypt_stream(&context, length))?;
                Ok::<_, Failure>(Stream::new(stream))
            })
        })
    }

    /// An authentication code.
    fn compute_mac<'py>(&self, py: Python<'py>, data: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let data = Data::of("data", data)?;
            let key = handle!(self, Mac, "MAC");
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(key.compute(&data))?))
            })
        })
    }

    /// Checks an authentication code.
    fn verify_mac<'py>(
        &self,
        py: Python<'py>,
        code: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let code = Data::of("code", code)?;
            let data = Data::of("data", data)?;
            let key = handle!(self, Mac, "MAC");
            run(py, async move {
                Ok::<_, Failure>(wait!(key.verify(&data, &code))?)
            })
        })
    }

    /// An authentication code of pieces.
    fn mac_stream<'py>(&self, py: Python<'py>, code: Option<&Bound<'_, PyAny>>) -> Answer<'py> {
        guard(|| {
            let code = Data::of_some("code", code)?;
            let key = handle!(self, Mac, "MAC");
            run(py, async move {
                let stream = match code {
                    Some(code) => wait!(key.verify_stream(&code)),
                    None => wait!(key.compute_stream()),
                }?;
                Ok::<_, Failure>(Stream::new(stream))
            })
        })
    }

    /// Bytes derived from a secret.
    fn derive_bytes<'py>(
        &self,
        py: Python<'py>,
        info: &Bound<'_, PyAny>,
        length: u32,
    ) -> Answer<'py> {
        guard(|| {
            let info = Data::of("info", info)?;
            let key = handle!(self, Derivation, "derivation");
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(key.derive_bytes(&info, length))?))
            })
        })
    }

    /// A key derived from a secret.
    fn derive_key<'py>(
        &self,
        py: Python<'py>,
        info: &Bound<'_, PyAny>,
        name: String,
        spec: Spec<'py>,
    ) -> Answer<'py> {
        guard(|| {
            let info = Data::of("info", info)?;
            let key = handle!(self, Derivation, "derivation");
            let spec = spec.resolve()?;
            run(py, async move {
                Ok::<_, Failure>(Self::new(wait!(key.derive_key(&info, &name, spec))?))
            })
        })
    }

    /// The secret that is shared with the holder of another.
    fn agree<'py>(&self, py: Python<'py>, peer: &Bound<'_, PyAny>) -> Answer<'py> {
        guard(|| {
            let peer = Data::of("peer", peer)?;
            let key = handle!(self, Agreement, "agreement");
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(key.agree(&peer))?))
            })
        })
    }

    /// A key made of the secret that is shared with the holder of another.
    fn agree_key<'py>(
        &self,
        py: Python<'py>,
        peer: &Bound<'_, PyAny>,
        info: &Bound<'_, PyAny>,
        name: String,
        spec: Spec<'py>,
    ) -> Answer<'py> {
        guard(|| {
            let peer = Data::of("peer", peer)?;
            let info = Data::of("info", info)?;
            let key = handle!(self, Agreement, "agreement");
            let spec = spec.resolve()?;
            run(py, async move {
                let agreed = wait!(key.agree_key(&peer, &info, &name, spec))?;
                Ok::<_, Failure>(Self::new(agreed))
            })
        })
    }

    /// Another key, encrypted.
    fn wrap<'py>(&self, py: Python<'py>, name: String) -> Answer<'py> {
        guard(|| {
            let key = handle!(self, Wrapping, "wrapping");
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(key.wrap(&name))?))
            })
        })
    }

    /// Brings in a key that `wrap` encrypted.
    fn unwrap<'py>(
        &self,
        py: Python<'py>,
        wrapped: &Bound<'_, PyAny>,
        name: String,
        spec: Spec<'py>,
    ) -> Answer<'py> {
        guard(|| {
            let wrapped = Data::of("wrapped", wrapped)?;
            let key = handle!(self, Wrapping, "wrapping");
            let spec = spec.resolve()?;
            run(py, async move {
                let inside = wait!(key.unwrap_key(&wrapped, &name, spec))?;
                Ok::<_, Failure>(Self::new(inside))
            })
        })
    }
}

impl Key {
    fn verifying(&self) -> PyResult<api::VerifyingKey> {
        match &self.role {
            api::AnyKey::Verifying(key) => Ok(key.clone()),
            _ => self.key.clone().into_verifying_key().map_err(raise),
        }
    }

    #[allow(dead_code, reason = "one of the two flavours needs it")]
    pub(crate) fn key(&self) -> &api::Key {
        &self.key
    }
}
