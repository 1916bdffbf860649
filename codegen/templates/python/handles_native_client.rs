use parsec_client::{AnyOperation, Authentication, Endpoint, Opcode};
use pyo3::exceptions::{PyTypeError, PyValueError};
use serde_path_to_error::{Deserializer, Track};

/// A client of the service.
#[pyclass(frozen, module = "parsec_client._native", name = "{{ native }}")]
pub(crate) struct Client(pub(crate) api::Client);

#[pymethods]
impl Client {
    /// Connects to the service.
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
                builder = builder.provider(convert::provider(number)?);
            }
            if let Some(timeout) = timeout {
                builder = builder.timeout(convert::seconds(timeout)?);
            }
            if let Some(bytes) = max_body_size {
                builder = builder.max_body_size(bytes);
            }
            if let Some((name, value)) = authentication {
                let authentication = Authentication::named(&name, Secret::from(value)).map_err(raise)?;
                builder = builder.authentication(authentication);
            }
            run(py, async move {
                let client = builder.connect(){% if !is_blocking %}.await{% endif %}?;
                Ok::<_, Failure>(Self(client))
            })
        })
    }

    /// The same client with other options.
    fn with_options(&self, provider_number: Option<u8>, timeout: Option<f64>) -> PyResult<Self> {
        guard(|| {
            let mut client = self.0.clone();
            if let Some(number) = provider_number {
                client = client.with_provider(convert::provider(number)?);
            }
            if let Some(timeout) = timeout {
                client = client.with_timeout(convert::seconds(timeout)?);
            }
            Ok(Self(client))
        })
    }

    /// The endpoint of the service.
    #[getter]
    fn endpoint(&self) -> PyResult<Option<String>> {
        guard(|| Ok(self.0.endpoint().map(ToString::to_string)))
    }

    /// Calls any operation by its name.
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
                PyValueError::new_err(format!("argument 'operation': there is no operation {}", parsec_client::quoted(operation)))
            })?;
            let provider = convert::provider(number)?;
            let mut fields = pythonize::Depythonizer::from_object(fields);
            let mut track = Track::new();
            let fields = Deserializer::new(&mut fields, &mut track);
            let input = AnyOperation::deserialize(opcode, fields).map_err(|error| {
                PyTypeError::new_err(format!("{operation}: {}: {error}", track.path()))
            })?;
            run(py, async move {
                let output = client.raw().call_any(provider, input){% if !is_blocking %}.await{% endif %}?;
                Ok::<_, Failure>(Plain(output))
            })
        })
    }
