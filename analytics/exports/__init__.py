"""Answers as files: a frame and its stamp become CSV, XLSX or Parquet bytes; exact, typed and safe to open."""

from analytics.exports.columnar import to_parquet
from analytics.exports.delimited import to_csv
from analytics.exports.stamp import Stamp, filters_in_words, view_in_words
from analytics.exports.workbook import SheetChart, to_xlsx

__all__ = ["SheetChart", "Stamp", "filters_in_words", "to_csv", "to_parquet", "to_xlsx", "view_in_words"]
