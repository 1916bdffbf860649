"""Names and numbers of options."""

from __future__ import annotations

from ._generated import key_options as _options
from ._generated.key_options import *  # noqa: F403
from ._generated.providers import Provider

__all__ = ["Provider"]
__all__ += _options.__all__
