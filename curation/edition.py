"""The edition of the site: what every page for readers, and every count, is a page or a count of.

Triggers on every table that readers see something of make it grow, in the transaction of the change, whoever writes
and by whatever way. Nothing has to be remembered, and a reader never meets a new edition with old content or the other
way round. What changes by the clock alone (an item appears or ends) is told by the moments that have passed.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.apps import apps
from django.core.cache import cache
from django.db import connection, connections
from django.db.models import Model
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from curation.models import Edition

logger = logging.getLogger(__name__)
T = TypeVar("T")

NEWSROOM_ONLY = {
    "curation.CuratedItem": {
        "body", "cleaned_away", "link_original", "link_key", "modified", "review_by", "md_name", "upstream_id",
        "upstream_key", "path", "state", "head_revision", "file_revision", "scheduled_revision", "scheduled_at",
        "schedule_error", "schedule_attempts", "reviewer", "claimed_at", "review_due", "review_after",
        "accepted_cleaning", "history_hash", "version", "created_by", "created_at", "updated_at",
    },
    "curation.Publisher": {"status", "excerpt_words", "notes"},
    "curation.FeaturedImage": {
        "file_name", "source", "created_at", "created_by", "likeness", "band_1", "band_2", "band_3", "band_4",
        "looks_like",
    },
    "communities.Community": {"page", "file_key", "self_approval", "check_levels"},
    "communities.User": {"password", "last_login", "email", "is_staff", "is_superuser", "date_joined", "mail"},
}  # fmt: skip
"""The columns of the tables below that no page for readers shows; a change of any other one makes a new edition."""
WATCHED = (
    *NEWSROOM_ONLY, "communities.Topic", "communities.Membership", "curation.Author", "curation.Tag",
    "curation.ItemAuthor", "curation.ItemTag", "curation.ItemTopic", "curation.CuratedItem_also_in",
    "curation.Placement", "curation.Card", "curation.Rendition",
)  # fmt: skip
"""Every table that readers see something of."""
SLOTS = 64
"""How many rows PostgreSQL's writers are spread over; SQLite has one writer at a time, and one row."""

GROW = """
INSERT INTO curation_edition (slot, number, at) VALUES ({slot}, 1, {now})
ON CONFLICT (slot) DO UPDATE SET number = curation_edition.number + 1, at = excluded.at
"""
GROW_SQLITE = GROW.format(slot="0", now="strftime('%Y-%m-%d %H:%M:%f', 'now')")
GROW_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION curation_edition_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {GROW.format(slot=f"pg_backend_pid() % {SLOTS}", now="clock_timestamp()")};
    RETURN NULL;
END $$
"""

NOW = """
SELECT
    (SELECT COALESCE(SUM(number), 0) FROM curation_edition),
    (SELECT MAX(at) FROM curation_edition),
    (SELECT MAX(publish_at) FROM curation_curateditem WHERE publication = 'live' AND publish_at <= %s),
    (SELECT MAX(unpublish_at) FROM curation_curateditem WHERE publication = 'live' AND unpublish_at <= %s),
    (SELECT MIN(publish_at) FROM curation_curateditem WHERE publication = 'live' AND publish_at > %s),
    (SELECT MIN(unpublish_at) FROM curation_curateditem WHERE publication = 'live' AND unpublish_at > %s),
    (SELECT MAX(featured_until) FROM curation_curateditem WHERE publication = 'live' AND featured_until <= %s),
    (SELECT MIN(featured_until) FROM curation_curateditem WHERE publication = 'live' AND featured_until > %s)
