"""Pulling from Salesforce, against a server on this machine that speaks the API's own JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from analytics import dates
from analytics.errors import Refused, UsageError
from analytics.sources import pull
from analytics.sources.connectors import SOURCES
from analytics.store import Store, build
from tests.sources.test_salesforce import REVENUE_CLOUD

FIRST = "2026-03-01T00:00:00.000Z"
TOKEN = "the-token"


@dataclass
class Org:
    """Rows by object, each with its `SystemModstamp` and `IsDeleted`; `asked` are the queries that came."""

    rows: dict[str, dict[str, dict[str, str]]]
    asked: list[str] = field(default_factory=list)
    jobs: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def change(self, name: str, identity: str, moment: str, **cells: str) -> None:
        """Changes or adds a row."""
        row = self.rows[name].setdefault(identity, dict.fromkeys(next(iter(self.rows[name].values())), "") | {"Id": identity})
        row |= cells | {"SystemModstamp": moment, "IsDeleted": cells.get("IsDeleted", "false")}

    def run(self, query: str) -> str:
        """Runs a query, and returns its job."""
        self.asked.append(query)
        columns, name, since = re.fullmatch(r"select (.+) from (\w+)(?: where SystemModstamp >= (\S+))?", query).groups()  # type: ignore[union-attr]
        found = [row for row in self.rows[name].values() if row["SystemModstamp"] >= (since or "")]
        self.jobs[f"job{len(self.jobs)}"] = [{column: row[column] for column in columns.split(", ")} for row in found]
        return f"job{len(self.jobs) - 1}"


def org_of(files: dict[str, str]) -> Org:
    rows: dict[str, dict[str, dict[str, str]]] = {}
    for name, text in files.items():
        lines = [line.strip() for line in text.splitlines()]
        rows[name] = {row["Id"]: row | {"SystemModstamp": FIRST, "IsDeleted": "false"} for row in csv.DictReader(lines)}
    return Org(rows)


def handler(org: Org) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            described = re.fullmatch(r"/services/data/v67.0/sobjects/(\w+)/describe", path)
            job = re.fullmatch(r"/services/data/v67.0/jobs/query/(\w+)(/results)?", path)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self._answer(401, json.dumps([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}]))
            elif described and described[1] in org.rows:
                names = next(iter(org.rows[described[1]].values()))
                self._answer(200, json.dumps({"fields": [{"name": name} for name in names]}))
            elif job and not job[2]:
                self._answer(200, json.dumps({"id": job[1], "state": "JobComplete"}))
            elif job:
                self._page(org.jobs[job[1]], int((re.search(r"locator=(\d+)", query) or [0, 0])[1]))
            else:
                self._answer(404, json.dumps([{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]))

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            assert (asked["operation"], asked["columnDelimiter"], asked["lineEnding"]) == ("queryAll", "COMMA", "LF")
            self._answer(200, json.dumps({"id": org.run(asked["query"]), "state": "UploadComplete"}))

        def _page(self, rows: list[dict[str, str]], start: int, size: int = 2) -> None:
            """Two rows a page, so that every pull needs several."""
            text = io.StringIO()
            writer = csv.DictWriter(text, list(rows[0]) if rows else ["Id", "SystemModstamp", "IsDeleted"], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[start : start + size])
            following = str(start + size) if start + size < len(rows) else "null"
            self._answer(
                200, text.getvalue(), **{"Sforce-Locator": following, "Sforce-NumberOfRecords": str(len(rows[start : start + size]))}
            )

        def _answer(self, status: int, text: str, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    return Handler


class Plain(HTTPAdapter):
    """The client insists on https; the server of the test speaks http."""

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        """Sends it to the same place, without encryption."""
        request.url = str(request.url).replace("https://", "http://", 1)
        return super().send(request, *arguments, **options)


@pytest.fixture
def org() -> Org:
    return org_of(REVENUE_CLOUD)


@pytest.fixture
def session(org: Org, monkeypatch: pytest.MonkeyPatch) -> Iterator[requests.Session]:
    """A session that reaches the org on this machine, whose credentials stand in the environment."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(org))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("SALESFORCE_INSTANCE_URL", f"https://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("SALESFORCE_ACCESS_TOKEN", TOKEN)
    monkeypatch.setattr(pull, "WAIT", 0)
    found = requests.Session()
    found.mount("https://", Plain())
    yield found
    server.shutdown()
    server.server_close()


