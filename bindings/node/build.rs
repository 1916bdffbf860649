//! Configures the linker for a native addon, and writes the addon's TypeScript declarations beside
//! it, in `node-types`.

use std::path::Path;
use std::{env, fs, io};

/// The variable with the folder for the declarations of napi's macros. Its command line also sets
/// it.
const DECLARATIONS: &str = "NAPI_TYPE_DEF_TMP_FOLDER";

fn main() -> io::Result<()> {
    napi_build::setup();
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os(DECLARATIONS).is_none() {
        // `debug` in `debug/build/parsec-node-0123456789abcdef/out`.
        let out = env::var("OUT_DIR").map_err(io::Error::other)?;
        let profile = Path::new(&out)
            .ancestors()
            .nth(3)
            .ok_or_else(|| io::Error::other("OUT_DIR is not below a profile's folder"))?;
        let folder = profile.join("node-types");
        fs::create_dir_all(&folder)?;
        println!("cargo::rustc-env={DECLARATIONS}={}", folder.display());
    }
    Ok(())
}
