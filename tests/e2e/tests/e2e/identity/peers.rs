//! The kernel identifies the caller.

use parsec_contracts::Status;
use parsec_contracts::frame::flags;
use parsec_harness::{Auth, Service, keys};

#[test]
fn a_caller_cannot_claim_another_user_id() {
    let service = Service::start();
    let key = keys::generate("web-tls", keys::ecdsa_p256());
    let reply = service.wire().call(1, &Auth::me(), 0, key);
    assert_eq!(reply.expect("a reply").status(), Status::Success);
    let me = rustix::process::getuid().as_raw();
    for claimed in [me.wrapping_add(1), me ^ 0xffff] {
        let sign = keys::sign("web-tls", &[1; 32]);
        let auth = Auth::Peer(claimed);
        let reply = service.wire().call(1, &auth, flags::EXTENSIONS, sign);
        assert_eq!(
            reply.expect("a reply").status(),
            Status::AuthenticationError
        );
    }
}
