"""Key pairs of the interfaces: EC P-256, the private half in a file that only we read, the public half beside it."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from serment.operator.places import write_secret


def make(path: Path) -> None:
    """Make the pair unless it stands."""
    if not path.exists():
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret(path, pem.decode("ascii"))
    if not public_file(path).exists():
        key = load_pem_private_key(path.read_bytes(), password=None)
        write_secret(public_file(path), key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii"))


def public_file(path: Path) -> Path:
    return path.with_suffix(".pub.pem")
