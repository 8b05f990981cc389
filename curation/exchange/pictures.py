"""The pictures that content files name: where they lie, and whether they are the ones that we have."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.db.models.fields.files import FieldFile

from curation import images, library
from curation.exchange import keys
from curation.exchange.header import Header, as_text
from curation.exchange.prepare import Prepared
from curation.exchange.report import Outcome, Problem
from curation.exchange.sources import Source, SourceRefused, read_file, safe_path
from curation.models import FeaturedImage, Revision

if TYPE_CHECKING:
    from communities.models import User

SAVE_IT = "Save it into the static folder."
USE_PLAIN = "Use a relative path."
IN_LIBRARY = "Change it in the library of pictures, or in the file."
MIDDLE = (0.5, 0.5)
NAME_FOLDER = "Name its folder with --media-root DIR."


class Pictures:
    """Finds pictures in `media_root`, or, left out, in the site's `static/` and beside the file, as Hugo does.

    `taken` are the pictures that were new since the last `done`; a caller that rolls back forgets them. `keep`, where
    it is set, collects those of the whole run. See `Importer` for the others.
    """

    def __init__(
        self,
        media_root: Path | None = None,
        *,
        publish: bool = False,
        prefer: Literal["file", "database"] | None = None,
        by: "User | None" = None,
    ) -> None:
        self.media_root = media_root
        self.publish = publish
        self.prefer = prefer
        self.by = by
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

    def take(self, file: Prepared, base: Revision | None) -> FeaturedImage | None:
        """The picture that a file names; None where it names none or where it cannot be had, which its outcome then
        tells. `base` is what the file and its item last had in common.
        """
        outcome, text = file.outcome, file.picture_path
        found = self._found(file.source, text, outcome) if text else None
        if found is None:
            return None
        try:
            image = self._known.get(self._digests.get(found, ""))
            if image is None:
                raw = read_file(found, images.MAX_BYTES)
                image = FeaturedImage.objects.filter(sha256=images.digest(raw)).first()
            if image is not None:
                self._describe(image, file, base)
            else:
                image = images.take(raw, name=found.name, source=text, credit=file.credit)
                self.taken.append(image)
                if file.focus:
                    image.focal_x, image.focal_y = file.focus
                    image.save(update_fields=["focal_x", "focal_y"])
        except (SourceRefused, images.ImageRefused) as error:
            _warn(outcome, "bad_picture", f"Its picture {text} was not taken. {error}", key="featuredImage")
            return None
        _compare(image, file)
        return image

    def _describe(self, image: FeaturedImage, file: Prepared, base: Revision | None) -> None:
        """Takes over whom to credit, and the focus, of a picture that was here before: what nobody said yet, and what
        the file alone has changed. All items show it, so that it is told, and left alone, where the newsroom has said
        something else, where a change for readers has yet to be reviewed, and where who brings the file may not say it.
        """
        before = Header(base.document.data) if base and base.featured_image_id == image.pk else None
        said: dict[str, str | float] = {}
        other_credit = bool(file.credit) and file.credit != image.credit
        if other_credit and self._decides(image.credit, "", before and keys.picture_credit(before)):
            said["credit"] = file.credit
        focus = (image.focal_x, image.focal_y)
        other_focus = file.focus is not None and file.focus != focus
        if (
            file.focus
            and other_focus
            and self._decides(focus, MIDDLE, before and (keys.picture_focus(before) or MIDDLE))
        ):
            said["focal_x"], said["focal_y"] = file.focus
        if said and self._may_describe(image):
            with suppress(library.StalePicture):
                library.describe(image, said, version=image.version)
        if other_credit and image.credit != file.credit:
            here = f"is credited to “{image.credit[:99]}”" if image.credit else "credits nobody"
            words = f"Its picture {file.picture_path} {here} here, which stays."
            _warn(file.outcome, "other_credit", words, IN_LIBRARY, key="featuredImageCredit")
        if other_focus and (image.focal_x, image.focal_y) != file.focus:
            words = f"Its picture {file.picture_path} has its focus at {focus[0]:g}, {focus[1]:g} here, which stays."
            _warn(file.outcome, "other_focus", words, IN_LIBRARY, key="featuredImageFocalPoint")

    def _decides(self, ours: object, nothing: object, before: object) -> bool:
        """Whether a file that says something else than we do is right: nobody had said anything here, or it stands as
        it was when both were the same, or files are preferred.
        """
        return ours == nothing or (before is not None and (ours == before or self.prefer == "file"))

    def _may_describe(self, image: FeaturedImage) -> bool:
        allowed = self.by is None or image.pk in library.describable(self.by, [image])
        return allowed and (self.publish or not FeaturedImage.objects.published().filter(pk=image.pk).exists())

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


def _compare(image: FeaturedImage, file: Prepared) -> None:
    """Tells where the file says something else of its picture than the picture is."""
    said = file.document.data.get("featuredImage")
    if not isinstance(said, Mapping):
        return
    size, kind, alt = said.get("size"), as_text(said.get("format")).upper(), as_text(said.get("alt"))
    real = [image.width, image.height]
    # Some programs count a photograph as the camera held it.
    wrong_size = isinstance(size, list) and len(size) == 2 and size not in (real, real[::-1])
    if wrong_size or (kind and kind.replace("JPG", "JPEG") != image.format):
        here = f"{image.width} × {image.height}, {image.format}"
        words = f"Its picture {file.picture_path} is another than the file says: {here}."
        _warn(file.outcome, "other_picture", words, "Was the right file put there?", key="featuredImage")
    if alt and image.alt and alt != image.alt:
        words = f"The library describes its picture as “{image.alt[:99]}”; this item keeps the words of its file."
        _warn(file.outcome, "other_alt", words, IN_LIBRARY, key="featuredImage")


def _is_foreign(text: str) -> bool:
    return "://" in text or text.startswith("//")


def _warn(outcome: Outcome, code: str, message: str, hint: str = "", *, key: str) -> None:
    outcome.problems.append(Problem("warning", code, message, hint, key=key))
