"""`python -m tests.benchmarks.sessions [INVOICES]`: fifty people at once, over the dashboard's own websocket.

Each opens a page, thinks for about five seconds, and goes on to another page, of today or of the last month's end, for a minute.
Somebody has looked at these pages before: the server is warm. What is measured is the time from what a person does to the end of
the run that answers it. A page that shows a failure stops the measurement.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from analytics.serving import ONE_THREAD
from analytics.store import build
from tests.benchmarks.books import FOLDER, TODAY, parquet

ROOT = Path(__file__).parents[2]
SESSIONS, THINKS, LASTS = 50, 5.0, 60.0
PAGES = ("", "aging", "dso", "customers", "movements", "overdue", "forecast")
DAYS = (TODAY, TODAY.replace(day=1) - timedelta(days=1))
LARGEST_MESSAGE = 2**26


def main(invoices: int) -> None:
    """Prints the median, the 95th percentile and the slowest answer of the first views and of what follows."""
    store = FOLDER / f"served-{invoices}"
    report = build([parquet(invoices)], into=store)
    assert not report.refused, report.as_json()
    with _served(store) as address:
        asyncio.run(_session(address, 0, [(page, day) for page in PAGES for day in DAYS], thinks=0))
        first, later = asyncio.run(_all(address))
    print(f"{invoices:,} invoices, {SESSIONS} sessions, {THINKS:.0f} s between two pages of one, {LASTS:.0f} s; milliseconds\n")
    print(f"{'':<16}{'answers':>10}{'median':>10}{'95 %':>10}{'slowest':>10}")
    for name, times in (("first view", first), ("going on", later)):
        print(f"{name:<16}{len(times):>10}{median(times):>10,.0f}{quantiles(times, n=20)[-1]:>10,.0f}{max(times):>10,.0f}")


async def _all(address: str) -> tuple[list[float], list[float]]:
    chosen = random.Random(7)
    steps = int(LASTS / THINKS)
    visits = [[(chosen.choice(PAGES), chosen.choice(DAYS)) for _ in range(steps)] for _ in range(SESSIONS)]
    found = await asyncio.gather(*(_session(address, THINKS * place / SESSIONS, visit) for place, visit in enumerate(visits)))
    return [times[0] for times in found], [each for times in found for each in times[1:]]


async def _session(address: str, starts: float, visit: list[tuple[str, date]], *, thinks: float = THINKS) -> list[float]:
    """Milliseconds of each answer to one person, who begins after `starts` seconds."""
    chosen = random.Random(starts)
    await asyncio.sleep(starts)
    times = []
    async with connect(f"ws://{address}/_stcore/stream", subprotocols=["streamlit"], max_size=LARGEST_MESSAGE) as socket:  # type: ignore[list-item]
        for page, day in visit:
            began = time.perf_counter()
            await socket.send(_asked(page, day))
            await _answered(socket, page)
            times.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(thinks * chosen.uniform(0.5, 1.5))
    return times


def _asked(page: str, day: date) -> bytes:
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = f"as_of={day}"
    message.rerun_script.context_info.timezone = "UTC"
    return bytes(message.SerializeToString())


async def _answered(socket: ClientConnection, page: str) -> None:
    """Waits for the end of the run; stops everything where it shows a failure."""
    async for received in socket:
        message = ForwardMsg.FromString(received)  # type: ignore[arg-type]
        shown = message.delta.new_element
        if shown.WhichOneof("type") == "exception" or (shown.WhichOneof("type") == "alert" and shown.alert.format == shown.alert.ERROR):
            raise SystemExit(f"{page or 'overview'} failed: {shown.exception.message}{shown.alert.body}")
        if message.WhichOneof("type") == "script_finished":
            return


@contextmanager
def _served(store: Path) -> Iterator[str]:
    """The address of a server over the books in `store`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", address.split(":")[1]]
    environment = os.environ | ONE_THREAD | {"AR_STORE": str(store)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            while server.poll() is None:
                try:
                    urllib.request.urlopen(f"http://{address}/_stcore/script-health-check", timeout=300).close()
                    break
                except urllib.error.URLError:
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
