//! The client. This file is compiled twice: in `blocking` over the blocking client, where `wait!`
//! is nothing, and in `asynchronous` over the async one, where it awaits.

use parsec_client::{AnyOperation, Authentication, Endpoint, Opcode, PrivateKey, Secret, types};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use serde_path_to_error::{Deserializer, Track};

use super::keys::Key;
use super::stream::Stream;
use super::{api, run};
use crate::convert::{Answer, Blob, Data, HashName, Plain, Spec, provider, seconds};
use crate::error::{Failure, guard, raise};
use crate::public_key::PublicKey;

/// A client of the service.
#[pyclass(frozen, module = "parsec._native")]
pub(crate) struct Client(api::Client);

#[pymethods]
impl Client {
    /// Finds the service.
    #[staticmethod]
    #[pyo3(signature = (endpoint, application, provider_number, timeout, max_body_size, authentication))]
    fn connect<'py>(
        py: Python<'py>,
        endpoint: Option<&str>,
        application: Option<String>,
        provider_number: Option<u8>,
        timeout: Option<f64>,
        max_body_size: Option<usize>,
        authentication: Option<(String, Vec<u8>)>,
    ) -> Answer<'py> {
        guard(|| {
            let mut builder = api::Client::builder();
            if let Some(url) = endpoint {
                builder = builder.endpoint(Endpoint::parse(url).map_err(raise)?);
            }
            if let Some(name) = application {
                builder = builder.application(name);
            }
            if let Some(number) = provider_number {
                builder = builder.provider(provider(number)?);
            }
            if let Some(timeout) = timeout {
                builder = builder.timeout(seconds(timeout)?);
            }
            if let Some(bytes) = max_body_size {
                builder = builder.max_body_size(bytes);
            }
            if let Some((name, value)) = authentication {
                let who = Authentication::named(&name, Secret::from(value)).map_err(raise)?;
                builder = builder.authentication(who);
            }
            run(py, async move {
                Ok::<_, Failure>(Self(wait!(builder.connect())?))
            })
        })
    }

    /// The same client, with something said otherwise.
    fn with_options(&self, provider_number: Option<u8>, timeout: Option<f64>) -> PyResult<Self> {
        guard(|| {
            let mut client = self.0.clone();
            if let Some(number) = provider_number {
                client = client.with_provider(provider(number)?);
            }
            if let Some(timeout) = timeout {
                client = client.with_timeout(seconds(timeout)?);
            }
            Ok(Self(client))
        })
    }

    /// Where the service was found.
    #[getter]
    fn endpoint(&self) -> PyResult<Option<String>> {
        guard(|| Ok(self.0.endpoint().map(ToString::to_string)))
    }

    /// Asks whether the service is there.
    fn ping<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move { Ok::<_, Failure>(wait!(client.ping())?) })
        })
    }

    /// The providers of the service.
    fn providers<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Plain(wait!(client.providers())?))
            })
        })
    }

    /// The authenticators of the service.
    fn authenticators<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Plain(wait!(client.authenticators())?))
            })
        })
    }

    /// The names of the operations that a provider serves.
    fn operations<'py>(&self, py: Python<'py>, number: u8) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let provider = provider(number)?;
            run(py, async move {
                let opcodes = wait!(client.opcodes(provider))?;
                let names: Vec<_> = opcodes.iter().map(|opcode| opcode.name()).collect();
                Ok::<_, Failure>(names)
            })
        })
    }

    /// The keys of this application.
    fn keys<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(
                py,
                async move { Ok::<_, Failure>(Plain(wait!(client.keys())?)) },
            )
        })
    }

    /// Makes a key.
    fn generate<'py>(&self, py: Python<'py>, name: String, spec: Spec<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let spec = spec.resolve()?;
            run(py, async move {
                Ok::<_, Failure>(Key::new(wait!(client.generate(&name, spec))?))
            })
        })
    }

    /// Opens a key, or makes it where it is missing.
    fn get_or_generate<'py>(&self, py: Python<'py>, name: String, spec: Spec<'py>) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let spec = spec.resolve()?;
            run(py, async move {
                Ok::<_, Failure>(Key::new(wait!(client.get_or_generate(&name, spec))?))
            })
        })
    }

    /// Makes a key that vanishes by itself at a time, in seconds since 1970.
    fn generate_volatile<'py>(
        &self,
        py: Python<'py>,
        name: String,
        spec: Spec<'py>,
        expires_at: u64,
    ) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let spec = spec.resolve()?;
            let lifetime = types::KeyLifetime::ExpiresAt { time: expires_at };
            run(py, async move {
                let key = wait!(client.generate_volatile(&name, spec, lifetime))?;
                Ok::<_, Failure>(Key::new(key))
            })
        })
    }

    /// Brings in a key pair, as PEM or DER has it.
    fn import_key_pair<'py>(
        &self,
        py: Python<'py>,
        name: String,
        spec: Spec<'py>,
        material: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let material = Data::of("material", material)?;
            let client = self.0.clone();
            let spec = spec.resolve()?;
            let pair = if material.starts_with(b"-----") {
                let text = std::str::from_utf8(&material)
                    .map_err(|_| PyValueError::new_err("material: the PEM is not text"))?;
                PrivateKey::from_pem(text)
            } else {
                PrivateKey::from_der(&material)
            }
            .map_err(raise)?;
            run(py, async move {
                Ok::<_, Failure>(Key::new(wait!(client.import(&name, spec, &pair))?))
            })
        })
    }

    /// Brings in the bytes of a secret key.
    fn import_bytes<'py>(
        &self,
        py: Python<'py>,
        name: String,
        spec: Spec<'py>,
        material: &Bound<'_, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let material = Data::of("material", material)?;
            let client = self.0.clone();
            let spec = spec.resolve()?;
            let secret = Secret::new(material.to_vec());
            run(py, async move {
                let key = wait!(client.import_bytes(&name, spec, &secret))?;
                Ok::<_, Failure>(Key::new(key))
            })
        })
    }

    /// Brings in somebody's public key.
    fn import_public<'py>(
        &self,
        py: Python<'py>,
        name: String,
        spec: Spec<'py>,
        material: PublicKey,
    ) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let spec = spec.resolve()?;
            run(py, async move {
                let key = wait!(client.import_public(&name, spec, &material.0))?;
                Ok::<_, Failure>(Key::new(key.key()))
            })
        })
    }

    /// Opens a key of any kind by its name.
    fn open<'py>(&self, py: Python<'py>, name: String) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Key::new(wait!(client.open(&name))?))
            })
        })
    }

    /// Random bytes.
    fn random<'py>(&self, py: Python<'py>, count: usize) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(client.random(count))?))
            })
        })
    }

    /// A hash, made by the service.
    fn hash<'py>(&self, py: Python<'py>, data: &Bound<'_, PyAny>, hash: HashName) -> Answer<'py> {
        guard(|| {
            let data = Data::of("data", data)?;
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Blob::from(wait!(client.hash(hash.0, &data))?))
            })
        })
    }

    /// A hash of pieces.
    fn hash_stream<'py>(&self, py: Python<'py>, hash: HashName) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            run(py, async move {
                Ok::<_, Failure>(Stream::new(wait!(client.hash_stream(hash.0))?))
            })
        })
    }

    /// Any operation by its name.
    fn call<'py>(
        &self,
        py: Python<'py>,
        operation: &str,
        number: u8,
        fields: &Bound<'py, PyAny>,
    ) -> Answer<'py> {
        guard(|| {
            let client = self.0.clone();
            let opcode = Opcode::from_name(operation).ok_or_else(|| {
                PyValueError::new_err(format!("operation: there is none called {operation:?}"))
            })?;
            let provider = provider(number)?;
            let mut fields = pythonize::Depythonizer::from_object(fields);
            let mut track = Track::new();
            let fields = Deserializer::new(&mut fields, &mut track);
            let input = AnyOperation::deserialize(opcode, fields).map_err(|error| {
                PyTypeError::new_err(format!("{operation}: {}: {error}", track.path()))
            })?;
            run(py, async move {
                let output = wait!(client.raw().call_any(provider, input))?;
                Ok::<_, Failure>(Plain(output))
            })
        })
    }
}
