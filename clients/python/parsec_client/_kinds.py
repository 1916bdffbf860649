"""Sizes and options of kinds of keys."""

from __future__ import annotations

from ._generated.sizes import OPTIONS, PAIRS, SIZES


def sized(name: str, bits: int) -> str:
    """Returns the name of a kind with this size."""
    base = _base(name)
    if base not in SIZES:
        raise ValueError(f"bits: keys of kind {name} have one size")
    if bits not in SIZES[base]:
        raise ValueError(f"bits: keys of kind {base} have one of {SIZES[base]}, not {bits!r}")
    return f"{base}-{bits}"


def check_option(name: str, option: str) -> None:
    """Refuses an option that keys of this kind do not have."""
    if _base(name) not in OPTIONS[option]:
        raise ValueError(f"{option}: keys of kind {name} do not have this option")


def is_pair(name: str) -> bool:
    """Whether keys of this kind are pairs."""
    return _base(name) in PAIRS


def _base(name: str) -> str:
    """Returns the name without a size."""
    for kind, sizes in SIZES.items():
        if name in [f"{kind}-{bits}" for bits in sizes]:
            return kind
    return name
