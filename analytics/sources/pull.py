"""Rows straight from Salesforce, into the same files that an export would be: the connector then reads them like any other.

A folder keeps one file an object. The first pull asks for every row, later ones for what has changed since (`SystemModstamp`), and
what was deleted goes; after two weeks without a pull everything is asked for again. Which fields there are is asked first: only those
that the connector names are fetched.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analytics import dates
from analytics.errors import Refused, UsageError, first_line
from analytics.sources.source import Object, Source

if TYPE_CHECKING:
    from requests import Session
    from simple_salesforce.api import Salesforce

PULLED = ("salesforce", "salesforce_billing")
"""The sources that can be pulled."""

CREDENTIALS = ("INSTANCE_URL", "ACCESS_TOKEN", "USERNAME", "PASSWORD", "SECURITY_TOKEN", "DOMAIN")
"""What the environment may hold, each with `SALESFORCE_` before it."""

API = "67.0"
WAIT = 2
"""Seconds between two looks at a query that is under way."""

PAGE = 50_000
BIN = timedelta(days=14)
"""For so long Salesforce tells of what was deleted; after a longer pause only a pull of everything knows what is gone."""

_BOOKKEEPING = ("SystemModstamp", "IsDeleted")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)
Rows = dict[str, list[str]]


def pull(source: Source, folder: Path, *, session: Session | None = None, say: Callable[[str], None] = print) -> list[Path]:
    """Brings the files of `folder` up to date and returns them; `say` gets a sentence for each object.

    The credentials come from the environment: `SALESFORCE_INSTANCE_URL` and `SALESFORCE_ACCESS_TOKEN`, or `SALESFORCE_USERNAME`,
    `SALESFORCE_PASSWORD` and `SALESFORCE_SECURITY_TOKEN`. Raises `UsageError` without them, `Refused` where Salesforce says no;
    then no file has changed.
    """
    from simple_salesforce.exceptions import SalesforceError

    folder.mkdir(parents=True, exist_ok=True)
    try:
        client = _client(session)
        marks: dict[str, Any] = json.loads(_marks(folder).read_text(encoding="utf-8")) if _marks(folder).exists() else {}
        drawn = {each.name: _drawn(client, each, folder, marks, say) for each in source.objects}
    except (SalesforceError, OSError) as problem:
        # `requests` raises OSErrors; neither carries the token.
        raise Refused(f"Salesforce cannot be asked ({first_line(problem)}); nothing has changed") from None
    for path in [path for path in drawn.values() if path]:
        path.with_suffix(".new").replace(path)
    _write(_marks(folder), json.dumps(marks, indent=1))
    return [path for path in drawn.values() if path]


def _client(session: Session | None) -> Salesforce:
    from simple_salesforce.api import Salesforce

    given = {name: os.environ.get(f"SALESFORCE_{name}", "") for name in CREDENTIALS}
    version = os.environ.get("SALESFORCE_API_VERSION", API)
    if given["INSTANCE_URL"] and given["ACCESS_TOKEN"]:
        return Salesforce(instance_url=given["INSTANCE_URL"], session_id=given["ACCESS_TOKEN"], version=version, session=session)
    if given["USERNAME"] and given["PASSWORD"]:
        return Salesforce(
            username=given["USERNAME"],
            password=given["PASSWORD"],
            security_token=given["SECURITY_TOKEN"],
            domain=given["DOMAIN"] or "login",
            version=version,
            session=session,
        )
    raise UsageError(
        "name the org in the environment: SALESFORCE_INSTANCE_URL and SALESFORCE_ACCESS_TOKEN, or SALESFORCE_USERNAME, "
        "SALESFORCE_PASSWORD and SALESFORCE_SECURITY_TOKEN"
    )


def _drawn(client: Salesforce, known: Object, folder: Path, marks: dict[str, Any], say: Callable[[str], None]) -> Path | None:
    """Writes the object's rows beside its file, as `.new`, and notes in `marks` how far they reach; None if the org has none."""
    from simple_salesforce.exceptions import SalesforceResourceNotFound

    try:
        described = getattr(client, known.name).describe()
    except SalesforceResourceNotFound:
        say(f"{known.name}: the org does not have it, or does not show it")
        return None
    there = {field["name"] for field in described["fields"]}
    columns = [name for name in known.names if name in there]
    path, mark, moment = folder / f"{known.name}.csv", marks.get(known.name, {}), dates.now().isoformat()
    since = mark.get("since", "") if path.exists() and mark.get("columns") == columns and _is_recent(mark) else ""
    rows = _held(path) if since else {}
    changed, latest = 0, since
    for page in getattr(client.bulk2, known.name).query_all(_question(known, columns, since), max_records=PAGE, wait=WAIT):
        for row in csv.DictReader(io.StringIO(page)):
            changed += 1
            latest = max(latest, row["SystemModstamp"])
            if row["IsDeleted"].lower() == "true":
                rows.pop(row["Id"], None)
            else:
                rows[row["Id"]] = [row[name] for name in columns]
    marks[known.name] = {"columns": columns, "since": latest, "pulled": moment}
    _write(path.with_suffix(".new"), "".join(_lines(columns, rows)))
    say(f"{known.name}: {len(rows):,} rows held, {changed:,} fetched")
    return path


def _is_recent(mark: Mapping[str, Any]) -> bool:
    """Whether the pull that left `mark` is young enough for a later one to ask for changes alone."""
    return "pulled" in mark and dates.now() - datetime.fromisoformat(mark["pulled"]) < BIN


def _question(known: Object, columns: Sequence[str], since: str) -> str:
    asked = f"select {', '.join([*columns, *_BOOKKEEPING])} from {known.name}"
    if not since:
        return asked
    if not _MOMENT.fullmatch(since):
        raise Refused(f"the mark of {known.name} is no moment ('{since[:40]}'); remove marks.json beside its file to begin anew")
    return f"{asked} where SystemModstamp >= {since}"


def _held(path: Path) -> Rows:
    with open(path, encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        place = next(rows).index("Id")
        return {row[place]: row for row in rows}


def _lines(columns: Sequence[str], rows: Mapping[str, Sequence[str]]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n", quoting=csv.QUOTE_ALL)
    for cells in (columns, *rows.values()):
        writer.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def _marks(folder: Path) -> Path:
    return folder / "marks.json"


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
