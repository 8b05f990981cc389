"""Grows a database to so many items, quickly, with words and numbers as a newsroom of years has them.

    DATA_DIR=/tmp/big python benchmarks/grow.py --items 100000                            # SQLite, below DATA_DIR
    scripts/with-postgres sh -c 'python benchmarks/grow.py --items 100000; ...'   # PostgreSQL, while it lives

Migrates the database that DATABASE_URL or DATA_DIR name and adds what is missing up to `--items` items, so that it can
be stopped and run again. Everything comes in by the functions that imports use, and so with all that is kept ready for
readers and for search. Every run makes up the same words; dates reach back from today.

What there is afterwards: 10 communities, 300 topics, 2,000 authors, 3,000 tags, 400 publishers, 25,000 words used as
often as words of a language are (the first in nearly every item, most in a few). Of 100 items, 84 are published (some
with a newer draft of theirs, some shown by a second community too), 3 will be, 3 were, 2 were withdrawn, 8 never were.
With `--pictures NUMBER`, nine of ten new items show one of so many pictures, whose files are made in every width first.
`--user NAME` also makes a superuser, and `editor` (who edits in every community) and `contributor` (who drafts in one),
each with the password "grow".
"""

import argparse
import io
import json
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
COMMUNITIES, TOPICS, AUTHORS, TAGS, PUBLISHERS, WORDS = 10, 300, 2_000, 3_000, 400, 25_000
KINDS = ("News", "Research", "Brief", "Opinion", "Event", "Podcast")
BATCH = 500
NOW = datetime.now(UTC).replace(microsecond=0)
FIRST_DAY = NOW - timedelta(days=365 * 12)
STORIES = (
    ("published", 79), ("edited", 5), ("scheduled", 3), ("expired", 3), ("withdrawn", 2), ("draft", 5),
    ("in_review", 2), ("approved", 1),
)  # fmt: skip
"""What becomes of how many of 100 items."""
COMMON = """
the of and to in a for with health care patients that is on data are by as from at this their clinical digital have
more it be can system telehealth medical hospital patient use new technology study providers information research
access program support quality treatment services management chronic remote monitoring physicians disease records
electronic diabetes heart mental community population risk outcomes cost payment medicare insurance primary virtual
video visits devices wearable sensors machine learning artificial intelligence models prediction privacy security
interoperability standards exchange equity rural broadband nurses workforce burnout training education pediatric
maternal oncology cancer screening vaccine pandemic infection hypertension asthma kidney stroke surgery
rehabilitation pharmacy prescription opioid policy regulation compliance innovation startup investment funding
""".split()  # noqa: SIM905
SYLLABLES = """
an ar ba be bro ca cel cor da de dor el en er fa fi gra ha hel il in ka ko la le lin lo ma me mor na ne nor o os pa
pe pul ra re ri sa se sti ta te ti tra u ul va ve vi zo
""".split()  # noqa: SIM905
ENDINGS = ("", "s", "ia", "osis", "ology", "ment", "tion", "al", "ic", "é")


def vocabulary() -> list[str]:
    """The words, the most used first."""
    chance = random.Random(1)  # noqa: S311
    words = dict.fromkeys(COMMON)
    while len(words) < WORDS:
        stem = "".join(chance.choices(SYLLABLES, k=chance.choice((2, 2, 3, 3, 4))))
        words[stem + chance.choice(ENDINGS)] = None
    return list(words)


