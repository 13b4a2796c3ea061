"""The listener's process."""

from __future__ import annotations

import asyncio
import os
import signal
import threading


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "serment.dossier.config.settings.listener")
    import django

    django.setup()

    from django.db import connection

    from serment.dossier.interop.hl7v2 import receiving, storing, twinning
    from serment.dossier.interop.hl7v2.listener import Listener
    from serment.dossier.kernel import clock, config
    from serment.dossier.kernel.config import ConfigurationError
    from serment.dossier.vault.interface import InterfaceSigner
    from serment.wire.protocol import Lure

    settings = config.current()
    if settings.interface_key_file is None:
        raise ConfigurationError("the configuration lacks interface_key_file")
    signer = InterfaceSigner(settings.interface_key_file)
    storing.letterbox()

    def receive(raw: bytes) -> bytes:
        try:
            return receiving.receive(raw, signer=signer, now=clock.now(), offered=offered)
        finally:
            connection.close()

    def offered(text: str, codec: str, lure: Lure) -> None:
        later = threading.Timer(twinning.delay_seconds(), bring_in, (text, codec, lure))
        later.daemon = True  # one that a stop cuts off is offered again
        later.start()

    def bring_in(text: str, codec: str, lure: Lure) -> None:
        try:
            twinning.bring_in(text, codec, lure, signer=signer, now=clock.now())
        finally:
            connection.close()

    async def serve() -> None:
        listener = Listener(receive)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, listener.stop)
        await listener.serve(settings.mllp_host, settings.mllp_port)

    asyncio.run(serve())


if __name__ == "__main__":
    main()
