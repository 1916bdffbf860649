//! The main job on real input.

use anyhow::Result;

use crate::setup;

pub(crate) fn run() -> Result<()> {
    setup::run()
}
