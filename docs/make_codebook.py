"""Make docs/codebook.md from the comments of the public views: `.venv/bin/python docs/make_codebook.py`.

`tests/test_docs.py` checks that the file is up to date.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # this checkout, whichever is installed

from veille.reference.actors import entries
from warehouse.store import Row, open_state, rows

CODEBOOK = Path(__file__).parent / "codebook.md"
#: What an analyst asks first stands first; views not named here follow by name.
ORDER = (
    "events", "event_articles", "claims", "event_tolls", "articles", "article_revisions", "why_linked", "to_review",
    "event_history", "event_aliases", "events_deleted", "unknown_places", "pending", "rejected", "feed_health", "alerts", "runs", "warehouse_info",
)  # fmt: skip
HEAD = """# Codebook

The public views of the warehouse (`sahel.duckdb`), column by column. Made by `python docs/make_codebook.py` from the
comments in `warehouse/views/`, which the file itself carries too: `SELECT * FROM duckdb_columns()`. Times are UTC.
"""


def codebook() -> str:
    """The text of the codebook, from the views of a new warehouse and the list of actors."""
    columns = described()
    views = sorted(columns, key=lambda v: (ORDER.index(v) if v in ORDER else len(ORDER), v))
    return "\n".join([HEAD, *(_section(v, columns[v]) for v in views), _actors()])


def described() -> dict[str, list[Row]]:
    """The columns of every public view, in order: column_name, data_type, comment, view_comment."""
    with tempfile.TemporaryDirectory() as scratch:
        con = open_state(Path(scratch) / "state.duckdb")
        try:
            found = rows(
                con,
                "SELECT c.table_name, c.column_name, c.data_type, c.comment, v.comment AS view_comment"
                " FROM duckdb_columns() c"
                " JOIN duckdb_views() v ON v.view_name = c.table_name AND v.schema_name = c.schema_name"
                " WHERE c.schema_name = 'main' AND NOT v.internal ORDER BY c.table_name, c.column_index",
            )
        finally:
            con.close()
    columns: dict[str, list[Row]] = {}
    for row in found:
        columns.setdefault(row.pop("table_name"), []).append(row)
    return columns


def _section(view: str, columns: list[Row]) -> str:
    lines = [f"## {view}", "", columns[0]["view_comment"] or "", "", "| column | type | |", "|---|---|---|"]
    lines += [f"| `{c['column_name']}` | {_kind(c['data_type'])} | {_cell(c['comment'] or '')} |" for c in columns]
    return "\n".join([*lines, ""])


def _actors() -> str:
    by_kind: dict[str, list[str]] = {}
    for actor in entries():
        by_kind.setdefault(actor.kind, []).append(f"`{actor.code}`")
    lines = [
        "## Codes of actors",
        "",
        "From `actors.toml` and `countries.toml` in `veille/reference/`, which list the names that lead to each.",
    ]
    lines += ["", "| kind | codes |", "|---|---|"]
    lines += [f"| {kind} | {', '.join(dict.fromkeys(codes))} |" for kind, codes in by_kind.items()]
    return "\n".join([*lines, ""])


def _kind(data_type: str) -> str:
    return data_type.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    CODEBOOK.write_text(codebook(), "utf-8")
    print(f"{CODEBOOK}: {len(described())} views")
