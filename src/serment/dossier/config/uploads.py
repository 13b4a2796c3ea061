"""How a file comes in: in memory, never through a temporary file in clear on the disk."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler

from serment.dossier.vault.objects import OBJECT_BYTES_MAX


class UploadInMemory(MemoryFileUploadHandler):
    """Keeps one byte more than a document may have, and lets the rest pass: the document's own rule then says that it is too large."""

    def handle_raw_input(self, *_: Any, **__: Any) -> None:
        self.activated = True

    def new_file(self, *args: Any, **fields: Any) -> None:
        self.kept = 0
        super().new_file(*args, **fields)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        taken = raw_data[: OBJECT_BYTES_MAX + 1 - self.kept]
        self.kept += len(taken)
        super().receive_data_chunk(taken, start)

    def file_complete(self, file_size: int) -> Any:
        return super().file_complete(self.kept)
