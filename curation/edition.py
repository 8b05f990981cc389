"""The edition of the site: what every page for readers, and every count, is a page or a count of.

Triggers on every table that readers see something of make it grow, in the transaction of the change, whoever writes
and by whatever way. Nothing has to be remembered, and a reader never meets a new edition with old content or the other
way round. What changes by the clock alone (an item appears or ends) is told by the moments that have passed.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.models import Model
from django.utils import timezone

from curation.models import Edition, Placement, Shelf, ShelfEdition
from curation.models.shelf import WHOLE_SITE

logger = logging.getLogger(__name__)
T = TypeVar("T")

NEWSROOM_ONLY = {
    "curation.CuratedItem": {
        "body", "cleaned_away", "link_original", "link_key", "modified", "review_by", "md_name", "upstream_id",
        "upstream_key", "path", "state", "head_revision", "file_revision", "scheduled_revision", "scheduled_at",
        "schedule_error", "schedule_attempts", "reviewer", "claimed_at", "review_due", "review_after",
        "accepted_cleaning", "history_hash", "version", "created_by", "created_at", "updated_at",
    },
    "curation.Publisher": {"status", "excerpt_words", "notes", "name_alike", "host_alike"},
    "curation.FeaturedImage": {
        "file_name", "source", "created_at", "created_by", "likeness", "band_1", "band_2", "band_3", "band_4",
        "looks_like",
    },
    # Whether an entry is to be made anew goes along with a change of what it is made from.
    "curation.ReaderEntry": {"digest"},
    "communities.Community": {"page", "file_key", "self_approval", "check_levels"},
    "communities.User": {"password", "last_login", "email", "is_staff", "is_superuser", "date_joined", "mail"},
}  # fmt: skip
"""The columns of the tables below that no page for readers shows; a change of any other one makes a new edition."""
WATCHED = (
    *NEWSROOM_ONLY, "communities.Topic", "communities.Membership", "curation.Author", "curation.Tag",
    "curation.ItemAuthor", "curation.ItemTag", "curation.ItemTopic", "curation.CuratedItem_also_in",
    "curation.Placement", "curation.Card", "curation.Rendition", "curation.Redirect",
)  # fmt: skip
"""Every table that readers see something of."""
SLOTS = 64
"""How many rows PostgreSQL's writers are spread over; SQLite has one writer at a time, and one row."""

GROW = """
INSERT INTO curation_edition (slot, number, at) VALUES ({slot}, 1, {now})
ON CONFLICT (slot) DO UPDATE SET number = curation_edition.number + 1, at = excluded.at
"""
SLOT_AND_TIME = {
    "sqlite": {"slot": "0", "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')"},
    "postgresql": {"slot": f"pg_backend_pid() % {SLOTS}", "now": "clock_timestamp()"},
}
GROW_SQLITE = GROW.format(**SLOT_AND_TIME["sqlite"])
GROW_POSTGRESQL = f"""
CREATE OR REPLACE FUNCTION curation_edition_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {GROW.format(**SLOT_AND_TIME["postgresql"])};
    RETURN NULL;
END $$
"""

# A community's own edition grows with every place of an item that it shows; see `of_community`.
GROW_SHELVES = """
INSERT INTO curation_shelfedition (slot, shelf, owner, number, at)
SELECT {slot}, {shelf}, touched.owner, 1, {now} FROM ({owners}) AS touched WHERE TRUE
ON CONFLICT (shelf, owner, slot) DO UPDATE SET number = curation_shelfedition.number + 1, at = excluded.at
"""
OF_ROW = """
SELECT owner FROM curation_placement WHERE shelf = 1 AND item_id = {row}.item_id
UNION SELECT {row}.owner WHERE {row}.shelf = 1
"""
OF_ROWS = """
SELECT owner FROM curation_placement WHERE shelf = 1 AND item_id IN (SELECT item_id FROM {rows})
UNION SELECT owner FROM {rows} WHERE shelf = 1
"""
"""The communities of the items whose places changed; number 1 is `Shelf.COMMUNITY`."""
SHELVES_POSTGRESQL = """
CREATE OR REPLACE FUNCTION curation_shelf_edition_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME <> 'curation_placement' THEN
        {names};
    ELSIF TG_OP = 'UPDATE' THEN
        {both};
    ELSE
        {changed};
    END IF;
    RETURN NULL;
END $$
"""
NAMES = {
    "communities.Community": ("slug", "name"), "communities.Topic": ("slug", "label"), "curation.Tag": ("slug", "name"),
    "curation.Author": ("slug", "name"), "curation.Publisher": ("host", "name"),
}  # fmt: skip
"""The columns that the values of facets are called by: see `curation.facets`."""

