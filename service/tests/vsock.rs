#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test's own helpers may panic")]
//! Clients on another machine of the same host, where the kernel lets one be played on this one.

mod support;

use std::time::Duration;

use parsec_contracts::frame::ResponseHeader;
use parsec_contracts::operations::ListKeys;
use parsec_contracts::{AuthType, Status};
use support::{CONFIG, Scratch, ping, request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_vsock::{VMADDR_CID_LOCAL, VsockAddr, VsockStream};

const PATIENCE: Duration = Duration::from_secs(5);

fn serving(port: u32) -> Scratch {
    let to = format!("timeout = 2000\nvsock_port = {port}");
    Scratch::serving("timeout = 2000", &to)
}

async fn status(stream: &mut VsockStream, request: &[u8]) -> Status {
    stream.write_all(request).await.unwrap();
    let mut header = [0; 36];
    stream.read_exact(&mut header).await.unwrap();
    let header = ResponseHeader::decode(&header).unwrap();
    let mut body = vec![0; header.body_length as usize];
    stream.read_exact(&mut body).await.unwrap();
    Status::from_number(header.status).unwrap()
}

#[tokio::test]
async fn a_client_on_another_machine_is_served_and_no_user_of_this_one() {
    if !std::path::Path::new("/dev/vsock").exists() {
        eprintln!("skipped: this kernel has no vsock");
        return;
    }
    let port = 6_000_000 + std::process::id();
    let scratch = serving(port);
    let connecting = VsockStream::connect(VsockAddr::new(VMADDR_CID_LOCAL, port));
    let mut stream = match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(Ok(stream)) => stream,
        failed => {
            let why = failed.map(|result| result.err());
            eprintln!("skipped: this kernel has no vsock loopback (vsock_loopback): {why:?}");
            // That the port is taken is seen all the same.
            assert!(tokio_vsock::VsockListener::bind(VsockAddr::new(u32::MAX, port)).is_err());
            return;
        }
    };
    assert_eq!(status(&mut stream, &ping()).await, Status::Success);
    let keys = request("web", ListKeys {});
    assert_eq!(status(&mut stream, &keys).await, Status::Success);
    // Whatever user it says it is, no kernel confirms it.
    let mut as_root = request("root", ListKeys {});
    as_root[21] = AuthType::UnixPeerCredentials.number();
    let refused = status(&mut stream, &as_root).await;
    assert_eq!(refused, Status::AuthenticatorNotRegistered);
    assert!(scratch.wire().answers());
}

#[test]
fn a_port_that_is_taken_is_told_and_the_service_does_not_start() {
    if !std::path::Path::new("/dev/vsock").exists() {
        eprintln!("skipped: this kernel has no vsock");
        return;
    }
    let port = 7_000_000 + std::process::id();
    let first = serving(port);
    let second = Scratch::default();
    let to = format!("timeout = 2000\nvsock_port = {port}");
    second.write("config.toml", &CONFIG.replace("timeout = 2000", &to));
    let refused = second.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("set another vsock_port"), "{said}");
    assert!(first.wire().answers());
}
