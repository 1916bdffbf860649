//! Clients on another machine over vsock, simulated with the kernel's loopback.

use std::time::Duration;

use parsec_contracts::frame::{FIXED_HEADER_LENGTH, ResponseHeader};
use parsec_contracts::operations::{ListKeys, Ping};
use parsec_contracts::{AuthType, Status};
use parsec_harness::{Auth, Service, request, request_of};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_vsock::{VMADDR_CID_ANY, VMADDR_CID_LOCAL, VsockAddr, VsockListener, VsockStream};

use crate::needs::{self, Missing, Outcome, trials};

trials!(
    a_vsock_client_is_served_but_not_as_a_user_of_this_host,
    a_port_in_use_is_reported_and_the_service_does_not_start,
);

/// The kernel may not respond at all to a connection that it cannot establish.
const PATIENCE: Duration = Duration::from_secs(5);

fn config(port: u32) -> String {
    let to = format!("timeout = 3000\nvsock_port = {port}");
    Service::direct_config().replace("timeout = 3000", &to)
}

async fn status(stream: &mut VsockStream, request: &[u8]) -> Status {
    stream.write_all(request).await.unwrap();
    let mut header = [0; FIXED_HEADER_LENGTH];
    stream.read_exact(&mut header).await.unwrap();
    let header = ResponseHeader::decode(&header).unwrap();
    let mut body = vec![0; header.body_length as usize];
    stream.read_exact(&mut body).await.unwrap();
    Status::from_number(header.status).unwrap()
}

fn a_vsock_client_is_served_but_not_as_a_user_of_this_host() -> Outcome {
    needs::path("/dev/vsock")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let port = 6_000_000 + std::process::id();
    let service = Service::builder().config(config(port)).start();
    runtime.block_on(async {
        let connecting = VsockStream::connect(VsockAddr::new(VMADDR_CID_LOCAL, port));
        let Ok(Ok(mut stream)) = tokio::time::timeout(PATIENCE, connecting).await else {
            // A port in use is detected all the same.
            let taken = VsockListener::bind(VsockAddr::new(VMADDR_CID_ANY, port));
            assert!(taken.is_err());
            return Err(Missing::new("this kernel has no vsock_loopback"));
        };
        let ping = request_of("", Ping {});
        assert_eq!(status(&mut stream, &ping).await, Status::Success);
        let keys = request_of("web", ListKeys {});
        assert_eq!(status(&mut stream, &keys).await, Status::Success);
        // The kernel confirms no user ID over vsock.
        let as_root = Auth::Raw(AuthType::UnixPeerCredentials.number(), b"root".to_vec());
        let refused = status(&mut stream, &request(0, &as_root, 0, ListKeys {})).await;
        assert_eq!(refused, Status::AuthenticatorNotRegistered);
        Ok(())
    })?;
    assert!(service.wire().answers());
    Ok(())
}

fn a_port_in_use_is_reported_and_the_service_does_not_start() -> Outcome {
    needs::path("/dev/vsock")?;
    let port = 7_000_000 + std::process::id();
    let mut first = Service::builder().config(config(port)).start();
    let mut second = Service::prepared(config(port));
    let refused = second.run(&["--config", "config.toml"]);
    assert_eq!(refused.status.code(), Some(1));
    let output = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(output.contains("set another vsock_port"), "{output}");
    assert!(first.wire().answers());
    // The port is free again when the first service has stopped.
    assert!(first.terminate().success());
    second.launch();
    Ok(())
}
