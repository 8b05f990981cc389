"""Full-text search: one language and one index of words, on SQLite (FTS5) and on PostgreSQL (tsvector).

`index` keeps it true, `readers` and `matching` find.
"""

from curation.search.entries import Facet
from curation.search.finding import MOST, Found, Hit, matching, readers
from curation.search.query import LONGEST, Query, parse, shortened
from curation.search.writing import facet_became, index, outdate, rebuild, stale

__all__ = [
    "LONGEST",
    "MOST",
    "Facet",
    "Found",
    "Hit",
    "Query",
    "facet_became",
    "index",
    "matching",
    "outdate",
    "parse",
    "readers",
    "rebuild",
    "shortened",
    "stale",
]
