"""The MLLP listener (HL7 Minimal Lower Layer Protocol): frames in, acknowledgements out, with a limit on everything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

START, END = b"\x0b", b"\x1c\r"

FRAME_BYTES_MAX = 10 * 1024 * 1024
IDLE_SECONDS_MAX = 600
CONNECTIONS_MAX = 64
WORKERS = 3

log = structlog.get_logger()

Receive = Callable[[bytes], bytes]


class Listener:
    """Serves `receive` on one address. A message in hand is finished before the listener stops."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="message")
        self._open: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def serve(self, host: str, port: int) -> None:
        """Until `stop` is called."""
        server = await asyncio.start_server(self._connected, host, port, limit=FRAME_BYTES_MAX)
        log.info("listening", host=host, port=port)
        async with server:
            await self._stopping.wait()
            server.close()
            await asyncio.wait(self._open, timeout=20) if self._open else None
        self._pool.shutdown(wait=True)

    def stop(self) -> None:
        """Take no new message; `serve` returns when those in hand are answered."""
        self._stopping.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= CONNECTIONS_MAX:
            log.warning("too_many_connections")
            writer.close()
            return
        self._open.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self._stopping.is_set():
            frame = await self._frame(reader)
            if frame is None:
                return
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, self._receive, frame)
            writer.write(START + answer + END)
            await writer.drain()

    async def _frame(self, reader: asyncio.StreamReader) -> bytes | None:
        """The content of the next frame, or None when the conversation is over. Half a frame is told and dropped: nothing is half done."""
        reading = asyncio.ensure_future(reader.readuntil(END))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({reading, stopping}, timeout=IDLE_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():
                return None
            framed = reading.result()
        except asyncio.IncompleteReadError as error:
            if error.partial.strip():
                log.warning("truncated_frame", bytes=len(error.partial))
            return None
        except asyncio.LimitOverrunError:
            log.warning("frame_too_long", bytes_max=FRAME_BYTES_MAX)
            return None
        finally:
            for one in (reading, stopping):
                one.cancel()
        head, found, content = framed[: -len(END)].partition(START)
        if not found or head.strip():
            log.warning("not_a_frame", bytes=len(framed))
            return None
        return content