"""


@dataclass(frozen=True)
class Now:
    """The edition at one moment."""

    moment: datetime
    """When it was asked for; what is shown is decided by this moment."""
    key: str
    """Differs between any two moments at which readers could see something different."""
    changed_at: datetime | None
    """When it became what it is; None for a site that nothing was ever written to."""
    until: datetime | None
    """The next moment at which it changes by the clock, as far as is known now; None where there is none."""


def now() -> Now:
    """The edition as it is, in one query that no number of items makes slower."""
    moment = timezone.now()
    adapted = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        cursor.execute(NOW, [adapted] * 6)
        number, at, *moments = cursor.fetchone()
    at, began, ended, begins, ends, stepped_back, steps_back = (_read(value) for value in (at, *moments))
    passed = max((each for each in (began, ended, stepped_back) if each), default=None)
    return Now(
        moment=moment,
        # The time is in it as well: a number comes again where a backup is put back.
        key="-".join(str(int(part)) for part in (number, *(_microseconds(each) for each in (at, passed)))),
        changed_at=max((each for each in (at, passed) if each), default=None),
        until=min((each for each in (begins, ends, steps_back) if each), default=None),
    )


KEPT_SECONDS = 24 * 60 * 60
"""How long something stays in the cache at most; it belongs to one edition, so this is only about room."""


def once(now: Now, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, made once for each edition. `name` says what it is, in letters that any cache takes."""
    key = f"{now.key}:{name}"
    found = fetch(key)
    if found is None:
        found = make()
        store(key, found, KEPT_SECONDS)
    return found


def fetch(key: str) -> Any:
    """What the cache has under `key`; None where it has nothing, or does not answer: that costs time, and no page."""
    try:
        return cache.get(key)
    except Exception:
        logger.exception("The cache does not answer.")
        return None


def store(key: str, value: Any, seconds: int) -> None:
    """Puts `value` into the cache, where that answers."""
    try:
        cache.set(key, value, seconds)
    except Exception:
        logger.exception("The cache does not answer.")


def _read(value: Any) -> datetime | None:
    read = parse_datetime(value) if isinstance(value, str) else value
    return read.replace(tzinfo=UTC) if read is not None and read.tzinfo is None else read


def _microseconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1_000_000) if moment else 0


# --- The triggers ----------------------------------------------------------------------------------------------------


def watch(using: str) -> None:
    """Puts the triggers onto every watched table that is there; made anew each time, since migrations of SQLite lose
    them with the tables that they remake. Also begins a new edition: what came before may have gone unseen.
    """
    unwatch(using)
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if Edition._meta.db_table not in tables:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(GROW_POSTGRESQL)
            cursor.execute(GROW.format(slot="0", now="clock_timestamp()"))
        else:
            cursor.execute(GROW_SQLITE)
        for model in models():
            if model._meta.db_table in tables:
                for statement in _triggers(model, connection.vendor):
                    cursor.execute(statement)


def unwatch(using: str) -> None:
    """Takes the triggers away, so that migrations may alter the tables."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table, name in present(using):
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def present(using: str) -> list[tuple[str, str]]:
    """The triggers that are there, each with its table."""
    if connections[using].vendor == "postgresql":
        query = "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE %s AND NOT tgisinternal"
    else:
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    with connections[using].cursor() as cursor:
        cursor.execute(query, ["%edition_grows_on_%"])
        return sorted(cursor.fetchall())


def wanted() -> list[tuple[str, str]]:
    """The triggers that should be there, each with its table."""
    return sorted((model._meta.db_table, _name(model, event)) for model in models() for event in EVENTS)


EVENTS = ("insert", "update", "delete")


def models() -> Iterator[type[Model]]:
    """The models behind the tables of `WATCHED`."""
    for label in WATCHED:
        yield apps.get_model(label)


def _name(model: type[Model], event: str) -> str:
    return f"{model._meta.db_table}_edition_grows_on_{event}"


def _triggers(model: type[Model], vendor: str) -> Iterator[str]:
    table = model._meta.db_table
    hidden = NEWSROOM_ONLY.get(model._meta.label, set())
    columns = [field.column for field in model._meta.concrete_fields if field.name not in hidden]
    differ = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f'OLD."{column}" {differ} NEW."{column}"' for column in columns)
    for event in EVENTS:
        condition = f"WHEN ({changed})" if event == "update" else ""
        if vendor == "postgresql":
            each = "ROW" if condition else "STATEMENT"
            act = f"FOR EACH {each} {condition} EXECUTE FUNCTION curation_edition_grows()"
        else:
            act = f"{condition} BEGIN {GROW_SQLITE}; END"
        yield f"CREATE TRIGGER {_name(model, event)} AFTER {event.upper()} ON {table} {act}"
