"""The periodic tasks of the worker. What they do is in `checks`; a rule written here could not be tested without a queue."""

from __future__ import annotations

from django.db import close_old_connections
from procrastinate.contrib.django import app

from serment.dossier.jobs import checks, letters
from serment.dossier.kernel import clock, config
from serment.dossier.vault.objects import Store

# The sixth field is seconds.
EVERY_TEN_SECONDS = "* * * * * */10"
EVERY_FIVE_MINUTES = "*/5 * * * *"
AT_THREE = "0 3 * * *"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(queueing_lock="heartbeat", pass_context=False)
def heartbeat(timestamp: int) -> None:
    """Say that the worker lives."""
    try:
        checks.beat(process="worker", now=clock.now())
    finally:
        close_old_connections()


@app.periodic(cron=AT_THREE)
@app.task(queueing_lock="sweep_orphans", pass_context=False)
def sweep_orphans(timestamp: int) -> None:
    """Remove sealed files that no document refers to."""
    try:
        checks.sweep_orphans(store=Store(folder=config.current().objects_dir), now=clock.now())
    finally:
        close_old_connections()


@app.periodic(cron=AT_THREE)
@app.task(queueing_lock="forget_drafts", pass_context=False)
def forget_drafts(timestamp: int) -> None:
    """Remove the drafts that nobody came back to."""
    try:
        checks.forget_drafts(now=clock.now())
    finally:
        close_old_connections()


@app.periodic(cron=EVERY_FIVE_MINUTES)
@app.task(queueing_lock="count_unanswered", pass_context=False)
def count_unanswered(timestamp: int) -> None:
    """Count the messages that were received and never answered."""
    try:
        checks.count_unanswered(now=clock.now())
    finally:
        close_old_connections()


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(queueing_lock="send_letters", pass_context=False)
def send_letters(timestamp: int) -> None:
    """Send the letters of incidents that two officers let go. May take an hour: a second one beside it finds the work taken."""
    try:
        letters.advance()
    finally:
        close_old_connections()