MOMENTS = (
    "SELECT MAX(publish_at) FROM {live} AND publish_at <= {moment}",
    "SELECT MAX(unpublish_at) FROM {live} AND unpublish_at <= {moment}",
    "SELECT MAX(featured_until) FROM {live} AND featured_until <= {moment}",
    "SELECT MIN(publish_at) FROM {live} AND publish_at > {moment}",
    "SELECT MIN(unpublish_at) FROM {live} AND unpublish_at > {moment}",
    "SELECT MIN(featured_until) FROM {live} AND featured_until > {moment}",
)
"""The last three moments that changed what readers see by the clock alone, and the next three."""
LIVE = "curation_curateditem WHERE publication = 'live'"
LATEST = "SELECT CAST(COALESCE(SUM(number), 0) AS BIGINT) AS number, MAX(at) AS at FROM curation_edition"
NOW_SQLITE = f"""
SELECT latest.number, latest.at, {
    ", ".join(f"CASE WHEN latest.known THEN NULL ELSE ({each.format(live=LIVE, moment='%s')}) END" for each in MOMENTS)
}
FROM (SELECT number, at, number = %s AND at = %s AS known FROM ({LATEST}) AS grown) AS latest
"""  # noqa: S608
# Every request of a reader asks this, and PostgreSQL takes ten times longer to plan it than to answer it: a function
# keeps its plan as long as the connection stays.
NOW_POSTGRESQL = f"""
DROP FUNCTION IF EXISTS curation_edition_now(timestamptz);
DROP FUNCTION IF EXISTS curation_edition_now(timestamptz, bigint, timestamptz);
CREATE FUNCTION curation_edition_now(moment timestamptz, known bigint, known_at timestamptz) RETURNS TABLE (
    number bigint, at timestamptz, began timestamptz, ended timestamptz, stepped_back timestamptz, begins timestamptz,
    ends timestamptz, steps_back timestamptz
) LANGUAGE plpgsql STABLE ROWS 1 SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    latest record;
BEGIN
    {LATEST} INTO latest;
    number := latest.number;
    at := latest.at;
    IF latest.number = known AND latest.at = known_at THEN
        RETURN NEXT;
    ELSE
        RETURN QUERY SELECT latest.number, latest.at,
            {", ".join(f"({each.format(live=LIVE, moment='moment')})" for each in MOMENTS)};
    END IF;
END $$
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


@dataclass(frozen=True)
class _Seen:
    """An edition as this process saw it: until the next moment nothing of it changes without a new number."""

    at: Any
    """When it grew, as the database tells it."""
    number: int
    now: Now

    def lasts(self, moment: datetime) -> bool:
        return self.now.moment <= moment and (self.now.until is None or moment < self.now.until)


_seen: _Seen | None = None


def now() -> Now:
    """The edition as it is, in one query that no number of items makes slower."""
    global _seen
    moment = timezone.now()
    seen = _seen if _seen is not None and _seen.lasts(moment) else None
    known = [seen.number, seen.at] if seen else [None, None]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT * FROM curation_edition_now(%s, %s, %s)", [moment, *known])
        else:
            cursor.execute(NOW_SQLITE, [*[connection.ops.adapt_datetimefield_value(moment)] * len(MOMENTS), *known])
        number, grown, *moments = cursor.fetchone()
    if seen and [number, grown] == known:
        return replace(seen.now, moment=moment)
    at, began, ended, stepped_back, begins, ends, steps_back = (read(value) for value in (grown, *moments))
    passed = max((each for each in (began, ended, stepped_back) if each), default=None)
    found = Now(
        moment=moment,
        # The time is in it as well: a number comes again where a backup is put back.
        key="-".join(str(int(part)) for part in (number, *(_microseconds(each) for each in (at, passed)))),
        changed_at=max((each for each in (at, passed) if each), default=None),
        until=min((each for each in (begins, ends, steps_back) if each), default=None),
    )
    _seen = _Seen(grown, number, found)
    return found


def of_community(column: str) -> str:
    """The query for the edition of the community whose primary key stands in `column`, as a text.

    It grows with whatever changes how the items that the community shows divide, and with the names of what they divide
    by, but with no other community. What changes by the clock alone is no part of it.
    """
    return OF_COMMUNITY.format(column=column)


# Numbers 1 and 0 are `Shelf.COMMUNITY` and `Shelf.SITE`, whose 0 are the names.
OF_COMMUNITY = """
(SELECT CAST(SUM(number) AS TEXT) || '-' || CAST(MAX(at) AS TEXT) FROM curation_shelfedition
 WHERE (shelf = 1 AND owner = {column}) OR (shelf = 0 AND owner = 0))
