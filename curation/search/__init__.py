"""Full-text search: one language and one index of words, on SQLite (FTS5) and on PostgreSQL (tsvector).

`index` keeps it true, `readers` and `matching` find.
"""

from curation.search.finding import MOST, Found, Hit, matching, readers
from curation.search.query import LONGEST, Query, parse
from curation.search.writing import index, rebuild

__all__ = [
    "LONGEST",
    "MOST",
    "Found",
    "Hit",
    "Query",
    "index",
    "matching",
    "parse",
    "readers",
    "rebuild",
]
