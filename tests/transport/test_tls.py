"""The same over TLS, with a certificate that we sign ourselves."""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from forecast.contracts.errors import FetchError


@dataclass
class Guarded:
    """A TLS server on loopback that sends its pieces one by one to each guest."""

    base: str
    certificate: Path
    pieces: list[bytes] = field(default_factory=list)
    greeted: int = 0


@pytest.fixture(scope="module")
def signed(tmp_path_factory) -> Path:
    """A key and its certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, *plain))
    return path


@pytest.fixture
def guarded(signed: Path) -> Iterator[Guarded]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed)
    door = socket.create_server(("127.0.0.1", 0))
    server = Guarded(f"https://127.0.0.1:{door.getsockname()[1]}", signed)
    thread = Thread(target=_welcome, args=(door, context, server))
    thread.start()
    yield server
    door.shutdown(socket.SHUT_RDWR)
    door.close()
    thread.join()


def _welcome(door: socket.socket, context: ssl.SSLContext, server: Guarded) -> None:
    """Serve one guest after another until the door is shut."""
    while True:
        try:
            guest, _ = door.accept()
        except OSError:
            return
        server.greeted += 1
        with contextlib.suppress(OSError), context.wrap_socket(guest, server_side=True) as line:
            line.recv(65_536)
            for piece in server.pieces:
                line.sendall(piece)
                time.sleep(0.02)


WHOLE = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"]


def test_a_certificate_nobody_signed_is_final(asked, transport, guarded):
    with pytest.raises(FetchError, match=r"certificate we do not trust .*SSL_CERT_FILE"):
        transport().fetch(asked(), base=guarded.base)
    assert guarded.greeted == 1


def test_a_certificate_named_in_the_environment_is_trusted(asked, transport, guarded, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(guarded.certificate))
    guarded.pieces = WHOLE

    assert transport().fetch(asked(), base=guarded.base).body == b"{}"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_slow_drip_over_tls_is_cut_off_too(head, asked, transport, guarded, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(guarded.certificate))
    guarded.pieces = [head, *[b"x"] * 100]
    began = time.monotonic()

    with pytest.raises(FetchError, match="too slow: we hung up"):
        transport(total_s=0.4).fetch(asked(), base=guarded.base)
    assert time.monotonic() - began < 1.5