def pulled(folder: Path, session: requests.Session) -> tuple[list[Path], list[str]]:
    said: list[str] = []
    return pull.pull(SOURCES["salesforce"], folder, session=session, say=said.append), said


def held(folder: Path, name: str) -> dict[str, dict[str, str]]:
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return {row["Id"]: row for row in csv.DictReader(file)}


def test_what_is_pulled_loads_like_an_export(tmp_path: Path, session: requests.Session) -> None:
    files, said = pulled(tmp_path / "pulled", session)
    report = build(files, into=tmp_path / "store", source="salesforce")

    assert report.generation == 1
    assert "Invoice: 6 rows held, 6 fetched" in said
    assert "PaymentLineInvoiceLine: the org does not have it, or does not show it" in said
    with Store.open(tmp_path / "store") as store:
        assert store.rows("select count(*) as n, sum(total) as total from invoices where kind = 'invoice'") == [{"n": 6, "total": 306}]


def test_only_fields_that_the_org_has_are_asked_for(tmp_path: Path, session: requests.Session, org: Org) -> None:
    pulled(tmp_path, session)

    asked = next(query for query in org.asked if query.endswith("from Account"))
    assert asked == "select Id, Name, ParentId, OwnerId, BillingCountry, SystemModstamp, IsDeleted from Account"


def test_a_later_pull_asks_for_changes_and_lets_go_of_what_was_deleted(tmp_path: Path, session: requests.Session, org: Org) -> None:
    pulled(tmp_path, session)
    org.change("Payment", "P9", "2026-04-02T00:00:00.000Z", Amount="5.00", Status="Processed")
    org.change("Payment", "P2", "2026-04-01T00:00:00.000Z", Amount="31.00")
    org.change("Payment", "P4", "2026-04-01T00:00:00.000Z", IsDeleted="true")
    pulled(tmp_path, session)
    _, said = pulled(tmp_path, session)

    payments = held(tmp_path, "Payment")
    assert sorted(payments) == ["P1", "P2", "P3", "P9"]
    assert payments["P2"]["Amount"] == "31.00"
    assert org.asked[-1].endswith(f"where SystemModstamp >= {FIRST}")
    assert "Payment: 4 rows held, 1 fetched" in said


def test_after_a_long_pause_what_was_erased_meanwhile_goes_too(
    tmp_path: Path, session: requests.Session, org: Org, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulled(tmp_path, session)
    del org.rows["Payment"]["P4"]
    pulled(tmp_path, session)
    assert "P4" in held(tmp_path, "Payment")
    later = dates.now() + timedelta(days=15)
    monkeypatch.setattr("analytics.dates.now", lambda: later)
    pulled(tmp_path, session)

    assert "P4" not in held(tmp_path, "Payment")
    assert not any("where" in query for query in org.asked[-len(REVENUE_CLOUD) :])


def test_a_pull_that_fails_changes_nothing(tmp_path: Path, session: requests.Session, org: Org, monkeypatch: pytest.MonkeyPatch) -> None:
    pulled(tmp_path, session)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    org.change("Account", "A1", "2026-04-01T00:00:00.000Z", Name="Renamed")
    monkeypatch.setenv("SALESFORCE_ACCESS_TOKEN", "stale-token")

    with pytest.raises(Refused, match="Salesforce cannot be asked") as refusal:
        pulled(tmp_path, session)

    assert "stale-token" not in str(refusal.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_credentials_are_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("INSTANCE_URL", "ACCESS_TOKEN", "USERNAME", "PASSWORD"):
        monkeypatch.delenv(f"SALESFORCE_{name}", raising=False)

    with pytest.raises(UsageError, match="SALESFORCE_INSTANCE_URL and SALESFORCE_ACCESS_TOKEN"):
        pull.pull(SOURCES["salesforce"], tmp_path)
