"""The guide: short answers to what people ask first, each with the page where it is seen."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Answer:
    """A question, its answer in Markdown, and the page where it is seen: its script and its name."""

    question: str
    text: str
    script: str
    page: str


ANSWERS = (
    Answer(
        "What is DSO?",
        "Days sales outstanding: how many days of sales are still unpaid. **Simple** is open receivables / sales of the period x days. "
        "**Countback** takes whole months of sales off what is open, newest first: it follows seasonal sales. **Best possible** is DSO if "
        "nothing were late; the difference is what lateness adds.",
        "pages/receivables/dso.py",
        "DSO",
    ),
    Answer(
        "What is in a bucket?",
        "Open amounts of invoices and debit notes, by whole days past the due date; due today is not overdue. The buckets add up to all "
        "that is open. Payments and credit notes that are not applied yet are never set against a bucket: they stand beside it.",
        "pages/receivables/aging.py",
        "Aging",
    ),
    Answer(
        "How do I read the fan?",
        "The line is what came in, the dashed line what is expected on average. The dark band holds four weeks out of five, the pale "
        "one nine out of ten, as tested on the past of these very books. A wide band is no fault: it says how sure one can be.",
        "pages/cash/forecast.py",
        "Cash forecast",
    ),
    Answer(
        "How do I load my own books?",
        "Files named for their table (invoices.parquet, payments.csv, ...), an export of a known system, or any file with a mapping. "
        "Everything is checked first; a load is published as a whole, or nothing changes. Rows that cannot be trusted are set aside, "
        "with the reason.",
        "pages/data/load.py",
        "Load",
    ),
    Answer(
        "Can I trust a figure?",
        "Every load holds its books to their equations, to the cent. The question mark beside a title says how its figure is made, of "
        "whom, and from what. **How computed** puts the sums into its equation, and shows the rows behind each: customers, documents, and "
        "what is applied to them. On **Movements** and **Cash forecast** a click on a step or a week does the same. Where balances of the "
        "general ledger are loaded (gl_balances), **Movements** says to the cent where the books differ from it.",
        "pages/data/health.py",
        "Health",
    ),
    Answer(
        "How do I keep what I see?",
        "The address says everything that is chosen, so a link shows the same to someone else. The menu beside the title saves it by "
        "a name, of which the star makes what the page opens with, and brings the whole page as PDF or as one HTML file.",
        "pages/collections/overdue.py",
        "Overdue",
    ),
    Answer(
        "How do I go deeper?",
        "Choose a row to open its customer, with every document, payment and application. Click a bar to narrow the lists to its bucket. "
        "Explore cuts any figure by any two words; choosing one of its rows narrows the view to it. A week of the forecast leads to the "
        "invoices it is expected from, an error of the back-test to the days, weeks and invoices that it is made of.",
        "pages/analyse/explore.py",
        "Explore",
    ),
)


def show() -> None:
    """Every question with its answer, two beside each other."""
    for first in range(0, len(ANSWERS), 2):
        for place, answer in zip(st.columns(2), ANSWERS[first : first + 2], strict=False):
            with place.container(border=True, height="stretch"):
                st.header(answer.question, anchor=False)
                st.markdown(answer.text)
                st.page_link(answer.script, label=answer.page, icon=":material/arrow_forward:")
