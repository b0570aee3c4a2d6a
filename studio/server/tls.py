"""The certificate that pages and desktops see, which may be renewed while the server runs."""

import logging
import ssl

from studio.errors import InvalidValue
from studio.server.config import Tls

log = logging.getLogger(__name__)


def tls_context(tls: Tls) -> ssl.SSLContext | None:
    """For connections that come, or None where [tls] names no certificate; raises `InvalidValue` when it cannot be used."""
    if not tls.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError) as error:
        problem = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise InvalidValue("{path} cannot be used: {problem}", field="tls", path=tls.certificate, problem=problem) from None
    return context


def renew(context: ssl.SSLContext, tls: Tls) -> None:
    """Read the certificate again; one that cannot be used leaves the old one in place, and is logged."""
    try:
        tls_context(tls)  # a bad pair in the living context would end all of TLS
        context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ssl.SSLError, InvalidValue) as error:
        log.error("the new certificate cannot be used, the old one stays: %s", error)