class Writer:
    """Makes up what item number n says; the same for the same number."""

    def __init__(self) -> None:
        self.words = vocabulary()
        self.used = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))  # Zipf's law
        names = self.words[len(COMMON) :]
        self.authors = [f"{names[n].title()} {names[-n - 1].title()}" for n in range(AUTHORS)]
        self.tags = [names[AUTHORS + n] for n in range(TAGS)]
        self.topics = [("Medigy" if n % 3 else "Symplur", names[n * 7].title()) for n in range(TOPICS)]
        self.plain = [word for word in names if word.isascii()]
        self.hosts = [f"{self.plain[n * 3]}{n}.example" for n in range(PUBLISHERS)]
        self.often = {
            size: list(accumulate(1 / (rank + 5) for rank in range(size)))
            for size in (AUTHORS, TAGS, TOPICS, PUBLISHERS)
        }

    def text(self, chance: random.Random, count: int) -> str:
        words = chance.choices(self.words, cum_weights=self.used, k=count)
        at = 0
        while at < count:
            words[at] = words[at].capitalize()
            at += chance.randint(8, 20)
            if at <= count:
                words[at - 1] += "."
        return " ".join(words)

    def some(self, chance: random.Random, of: list[Any], most: int) -> list[Any]:
        return list(dict.fromkeys(chance.choices(of, cum_weights=self.often[len(of)], k=chance.randint(1, most))))

    def story(self, number: int) -> str:
        names, weights = zip(*STORIES, strict=True)
        return random.Random(number * 2 + 1).choices(names, weights)[0]  # noqa: S311

    def values(self, number: int) -> dict[str, Any]:
        """The fields of `ItemValues`, without the community."""
        chance = random.Random(number * 2)  # noqa: S311
        title = self.text(chance, chance.randint(6, 14)).replace(".", "")
        host = self.some(chance, self.hosts, 1)[0]
        body = "\n".join(f"<p>{self.text(chance, chance.randint(40, 90))}</p>" for _ in range(chance.randint(2, 6)))
        return {
            "title": title,
            "slug": f"{'-'.join(title.lower().split()[:5]).encode('ascii', 'ignore').decode()}-{number}",
            "description": self.text(chance, chance.randint(18, 45)),
            "body": body,
            "curator_note": self.text(chance, 25) if chance.random() < 0.2 else "",
            "kind": chance.choices(KINDS, (60, 15, 10, 8, 4, 3))[0],
            "link": f"https://www.{host}/{number}/{chance.choice(self.plain)}",
            "authors": self.some(chance, self.authors, 2),
            "topics": [f"{vocabulary}: {label}" for vocabulary, label in self.some(chance, self.topics, 4)],
            "tags": self.some(chance, self.tags, 5),
            "also_in": [f"community-{chance.randrange(COMMUNITIES)}"] if chance.random() < 0.05 else [],
            "date": FIRST_DAY + (NOW - FIRST_DAY) * (1 - chance.random() ** 1.5) - timedelta(minutes=1),
            "md_name": str(uuid.UUID(int=number, version=4)),
        }


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "medigy.settings"
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import django

    django.setup()


_writer = Writer()


def file_of(number: int) -> bytes:
    """Item `number` as a content file."""
    said, story = _writer.values(number), _writer.story(number)
    home = f"community-{number % COMMUNITIES}"
    date = said["date"]
    link = {"brand": said["link"].split("/")[2].removeprefix("www."), "href": said["link"]}
    header: dict[str, Any] = {
        "title": said["title"], "slug": said["slug"], "description": said["description"], "date": date.isoformat(),
        "author": said["authors"], "tags": said["tags"], "communityTopics": said["topics"], "link": link,
        "searchCategory": said["kind"], "mdName": said["md_name"], "id": number + 1,
        "curatorNote": said["curator_note"], "alsoIn": [slug for slug in said["also_in"] if slug != home],
        "draft": story in {"draft", "in_review", "approved"},
    }  # fmt: skip
    if story == "scheduled":
        header["publishDate"] = (NOW + timedelta(days=30 + number % 300)).isoformat()
    elif story == "expired":
        header["expiryDate"] = (date + (NOW - date) / 2).isoformat()
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in header.items() if value not in ("", [])
    ]
    return "\n".join(["---", *lines, "---", "", said["body"], ""]).encode()


def prepared(number: int) -> Any:
    """Item `number` as an import has it in its hands before it asks the database."""
    from curation.exchange.prepare import Prepared, prepare
    from curation.exchange.sources import Source

    path = f"communities/community-{number % COMMUNITIES}/curated-content/{uuid.UUID(int=number, version=4)}.md"
    file = prepare(Source(None, path, path, None), file_of(number))
    assert isinstance(file, Prepared), file
    return file


def make_pictures(count: int) -> list[Any]:
    """So many pictures with all their files, the same ones in every run: spots of colour, as heavy as photographs."""
    from PIL import Image

    from curation import images, renditions

    made = []
    for number in range(count):
        chance = random.Random(number)  # noqa: S311
        spots, file = Image.frombytes("RGB", (48, 27), chance.randbytes(48 * 27 * 3)), io.BytesIO()
        spots.resize((1600, 900), Image.Resampling.BICUBIC).save(file, "JPEG", quality=90)
        image = images.take(file.getvalue(), name=f"picture-{number}.jpg", alt=f"Spots of colour, number {number}")
        if not renditions.renditions_ready(image):
            renditions.make(image)
        made.append(image)
        print(f"\r{number + 1}/{count} pictures ", end="", file=sys.stderr, flush=True)
    return made


