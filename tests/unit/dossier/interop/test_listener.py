"""Frames over a real socket: whole ones are answered in order, broken ones are dropped and told, and nothing is half processed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from serment.dossier.interop.hl7v2 import listener as listeners
from serment.dossier.interop.hl7v2.listener import END, START, Listener
from tests.fixtures.postgres import free_port

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def talk(conversation: Callable[[Callable[[], Awaitable[Streams]]], Awaitable[None]]) -> list[bytes]:
    """Run a conversation with a listener that echoes; answers the messages it was given."""
    received: list[bytes] = []

    def receive(raw: bytes) -> bytes:
        received.append(raw)
        return b"ACK " + raw

    async def scene() -> None:
        port = free_port()
        listener = Listener(receive)
        serving = asyncio.create_task(listener.serve("127.0.0.1", port))
        await asyncio.sleep(0.05)
        try:
            await conversation(lambda: asyncio.open_connection("127.0.0.1", port))
        finally:
            listener.stop()
            await serving

    # In a thread of its own: the browser tests keep an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, scene()).result()
    return received


async def frame(reader: asyncio.StreamReader) -> bytes:
    return await asyncio.wait_for(reader.readuntil(END), 5)


def test_two_messages_in_one_packet_get_two_answers_in_order() -> None:
    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(START + b"one" + END + START + b"two" + END)
        assert [await frame(reader), await frame(reader)] == [START + b"ACK one" + END, START + b"ACK two" + END]
        writer.close()

    assert talk(conversation) == [b"one", b"two"]


def test_a_message_that_comes_byte_by_byte_is_one_message() -> None:
    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        for byte in START + b"slow" + END:
            writer.write(bytes([byte]))
            await writer.drain()
        assert await frame(reader) == START + b"ACK slow" + END
        writer.close()

    assert talk(conversation) == [b"slow"]


def test_a_truncated_frame_is_dropped_and_the_next_connection_is_served() -> None:
    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        _, broken = await connect()
        broken.write(START + b"half a mess")
        await broken.drain()
        broken.close()
        reader, writer = await connect()
        writer.write(START + b"whole" + END)
        assert await frame(reader) == START + b"ACK whole" + END
        writer.close()

    assert talk(conversation) == [b"whole"]


@pytest.mark.parametrize("garbage", [b"GET / HTTP/1.1\r\n\r\n" + END, b"no start" + END])
def test_what_is_not_a_frame_closes_the_connection(garbage: bytes) -> None:
    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(garbage)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    assert talk(conversation) == []


def test_a_frame_above_the_limit_closes_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "FRAME_BYTES_MAX", 1000)

    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(START + b"x" * 5000 + END)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()

    assert talk(conversation) == []


def test_one_connection_too_many_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "CONNECTIONS_MAX", 1)

    async def conversation(connect: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await connect()
        writer.write(START + b"first" + END)
        await frame(reader)
        late, _ = await connect()
        assert await asyncio.wait_for(late.read(), 5) == b""
        writer.close()

    assert talk(conversation) == [b"first"]