"""


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


def lasting(now: Now, name: str, make: Callable[[], tuple[T, datetime | None]]) -> tuple[T, datetime | None]:
    """What `make` gives, kept until the moment that it gives with it, None being never. `name` has to name an edition:
    that of the site, or that of a community. See `UNTIL` for the moment.
    """
    found = kept(now, name)
    if found is None:
        found = make()
        store(_lasting(name), found, KEPT_SECONDS)
    return found


def kept(now: Now, name: str) -> Any:
    """What `lasting` keeps under `name`; None where that is nothing."""
    found = fetch(_lasting(name))
    return found if found is None or found[1] is None or found[1] > now.moment else None


def _lasting(name: str) -> str:
    return f"lasting:{hashlib.sha256(name.encode()).hexdigest()}"


UNTIL = """
(SELECT MIN(moment) FROM (
    SELECT MIN(publish_at) AS moment FROM curation_curateditem WHERE publication = 'live' AND publish_at > %s
    UNION ALL
    SELECT MIN(unpublish_at) AS moment FROM curation_curateditem WHERE publication = 'live' AND unpublish_at > %s
) AS moments)
"""
"""The next moment at which an item appears or ends, for a query of what changes then: only so is no item missed that
came in between.
"""


@lru_cache(maxsize=1)
def program() -> str:
    """Names the version of the program and of its templates, by their bytes: the same for all its processes."""
    digest = hashlib.sha256(repr((settings.MEDIA_URL, settings.STATIC_URL, settings.STORAGES)).encode())
    for folder, ending in (
        ("templates", "html"),
        ("communities", "py"),
        ("curation", "py"),
        ("medigy", "*"),
        ("locale", "mo"),
    ):
        for path in sorted((settings.BASE_DIR / folder).rglob(f"*.{ending}")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


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


def read(value: Any) -> datetime | None:
    """A moment as databases give it; None where there is none."""
    if not value:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _microseconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1_000_000) if moment else 0


# --- The triggers ----------------------------------------------------------------------------------------------------


def watch(using: str) -> None:
    """Puts the triggers onto every watched table that is there; made anew each time, since migrations of SQLite lose
    them with the tables that they remake. PostgreSQL gets the function that tells the edition, too. Also begins a
    new edition: what came before may have gone unseen.
    """
    unwatch(using)
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not tables.issuperset({Edition._meta.db_table, ShelfEdition._meta.db_table}):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(NOW_POSTGRESQL)
            cursor.execute(GROW_POSTGRESQL)
            cursor.execute(_shelves_function())
            cursor.execute(GROW.format(slot="0", now="clock_timestamp()"))
        else:
            cursor.execute(GROW_SQLITE)
        cursor.execute(_grow_names(connection.vendor))
        for model, _, statement in _triggers(connection.vendor):
            if model._meta.db_table in tables:
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
    return sorted((model._meta.db_table, name) for model, name, _ in _triggers(connection.vendor))


EVENTS = ("insert", "update", "delete")


def models() -> Iterator[type[Model]]:
    """The models behind the tables of `WATCHED`."""
    for label in WATCHED:
        yield apps.get_model(label)


def _triggers(vendor: str) -> Iterator[tuple[type[Model], str, str]]:
    """Every trigger: its model, its name, and the statement that makes it."""
    for model in models():
        for event in EVENTS:
            name = f"{model._meta.db_table}_edition_grows_on_{event}"
            yield model, name, _site_trigger(model, name, event, vendor)
    for event in EVENTS:
        name = f"curation_placement_shelf_edition_grows_on_{event}"
        yield Placement, name, _shelf_trigger(name, event, vendor)
    for label, columns in NAMES.items():
        model = apps.get_model(label)
        name = f"{model._meta.db_table}_name_edition_grows_on_update"
        if vendor == "postgresql":
            act = f"FOR EACH ROW WHEN ({_differs(columns, vendor)}) EXECUTE FUNCTION curation_shelf_edition_grows()"
        else:
            act = f"WHEN ({_differs(columns, vendor)}) BEGIN {_grow_names(vendor)}; END"
        yield model, name, f"CREATE TRIGGER {name} AFTER UPDATE ON {model._meta.db_table} {act}"


def _site_trigger(model: type[Model], name: str, event: str, vendor: str) -> str:
    hidden = NEWSROOM_ONLY.get(model._meta.label, set())
    columns = [field.column for field in model._meta.concrete_fields if field.name not in hidden]
    condition = f"WHEN ({_differs(columns, vendor)})" if event == "update" else ""
    if vendor == "postgresql":
        each = "ROW" if condition else "STATEMENT"
        act = f"FOR EACH {each} {condition} EXECUTE FUNCTION curation_edition_grows()"
    else:
        act = f"{condition} BEGIN {GROW_SQLITE}; END"
    return f"CREATE TRIGGER {name} AFTER {event.upper()} ON {model._meta.db_table} {act}"


def _differs(columns: Iterable[str | None], vendor: str) -> str:
    differ = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return " OR ".join(f'OLD."{column}" {differ} NEW."{column}"' for column in columns)


# --- Of a community --------------------------------------------------------------------------------------------------


def _shelf_trigger(name: str, event: str, vendor: str) -> str:
    start = f"CREATE TRIGGER {name} AFTER {event.upper()} ON curation_placement"
    if vendor == "postgresql":
        # One statement writes many places; each of them by itself would make its versions of one row pile up.
        tables = {"insert": "NEW TABLE AS changed", "delete": "OLD TABLE AS changed",
                  "update": "NEW TABLE AS changed OLD TABLE AS former"}  # fmt: skip
        each = "FOR EACH STATEMENT EXECUTE FUNCTION curation_shelf_edition_grows()"
        return f"{start} REFERENCING {tables[event]} {each}"
    rows = {"insert": ("NEW",), "delete": ("OLD",), "update": ("OLD", "NEW")}[event]
    return f"{start} BEGIN {_grow_communities(OF_ROW.format(row=row) for row in rows)}; END"


def _shelves_function() -> str:
    changed, former = (OF_ROWS.format(rows=rows) for rows in ("changed", "former"))
    return SHELVES_POSTGRESQL.format(
        names=_grow_names("postgresql"),
        both=_grow_communities([changed, former], "postgresql"),
        changed=_grow_communities([changed], "postgresql"),
    )


def _grow_communities(owners: Iterable[str], vendor: str = "sqlite") -> str:
    told = {"shelf": int(Shelf.COMMUNITY), "owners": " UNION ".join(owners)}
    return GROW_SHELVES.format(**told, **SLOT_AND_TIME[vendor])


def _grow_names(vendor: str) -> str:
    told = {"shelf": int(Shelf.SITE), "owners": f"SELECT {WHOLE_SITE} AS owner"}
    return GROW_SHELVES.format(**told, **SLOT_AND_TIME[vendor])
