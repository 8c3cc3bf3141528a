"""Starting the dashboard: the books it needs, and the server on this machine alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from analytics import dates, demo, fitting
from analytics.errors import Refused
from analytics.progress import Bar
from analytics.store import build, places

ROOT = Path(__file__).parent.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Numerical libraries start a thread per core in every worker, and get in each other's way."""


def serve(directory: Path, *, port: int = 8501, with_demo: bool = False) -> None:
    """Runs the dashboard over the books at `directory` on 127.0.0.1:`port` until it is stopped."""
    if with_demo and not places.pointer(directory).exists():
        load_demo(directory)
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    environment = os.environ | ONE_THREAD | {"AR_STORE": str(directory.resolve())}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            if _warmed(server, f"http://127.0.0.1:{port}"):
                print(f"Duebook: http://127.0.0.1:{port}  (stop with Ctrl+C)", file=sys.stderr, flush=True)
            ended = server.wait()
        except KeyboardInterrupt:
            server.terminate()
            return
    if ended:
        raise Refused(f"the dashboard stopped with status {ended}; is port {port} in use? --port takes another")


def _warmed(server: subprocess.Popen[bytes], address: str) -> bool:
    """True once the server answers and has run the frame: a deep link must not be the first to meet it."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/script-health-check", timeout=60) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as problem:
            raise Refused(f"the dashboard does not start: {problem}") from problem
        except OSError:
            time.sleep(0.2)
    return False


def load_demo(directory: Path) -> None:
    """Makes the demo book and loads it into `directory`."""
    print("no books yet: making the demo book (5,000 invoices over three years) and loading it", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder, Bar() as bar:
        demo.write(Path(folder), today=dates.today())
        report = build([folder], into=directory, progress=bar.show)
    if report.refused:
        problems = [problem["message"] for file in report.as_json()["files"] for problem in file["problems"]]
        raise Refused(f"the demo book was refused: {problems[0]}")
    fitting.after_load(directory)
