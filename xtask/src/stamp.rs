//! Records the inputs of a step, so that the step runs again only when they change.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The inputs of a step, and the file with the inputs of its last success.
pub(crate) struct Stamp {
    file: PathBuf,
    wanted: String,
}

impl Stamp {
    /// Creates a stamp of the contents of files, and of all files below folders.
    pub(crate) fn of<P: AsRef<Path>>(
        file: PathBuf,
        inputs: impl IntoIterator<Item = P>,
    ) -> Result<Self> {
        let mut hasher = DefaultHasher::new();
        for input in inputs {
            hash(input.as_ref(), &mut hasher)?;
        }
        Ok(Self::of_text(file, &format!("{:016x}", hasher.finish())))
    }

    /// Creates a stamp of a text.
    pub(crate) fn of_text(file: PathBuf, wanted: &str) -> Self {
        let wanted = wanted.to_owned();
        Self { file, wanted }
    }

    /// Returns whether the step succeeded with the same inputs.
    pub(crate) fn is_current(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|done| done == self.wanted)
    }

    /// Records that the step succeeded.
    pub(crate) fn write(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.wanted)
            .with_context(|| format!("writing {}", self.file.display()))
    }
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("reading {}", path.display()))?;
        let mut paths = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        paths.sort();
        paths.iter().try_for_each(|path| hash(path, hasher))
    } else {
        let bytes = fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        bytes.hash(hasher);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    #[test]
    fn a_step_is_current_until_an_input_changes() {
        let folder = env::temp_dir().join(format!("parsec-stamp-{}", std::process::id()));
        let inputs = folder.join("inputs/below");
        fs::create_dir_all(&inputs).unwrap();
        fs::write(inputs.join("one"), "1").unwrap();
        let stamp = || Stamp::of(folder.join("stamp"), [folder.join("inputs")]).unwrap();
        assert!(!stamp().is_current());
        stamp().write().unwrap();
        assert!(stamp().is_current());
        fs::write(inputs.join("one"), "2").unwrap();
        assert!(!stamp().is_current());
        fs::remove_dir_all(folder).unwrap();
    }
}
