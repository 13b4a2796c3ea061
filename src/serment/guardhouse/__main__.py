"""`python -m serment.guardhouse`: serve, migrate, keys init, keys rotate, provision."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from serment import journal
from serment.custody import keyfile, master, rotation
from serment.guard import settings
from serment.guard.context import Transaction, utc_now
from serment.guard.vault import store
from serment.guardhouse import migrate, provision, start
from serment.wire.canonical import encode_bytes

USAGE = "usage: python -m serment.guardhouse serve | migrate | keys init | keys rotate [file | MODULE TOKEN] | provision FILE"


def serve() -> None:
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        "serment.guardhouse.server:application",
        factory=True,
        uds=settings.load().guard_socket,
        uds_permissions=0o600,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=start.THREADS,
        log_access=False,
        respawn_failed_workers=False,
    ).serve()


def init_keys() -> None:
    """Make the master key unless it stands, the named keys, and the public half of the letterbox beside it."""
    config = settings.load()
    secret = start.passphrase(config)
    if not config.master_key_file.exists():
        config.master_key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyfile.create(config.master_key_file, secret)
    key = keyfile.unseal(config.master_key_file, secret)
    with psycopg.connect(config.guard_dsn) as tx:
        store.create_named_keys(tx, key)
        vault = store.load(tx, key)
    public = X25519PrivateKey.from_private_bytes(vault.named_key("letterbox")).public_key()
    (config.master_key_file.parent / "letterbox.pub").write_text(encode_bytes(public.public_bytes(Encoding.Raw, PublicFormat.Raw)) + "\n")


def rotate_keys(where: list[str]) -> None:
    """A new master key, held like the present one, or as said; its progress on standard output."""
    config = settings.load()
    turning = rotation.Rotation(path=config.master_key_file, passphrase=start.passphrase(config), holder=rotation.holder(where, os.environ))
    turning.run(config.guard_dsn, tell=tell_rotation, on_progress=lambda done, total: print(f"progress {done}/{total}", flush=True))


def tell_rotation(tx: Transaction, body: Mapping[str, object]) -> None:
    journal.append(tx, at=utc_now(), kind="key_rotation", account=None, patient=None, body=body)


def apply_migrations() -> None:
    owner = json.loads(Path(os.environ["SERMENT_CONFIG"]).read_text(encoding="utf-8"))
    for name in migrate.migrate(owner["guard_dsn"]):
        print(name)


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case ["serve"]:
                serve()
            case ["migrate"]:
                apply_migrations()
            case ["keys", "init"]:
                init_keys()
            case ["keys", "rotate", *where]:
                rotate_keys(where)
            case ["provision", path]:
                guard = start.guard(settings.load())
                print(provision.apply(guard, provision.read(Path(path)), utc_now()))
                guard.pool.close()
                guard.dossier_pool.close()
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except master.MasterKeyError as error:
        print(error, file=sys.stderr)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
