/// A key of any kind.
#[pyclass(frozen, module = "parsec_client._native", name = "{{ native }}")]
pub(crate) struct Key(api::Key, api::AnyKey);

impl Key {
    pub(crate) fn new(key: api::Key) -> Self {
        let any = key.clone().into_any();
        Self(key, any)
    }

    pub(crate) fn key(&self) -> &api::Key {
        &self.0
    }

    /// The handle that fits the role of the key.
    pub(crate) fn any(&self) -> &api::AnyKey {
        &self.1
    }
}

#[pymethods]
impl Key {
    /// The role of the key.
    #[getter]
    fn role(&self) -> PyResult<&'static str> {
        guard(|| Ok(self.1.role()))
    }

    /// The name of the key.
    #[getter]
    fn name(&self) -> PyResult<&str> {
        guard(|| Ok(self.0.name()))
    }

    /// The number of its provider.
    #[getter]
    fn provider(&self) -> PyResult<u8> {
        guard(|| Ok(self.0.provider().number()))
    }

    /// The type, the size and the policy of the key.
    #[getter]
    fn attributes<'py>(&self, py: Python<'py>) -> Answer<'py> {
        guard(|| Plain(*self.0.attributes()).into_pyobject(py))
    }

    /// A description for people.
    #[getter]
    fn description(&self) -> PyResult<String> {
        guard(|| Ok(parsec_client::describe(self.0.attributes())))
    }

    /// The public key, if the key has one in a form that the client knows.
    #[getter]
    fn public_key(&self) -> PyResult<Option<crate::public_key::PublicKey>> {
        guard(|| Ok(self.0.public_key().cloned().map(crate::public_key::PublicKey)))
    }

    /// The same key with another timeout for each response, in seconds.
    fn with_timeout(&self, timeout: f64) -> PyResult<Self> {
        guard(|| Ok(Self::new(self.0.with_timeout(convert::seconds(timeout)?))))
    }
