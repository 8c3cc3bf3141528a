"""The dashboard as a person meets it: a real server over a small demo book, and Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analytics.store import Store

ROOT = Path(__file__).parents[2]
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
STARTING = 60
Visit = Callable[[str], Page]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; the tests skip where it is not."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        missing = "needs Chromium: apt-get install chromium"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return found


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Where pictures go: into the documents if `make pictures` asks, else away."""
    return ROOT / "docs" / "images" if os.environ.get("PICTURES") else tmp_path


@pytest.fixture(scope="session")
def address(demo_store: Store) -> Iterator[str]:
    """A server of its own on a free port, over the demo book."""
    with serving(demo_store.directory) as address:
        yield address


@contextmanager
def serving(books: Path) -> Iterator[str]:
    """A server of its own on a free port, over the books at a directory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", str(port)]
    environment = os.environ | {"AR_STORE": str(books.resolve()), "OMP_NUM_THREADS": "1"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/script-health-check", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Opens a page of the dashboard; fails if anything asked another host, or a failure was shown."""
    context = browser.new_context(viewport=WIDE, accept_downloads=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    def go(path: str) -> Page:
        page.goto(f"{address}/{path}")
        settled(page)
        return page

    yield go
    assert [url for url in asked if not url.startswith((address, address.replace("http", "ws"), "data:", "blob:"))] == []
    assert failures(page) == []
    context.close()


def settled(page: Page) -> None:
    """Waits until the script has run and everything it draws is there."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=60_000)
    page.wait_for_function("() => document.querySelectorAll('[data-testid=stSkeleton]').length === 0", timeout=60_000)


def failures(page: Page) -> list[str]:
    """What a page says when something went wrong."""
    shown = "[data-testid=stException], [data-testid=stAlertContentError]"
    return [text for text in page.locator(shown).all_inner_texts() if text]


def _wait(url: str, server: subprocess.Popen[Any]) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=STARTING) as answer:
                assert answer.read().strip() == b"ok"
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"the server did not start at {url}")
