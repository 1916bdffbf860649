"""Errors of TLS, which are also those of :mod:`ssl`."""

from __future__ import annotations

import ssl
from collections.abc import Generator
from contextlib import contextmanager

from .._generated.errors import Protocol


class TLSError(Protocol, ssl.SSLError):
    """The handshake failed, or the peer sent malformed data."""

    library: str = "parsec"
    reason: str = ""


class CertificateError(TLSError, ssl.SSLCertVerificationError):
    """The certificate of the peer is not valid for its name or these authorities."""

    verify_code: int = 1
    verify_message: str = ""


@contextmanager
def converted() -> Generator[None, None, None]:
    """Raises errors of the protocol as errors of TLS."""
    try:
        yield
    except Protocol as error:
        is_certificate = "invalid peer certificate" in error.detail
        kind = CertificateError if is_certificate else TLSError
        other = kind(str(error), detail=error.detail, advice=error.advice, key_name=error.key_name)
        other.reason = error.detail
        if isinstance(other, CertificateError):
            other.verify_message = error.detail
        raise other from None


def want_read() -> ssl.SSLWantReadError:
    """Returns the error of a call that needs more data of the peer."""
    return ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "the operation did not complete (read)")


def want_write() -> ssl.SSLWantWriteError:
    """Returns the error of a call that the socket's buffer has no room for."""
    return ssl.SSLWantWriteError(ssl.SSL_ERROR_WANT_WRITE, "the operation did not complete (write)")


def ragged_eof() -> ssl.SSLEOFError:
    """Returns the error of a peer that closed its connection without saying so in TLS."""
    return ssl.SSLEOFError(ssl.SSL_ERROR_EOF, "EOF occurred in violation of protocol")


__all__ = ["CertificateError", "TLSError", "converted", "ragged_eof", "want_read", "want_write"]
