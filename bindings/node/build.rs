//! Tells the linker what a native addon is.

fn main() {
    napi_build::setup();
}
