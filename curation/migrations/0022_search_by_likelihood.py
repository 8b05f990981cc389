"""On PostgreSQL, search goes as far back as the items found so far let expect, and weighs where it finds.

The stretches of time it looked at had each twice the length of the one before, so that it read twice what it needed of
words that many have, and looked five times for those that few have. Rows were handed on with the words they are weighed
by, which are nearly all of a row.
"""

import importlib

from django.db import migrations

# What it was before, for the way back.
BEFORE = importlib.import_module("curation.migrations.0020_search_sooner")

# The newest come first, stretch by stretch, until enough are found; `width` is that of the first one. PostgreSQL would plan each question anew and now
# and then prefer to go through all entries, or through all of the newest.
NEWEST = """
CREATE FUNCTION curation_newest(
    asked tsquery, beside integer[], exactly tsquery, weighed tsquery, width integer, top bigint, moment timestamptz,
    most integer
)
RETURNS TABLE (number bigint, facets text, score real) LANGUAGE plpgsql STABLE ROWS 1000
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
    period bigint := (SELECT MAX(entry.key) FROM curation_readerentry AS entry WHERE entry.key <= top) >> 44;
    first bigint := (SELECT MIN(entry.key) FROM curation_readerentry AS entry) >> 44;
    gone integer := 0;
    seen integer := 0;
    new integer;
    each float;
BEGIN
    WHILE seen < most AND period >= first LOOP
        {in_stretch}
        GET DIAGNOSTICS new = ROW_COUNT;
        seen := seen + new;
        gone := gone + width;
        period := period - width;
        IF new >= 8 THEN
            each := new::float / width;
            EXIT WHEN each * (period - first + 1) < 2 * (most - seen);  -- Then all the others are read at once.
            width := LEAST(64, CEIL(1.2 * (most - seen) / each) + 1);
        ELSE  -- So few do not tell how many others there are.
            EXIT WHEN gone >= 40;
            width := width * 4;
        END IF;
    END LOOP;
    IF seen < most AND period >= first THEN
        {older}
    END IF;
END $$
"""
# What the index finds by itself has to be exact, or all of it would be worked out again for each that it finds. The
# words of a phrase are read, from where they are, of as many as are needed.
ROWS = """
        IF beside = '{{}}' THEN
            RETURN QUERY SELECT number, facets, {score} FROM (
                SELECT entry.key AS number, entry.facets, entry.said, entry.words FROM curation_readerentry AS entry
                WHERE entry.words @@ asked AND {when} AND (entry.ends IS NULL OR entry.ends > moment)
                ORDER BY entry.key DESC OFFSET 0
            ) AS likely WHERE exactly IS NULL OR ts_match_vq(words, exactly) LIMIT most - seen;
        ELSE
            RETURN QUERY SELECT number, facets, {score} FROM (
                SELECT entry.key AS number, entry.facets, entry.said, entry.words FROM curation_readerentry AS entry
                WHERE entry.words @@ asked AND {when} AND (entry.ends IS NULL OR entry.ends > moment)
                    AND curation_pairs(entry.words) @> beside
                ORDER BY entry.key DESC OFFSET 0
            ) AS likely WHERE exactly IS NULL OR ts_match_vq(words, exactly) LIMIT most - seen;
        END IF;
"""
# Of body, summary, names and title; divided by the logarithm of the length: a word of a short text says more.
SCORE = "-ts_rank('{{0.1, 0.3, 0.5, 1.0}}', said, weighed, 1)"
# Computed keys, so that the index of words is the only one that can be gone through.
IN_STRETCH = (
    """ARRAY[entry.key >> 44] && ARRAY(SELECT generate_series(period - width + 1, period)) AND entry.key + 0 <= top"""
)
OLDER = "entry.key + 0 < LEAST((period + 1) << 44, top + 1)"
FORWARDS = (
    "DROP FUNCTION curation_newest(tsquery, integer[], tsquery, bigint, timestamptz, integer)",
    NEWEST.format(
        in_stretch=ROWS.format(when=IN_STRETCH, score=SCORE.format()),
        older=ROWS.format(when=OLDER, score=SCORE.format()),
    ),
)
BACKWARDS = (
    "DROP FUNCTION curation_newest(tsquery, integer[], tsquery, tsquery, integer, bigint, timestamptz, integer)",
    BEFORE.NEWEST.format(
        in_stretch=BEFORE.ROWS.format(when=BEFORE.IN_STRETCH), older=BEFORE.ROWS.format(when=BEFORE.OLDER)
    ),
)


def _run(schema_editor, statements):
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements:
            schema_editor.execute(statement)


def make(apps, schema_editor):
    _run(schema_editor, FORWARDS)


def take_back(apps, schema_editor):
    _run(schema_editor, BACKWARDS)


class Migration(migrations.Migration):
    dependencies = [("curation", "0021_words_of_search")]

    operations = [migrations.RunPython(make, take_back)]
