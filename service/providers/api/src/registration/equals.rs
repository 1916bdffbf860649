//! Comparison of values behind trait objects.

use std::any::Any;

/// Comparison of values whose types are not known. All types with `PartialEq` have it.
pub trait Equals: Any {
    /// Whether the other value has the same type and is equal.
    fn equals(&self, other: &dyn Any) -> bool;
}

impl<T: Any + PartialEq> Equals for T {
    fn equals(&self, other: &dyn Any) -> bool {
        other.downcast_ref() == Some(self)
    }
}
