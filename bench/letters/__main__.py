"""`./serment bench letters`: letters to invented people, set as the product sets them; `--page`: the page where they are verified.

Prints one JSON object: letters per second on that many processes, processor time of one letter (all processes), bytes per letter, and the
memory of all processes at a tenth of the way and at its highest, which must not grow with the number of letters.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time

import psutil

from bench.letters import page
from bench.letters.people import event, people
from serment.dossier.mailing import printing

AIM_PER_S = 450


def megabytes() -> float:
    """Of this process and of those it started."""
    here = psutil.Process()
    return sum(one.memory_info().rss for one in (here, *here.children(recursive=True))) / 1e6


def processor_seconds() -> float:
    """Of the same."""
    here = psutil.Process()
    times = [one.cpu_times() for one in (here, *here.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def measure(count: int, processes: int) -> dict[str, float | int | bool]:
    """Set them all, and look at the memory after each batch."""
    started, set_so_far, size, highest, early, spent = time.perf_counter(), 0, 0, 0.0, 0.0, 0.0
    for batch in printing.batches(event=event(), letters=people(count), processes=processes):
        set_so_far += batch.letters
        size += len(batch.pdf) + len(batch.sheet)
        highest, spent = max(highest, megabytes()), processor_seconds()
        if not early and set_so_far >= count / 10:
            early = highest
    seconds = time.perf_counter() - started
    return {
        "letters": set_so_far, "processes": processes, "seconds": round(seconds, 1), "per_s": round(set_so_far / seconds, 1),
        "processor_ms_per_letter": round(1000 * spent / set_so_far, 2), "load": round(os.getloadavg()[0], 1),
        "bytes_per_letter": round(size / set_so_far), "megabytes_at_a_tenth": round(early), "megabytes_highest": round(highest),
        "holds": set_so_far / seconds >= AIM_PER_S,
    }  # fmt: skip


def main() -> int:
    """Print the figures; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(prog="./serment bench letters")
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--page", action="store_true", help="the page where a letter is verified, instead")
    parser.add_argument("--codes", type=int, default=750_000)
    given = parser.parse_args()
    if given.page:
        print(json.dumps(page.measure(given.codes)))
        return 0
    found = measure(given.letters, given.processes)
    print(json.dumps(found))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
