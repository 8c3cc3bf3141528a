"""A document as a file: which suffix is which form, and a draft of an e-mail that brings it."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from analytics.errors import UsageError
from analytics.exports.document import Document, Sentence
from analytics.exports.html import to_html
from analytics.exports.sheets import to_workbook

FORMS: dict[str, str] = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Suffix -> media type."""

DRAFT = ".eml"


def rendered(document: Document, suffix: str) -> bytes:
    """`document` in the form of `suffix`, one of `FORMS`."""
    if suffix == ".pdf":
        # Its libraries take a third of a second to load: only who wants a PDF waits for them.
        from analytics.exports.pdf import to_pdf

        return to_pdf(document)
    return to_html(document) if suffix == ".html" else to_workbook(document)


def form(path: Path) -> str:
    """The form that the name of a file asks for; raises `UsageError` for any other."""
    suffix = path.suffix.lower()
    if suffix not in FORMS:
        raise UsageError(f"{path.name}: a document is written as {', '.join(FORMS)}; name the file so")
    return suffix


def draft(path: Path) -> Path:
    """`path` as that of a draft; raises `UsageError` where it ends otherwise."""
    if path.suffix.lower() != DRAFT:
        raise UsageError(f"{path.name}: an e-mail draft is written as {DRAFT}; name the file so")
    return path


def email(document: Document, name: str, content: bytes) -> bytes:
    """A draft that brings `content`, a file called `name`: without sender and receiver, which its reader fills in.

    Mail programs open it for editing (`X-Unsent`). Its text is the first section's.
    """
    message = EmailMessage(policy=SMTP)
    message["Subject"] = f"{document.title}, {document.stamp.scope.day}"
    message["X-Unsent"] = "1"
    message["Date"] = document.stamp.exported_at
    said = [block.text for section in document.sections[:1] for block in section.blocks if isinstance(block, Sentence)]
    stamp = [f"{name}: {text}" for name, text in document.stamp.items]
    message.set_content("\n\n".join([*document.addressed, *said, f"In full in {name}.", "\n".join(stamp)]) + "\n")
    kind, _, subkind = FORMS[Path(name).suffix.lower()].partition("/")
    message.add_attachment(content, maintype=kind, subtype=subkind, filename=name)
    return message.as_bytes()
