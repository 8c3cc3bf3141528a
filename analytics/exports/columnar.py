"""Parquet as other programs read it: exact decimals, dates, and the stamp in the file's own metadata."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.exports.stamp import Stamp


def to_parquet(frame: pd.DataFrame, stamp: Stamp | None = None) -> bytes:
    """`frame` as Parquet, every column with its type; the stamp is metadata, so that the columns stay the report's."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    said = {name.lower(): text for name, text in stamp.items} if stamp else {}
    target = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata((table.schema.metadata or {}) | said), target)
    return bytes(target.getvalue())
