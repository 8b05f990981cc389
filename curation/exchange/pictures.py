"""The pictures that content files name: where they lie, and whether they are the ones that we have."""

from collections.abc import Collection
from pathlib import Path

from django.db.models.fields.files import FieldFile

from curation import images
from curation.exchange.report import Outcome, Problem
from curation.exchange.sources import Source, SourceRefused, read_file, safe_path
from curation.models import FeaturedImage

SAVE_IT = "Save it into the static folder."
USE_PLAIN = "Use a relative path."
NAME_FOLDER = "Name its folder with --media-root DIR."


class Pictures:
    """Finds pictures in `media_root`, or, left out, in the site's `static/` and beside the file, as Hugo does.

    `taken` are the pictures that were new since the last `done`; a caller that rolls back forgets them. `keep`, where
    it is set, collects those of the whole run.
    """

    def __init__(self, media_root: Path | None = None) -> None:
        self.media_root = media_root
        self.taken: list[FeaturedImage] = []
        self.files: list[FieldFile] = []
        """Of communities, which keep no picture of the library; forgotten and let go of with the others."""
        self.keep: list[FeaturedImage] | None = None
        self.keep_files: list[FieldFile] = []
        self._digests: dict[Path, str] = {}
        self._known: dict[str, FeaturedImage] = {}

    def look_up(self, named: list[tuple[Source, str]]) -> None:
        """Finds out in one query which of the pictures that files name are there already."""
        for source, text in named:
            found = self._find(source, text) if text else None
            if found is not None:
                try:
                    self._digests[found] = images.digest(read_file(found, images.MAX_BYTES))
                except SourceRefused:
                    continue
        self._known = {image.sha256: image for image in FeaturedImage.objects.filter(sha256__in=self._digests.values())}

    def done(self) -> None:
        """Lets go of the pictures that were taken: their rows are kept."""
        if self.keep is not None:
            self.keep += self.taken
            self.keep_files += self.files
        self.taken, self.files, self._digests, self._known = [], [], {}, {}

    def is_same(self, source: Source, text: str, sha256s: Collection[str | None]) -> bool:
        """Whether the picture that a file names by `text` is one with these digests; also where it is gone."""
        found = self._find(source, text) if text else None
        if found is None:
            return True
        try:
            return images.digest(read_file(found, images.MAX_BYTES)) in sha256s
        except SourceRefused:
            return True

    def take(
        self, source: Source, text: str, outcome: Outcome, *, credit: str, focus: list[float]
    ) -> FeaturedImage | None:
        """The picture that a file names by `text`; None where it names none or where it cannot be had, which `outcome`
        then tells.
        """
        found = self._found(source, text, outcome) if text else None
        if found is None:
            return None
        try:
            if (known := self._known.get(self._digests.get(found, ""))) is not None:
                return self._credited(known, credit, text, outcome)
            raw = read_file(found, images.MAX_BYTES)
            present = FeaturedImage.objects.filter(sha256=images.digest(raw)).first()
            if present:
                return self._credited(present, credit, text, outcome)
            image = images.take(raw, name=found.name, source=text, credit=credit)
        except (SourceRefused, images.ImageRefused) as error:
            _warn(outcome, "bad_picture", f"Its picture {text} was not taken. {error}", key="featuredImage")
            return None
        self.taken.append(image)
        if focus:
            image.focal_x, image.focal_y = focus
            image.save(update_fields=["focal_x", "focal_y"])
        return image

    def _credited(self, image: FeaturedImage, credit: str, text: str, outcome: Outcome) -> FeaturedImage:
        """`image`, which was here before; a file may say whom to credit where nobody said it, and overwrites nobody."""
        if credit and not image.credit:
            image.credit = credit[:300]
            image.save(update_fields=["credit"])
        elif credit and credit != image.credit:
            words = f"Its picture {text} is credited to “{image.credit[:99]}” here, which stays."
            _warn(outcome, "other_credit", words, "Change it in the library of pictures.", key="featuredImageCredit")
        return image

    def read(self, source: Source, text: str, outcome: Outcome, *, key: str) -> bytes | None:
        """The bytes of the picture that a file names by `text` under `key`; None where it cannot be had, as told."""
        found = self._found(source, text, outcome, key=key)
        try:
            return read_file(found, images.MAX_BYTES) if found else None
        except SourceRefused as error:
            _warn(outcome, "bad_picture", f"Its picture {text} was not taken. {error}", key=key)
            return None

    def forget(self) -> None:
        """Takes away the files of the pictures that were new, since their rows are not kept."""
        for image in self.taken:
            images.forget(image)
        for file in self.files:
            if file.name:
                file.storage.delete(file.name)
        self.taken, self.files, self._digests, self._known = [], [], {}, {}

    def _found(self, source: Source, text: str, outcome: Outcome, key: str = "featuredImage") -> Path | None:
        """Where the picture lies; None where it cannot be found, which `outcome` then tells."""
        if _is_foreign(text):
            _warn(outcome, "foreign_picture", f"Its picture lies on another server: {text[:99]}", SAVE_IT, key=key)
        elif safe_path(text) is None:
            _warn(
                outcome,
                "bad_picture_path",
                f"The path of its picture cannot be used: {text[:99]!r}",
                USE_PLAIN,
                key=key,
            )
        elif (found := self._find(source, text)) is not None:
            return found
        else:
            _warn(outcome, "missing_picture", f"Its picture {text} was not found.", NAME_FOLDER, key=key)
        return None

    def _find(self, source: Source, text: str) -> Path | None:
        relative = None if _is_foreign(text) else safe_path(text)
        if relative is None:
            return None
        roots: list[Path] = []
        if self.media_root is not None:
            roots.append(self.media_root)
        else:
            if source.file is not None and not text.startswith("/"):
                roots.append(source.file.parent)
            if source.site is not None:
                roots.append(source.site / "static")
        for root in roots:
            candidate = root / relative
            try:
                # Neither the picture nor a folder on the way may be a link that leads out.
                if candidate.is_file() and candidate.resolve(strict=True).is_relative_to(root.resolve()):
                    return candidate
            except OSError:
                continue
        return None


def _is_foreign(text: str) -> bool:
    return "://" in text or text.startswith("//")


def _warn(outcome: Outcome, code: str, message: str, hint: str = "", *, key: str) -> None:
    outcome.problems.append(Problem("warning", code, message, hint, key=key))
