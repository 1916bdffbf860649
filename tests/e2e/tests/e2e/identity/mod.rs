//! Who a caller is, and what others learn of it.

mod isolation;
mod jwt_svid;
mod peers;
mod workload_api;
