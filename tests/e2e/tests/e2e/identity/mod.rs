//! Authentication and isolation.

mod isolation;
mod jwt_svid;
mod peers;
mod workload_api;