def make(pool: ProcessPoolExecutor | None, numbers: range, pictures: Sequence[Any]) -> list[Any]:
    """The items of `numbers`, each where its story leads."""
    from django.db import transaction

    from communities.models import Community
    from curation.exchange import bulk

    homes = {community.slug: community for community in Community.objects.all()}
    files = list(pool.map(prepared, numbers, chunksize=50) if pool else map(prepared, numbers))
    for file, number in zip(files, numbers, strict=True):
        file.values.community = homes[file.community]
        turn = number // COMMUNITIES  # every community has all of them
        if pictures and turn % 10:
            file.values.image = pictures[turn % len(pictures)]
    with transaction.atomic():
        items = bulk.create(files, by=None, via="import_frontmatter", at=NOW, publish=True)
        _lead_on(items, numbers)
    return items


def _lead_on(items: list[Any], numbers: range) -> None:
    """Withdraws, hands in and edits those whose story says so."""
    from curation import publishing

    for item, number in zip(items, numbers, strict=True):
        story = _writer.story(number)
        if story not in {"edited", "withdrawn", "in_review", "approved"}:
            continue
        item.refresh_from_db()
        if story == "edited":
            values = publishing.head_values(item)
            values.title = f"{values.title}, unpublished{number}"
            publishing.save(item, values, by=None, version=item.version)
            continue
        steps = {"withdrawn": ["withdraw"], "in_review": ["submit"], "approved": ["submit", "approve"]}
        for step in steps[story]:
            publishing.move(item, step, by=None, version=item.version, note="As its story says.")


def make_people(name: str) -> None:
    from communities.models import Community, Membership, Role, User

    if User.objects.filter(username=name).exists():
        return
    User.objects.create_superuser(name, f"{name}@newsroom.example", "grow")
    for username, role, count in (("editor", Role.EDITOR, COMMUNITIES), ("contributor", Role.CONTRIBUTOR, 1)):
        user = User.objects.create_user(username, f"{username}@newsroom.example", "grow")
        homes = Community.objects.order_by("pk")[:count]
        Membership.objects.bulk_create(Membership(user=user, community=home, role=role) for home in homes)


def make_names() -> None:
    """Everybody and everything that items name, so that no batch has to look for each of them."""
    from communities.models import Topic
    from curation.models import Author, Publisher, Tag

    Author.objects.bulk_create(
        [Author(name=name, slug=f"author-{n}") for n, name in enumerate(_writer.authors)], ignore_conflicts=True
    )
    Tag.objects.bulk_create(
        [Tag(name=name, slug=f"tag-{n}") for n, name in enumerate(_writer.tags)], ignore_conflicts=True
    )
    Publisher.objects.bulk_create(
        [Publisher(host=host, name=host.split(".")[0].title()) for host in _writer.hosts], ignore_conflicts=True
    )
    Topic.objects.bulk_create(
        [
            Topic(vocabulary=vocabulary, label=label, slug=f"topic-{n}")
            for n, (vocabulary, label) in enumerate(_writer.topics)
        ],
        ignore_conflicts=True,
    )


def grow(count: int, workers: int = 2, pictures: Sequence[Any] = ()) -> Iterator[int]:
    """Fills the migrated database up to `count` items; yields after each batch how many there are."""
    from communities.models import Community
    from curation.models import CuratedItem

    for number in range(COMMUNITIES):
        Community.objects.get_or_create(
            slug=f"community-{number}",
            defaults={"name": f"Community {number}", "introduction": _writer.text(random.Random(number), 40)},  # noqa: S311
        )
    make_names()
    there = CuratedItem.objects.count()
    with ProcessPoolExecutor(workers, initializer=set_up) if workers > 1 else nullcontext() as pool:
        while there < count:
            there += len(make(pool, range(there, min(there + BATCH, count)), pictures))
            yield there


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--workers", type=int, default=2, help="processes that make up items")
    parser.add_argument("--pictures", type=int, default=0, metavar="NUMBER", help="how many pictures new items share")
    parser.add_argument("--user", metavar="NAME", help="also make this superuser, `editor` and `contributor`")
    options = parser.parse_args()
    set_up()
    from django.core.management import call_command
    from django.db import connection

    from curation.models import CuratedItem

    call_command("migrate", verbosity=0)
    pictures = make_pictures(options.pictures)
    before, started = CuratedItem.objects.count(), time.monotonic()
    for there in grow(options.items, options.workers, pictures):
        rate = (there - before) / (time.monotonic() - started)
        print(f"\r{there:,}/{options.items:,}  {rate:,.0f}/s ", end="", file=sys.stderr, flush=True)
    if options.user:
        make_people(options.user)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"\n{options.items:,} items, {connection.vendor}", file=sys.stderr)


if __name__ == "__main__":
    main()
