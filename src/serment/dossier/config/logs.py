"""Logs: one JSON object a line, on standard error, without a value that a person typed or that a record holds.

The text of an exception may quote a row ("Key (…) already exists"), so an error is logged as its type and the places it went through.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict

_Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def _failure_without_words(_: Any, __: str, event: EventDict) -> EventDict:
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()
    elif isinstance(failure, BaseException):
        failure = (type(failure), failure, failure.__traceback__)
    if failure and failure[0] is not None:
        event["error"] = f"{failure[0].__module__}.{failure[0].__qualname__}"
        event["where"] = _places(failure)
    event.pop("stack_info", None)
    return event


def _places(failure: _Failure) -> list[str]:
    return [
        f"{frame.f_code.co_filename.rpartition('/')[2]}:{line} {frame.f_code.co_name}" for frame, line in traceback.walk_tb(failure[2])
    ][-12:]


def _foreign(_: Any, __: str, event: EventDict) -> EventDict:
    # Arguments of other libraries' messages may hold a row or a form: the message's own text only.
    record = event.get("_record")
    if record is None or record.name.startswith("serment"):
        return event
    if record.name == "django.request":
        # The address of the page that failed: identifiers only, and never its query.
        event["event"] = str(event["event"]).partition("?")[0]
    else:
        event["event"] = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
    return event


def configure(level: int = logging.INFO) -> None:
    """Send every log of this process, ours and the libraries', through the same narrow gate."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _failure_without_words,
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[*shared, _foreign],
            processors=[ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer(ensure_ascii=False)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # A refused form or an unknown address is an answer, not an event.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.security").setLevel(logging.CRITICAL)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
