"""Search finds the newest that have the words without reading what else has them.

On SQLite an index of the entries, in the order of their keys, has all that is asked of those that are found. On
PostgreSQL the index of words also tells which words stand side by side and about when an item was published, and the
words that weigh most stand in a column of their own, short enough to be kept within the row.
"""

from django.db import migrations

SQLITE = (
    ('CREATE INDEX curation_readerentry_found ON curation_readerentry ("key", ends, facets)',),
    ("DROP INDEX curation_readerentry_found",),
)

# How pairs of words are numbered is only known in here: it goes into the index, and into questions to it.
PAIR = """
CREATE FUNCTION curation_pair(words text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.hashtext(words) & 65535
$$
"""
PAIRS = """
CREATE FUNCTION curation_pairs(words tsvector) RETURNS integer[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT pg_catalog.array_agg(DISTINCT pg_catalog.hashtext(word || ' ' || next_word) & 65535)
    FROM (
        SELECT word, place, pg_catalog.lead(word) OVER way AS next_word, pg_catalog.lead(place) OVER way AS next_place
        FROM pg_catalog.unnest(words) AS each(word, places, weights), pg_catalog.unnest(places) AS place
        WINDOW way AS (ORDER BY place)
    ) AS beside
    WHERE next_place = place + 1
$$
"""
# The newest come first, stretch by stretch, each twice as long as the one before it, until enough are found. PostgreSQL
# would plan each question anew and now and then prefer to go through all entries, or through all of the newest.
NEWEST = """
CREATE FUNCTION curation_newest(
    asked tsquery, beside integer[], exactly tsquery, top bigint, moment timestamptz, most integer
)
RETURNS TABLE (number bigint, facets text, said tsvector) LANGUAGE plpgsql STABLE ROWS 1000
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    period bigint := (SELECT MAX(entry.key) FROM curation_readerentry AS entry WHERE entry.key <= top) >> 44;
    width integer := 4;
    seen integer := 0;
    new integer;
BEGIN
    WHILE period IS NOT NULL AND seen < most AND width <= 64 LOOP
        {in_stretch}
        GET DIAGNOSTICS new = ROW_COUNT;
        seen := seen + new;
        period := period - width;
        width := width * 2;
    END LOOP;
    IF period IS NOT NULL AND seen < most THEN
        {older}
    END IF;
END $$
"""
# What the index finds by itself has to be exact, or all of it would be worked out again for each that it finds. The
# words of a phrase are read, from where they are, of as many as are needed.
ROWS = """
        IF beside = '{{}}' THEN
            RETURN QUERY SELECT number, facets, said FROM (
                SELECT entry.key AS number, entry.facets, entry.said, entry.words FROM curation_readerentry AS entry
                WHERE entry.words @@ asked AND {when} AND (entry.ends IS NULL OR entry.ends > moment)
                ORDER BY entry.key DESC OFFSET 0
            ) AS likely WHERE exactly IS NULL OR ts_match_vq(words, exactly) LIMIT most - seen;
        ELSE
            RETURN QUERY SELECT number, facets, said FROM (
                SELECT entry.key AS number, entry.facets, entry.said, entry.words FROM curation_readerentry AS entry
                WHERE entry.words @@ asked AND {when} AND (entry.ends IS NULL OR entry.ends > moment)
                    AND curation_pairs(entry.words) @> beside
                ORDER BY entry.key DESC OFFSET 0
            ) AS likely WHERE exactly IS NULL OR ts_match_vq(words, exactly) LIMIT most - seen;
        END IF;
"""
# Computed keys, so that the index of words is the only one that can be gone through.
IN_STRETCH = (
    """ARRAY[entry.key >> 44] && ARRAY(SELECT generate_series(period - width + 1, period)) AND entry.key + 0 <= top"""
)
OLDER = "entry.key + 0 < LEAST((period + 1) << 44, top + 1)"
POSTGRESQL = (
    (
        PAIR,
        PAIRS,
        "ALTER TABLE curation_readerentry ADD COLUMN said tsvector "
        "GENERATED ALWAYS AS (ts_filter(words, '{a,b,c}')) STORED",
        "DROP INDEX curation_readerwords_index",
        "CREATE INDEX curation_readerwords_index ON curation_readerentry "
        "USING gin (words, curation_pairs(words), (ARRAY[key >> 44]))",
        NEWEST.format(in_stretch=ROWS.format(when=IN_STRETCH), older=ROWS.format(when=OLDER)),
    ),
    (
        "DROP FUNCTION curation_newest(tsquery, integer[], tsquery, bigint, timestamptz, integer)",
        "DROP INDEX curation_readerwords_index",
        "CREATE INDEX curation_readerwords_index ON curation_readerentry USING gin (words)",
        "ALTER TABLE curation_readerentry DROP COLUMN said",
        "DROP FUNCTION curation_pairs(tsvector)",
        "DROP FUNCTION curation_pair(text)",
    ),
)


def _run(schema_editor, number):
    statements = POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE
    for statement in statements[number]:
        schema_editor.execute(statement)


def make(apps, schema_editor):
    _run(schema_editor, 0)


def take_back(apps, schema_editor):
    _run(schema_editor, 1)


class Migration(migrations.Migration):
    dependencies = [("curation", "0019_sitemap_entries")]

    operations = [migrations.RunPython(make, take_back)]
