"""Answers as files: a frame and its stamp become CSV or XLSX bytes, a document PDF, HTML or a workbook; exact, typed, safe to open."""

from analytics.exports.delimited import to_csv
from analytics.exports.stamp import Stamp, filters_in_words, view_in_words
from analytics.exports.workbook import SheetChart, to_xlsx

__all__ = ["SheetChart", "Stamp", "filters_in_words", "to_csv", "to_xlsx", "view_in_words"]
