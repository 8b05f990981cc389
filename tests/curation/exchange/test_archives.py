"""Uploads: what is laid out, and what is refused before it does harm."""

import io
import warnings
import zipfile

import pytest

from curation.exchange import archives
from curation.exchange.archives import UploadRefused, lay_out


class Uploaded:
    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def open(self):
        return io.BytesIO(self.content)


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], name: str = "site.zip") -> Uploaded:
    raw = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # a name that is there twice is meant
        for member, content in members:
            archive.writestr(member, content)
    return Uploaded(name, raw.getvalue())


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


def test_single_files_and_a_zip_are_laid_out_side_by_side(tmp_path):
    paths = lay_out(
        [Uploaded("a.md", b"---\n---\n"), packed(("site/content/b.md", b"b"), ("site/static/b.jpg", b"p"))], tmp_path
    )
    assert paths == [str(tmp_path / "files" / "a.md"), str(tmp_path / "1" / "site")]
    assert (tmp_path / "1/site/static/b.jpg").read_bytes() == b"p"


def test_a_zip_without_a_folder_around_it_is_its_own_top(tmp_path):
    assert lay_out([packed(("content/b.md", b"b"))], tmp_path) == [str(tmp_path / "0")]


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (packed(("../../out.md", b"x")), "leads out"),
        (packed(("/etc/cron.d/x", b"x")), "leads out"),
        (packed(("..\\out.md", b"x")), "leads out"),
        (packed((link("passwd.md"), b"/etc/passwd")), "link or a device"),
        (packed(("bomb.md", b"0" * 5_000_000)), "far too large"),
        (packed(("a.md", b"x"), ("a.md", b"y")), "twice"),
        (Uploaded("broken.zip", packed(("a.md", b"x" * 900)).content[:-30]), None),
        (packed(*((f"{number}.md", b"") for number in range(archives.MAX_FILES + 1))), "more than 2,000 files"),
    ],
    ids=["traversal", "absolute", "backslash", "link", "bomb", "twice", "cut off", "many"],
)
def test_what_is_hostile_or_broken_is_refused_and_nothing_leads_out_of_the_folder(tmp_path, upload, sentence):
    folder = tmp_path / "in"
    folder.mkdir()
    if sentence is None:
        # Without its directory at the end it is no zip any more, and taken for a file of no use.
        with pytest.raises(UploadRefused, match="No content file"):
            lay_out([upload], folder)
    else:
        with pytest.raises(UploadRefused, match=sentence):
            lay_out([upload], folder)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_damaged_member_is_said_in_a_sentence(tmp_path):
    raw = bytearray(packed(("a.md", b"some words " * 50)).content)
    raw[40] ^= 0xFF
    with pytest.raises(UploadRefused, match="damaged"):
        lay_out([Uploaded("a.zip", bytes(raw))], tmp_path)


def test_nothing_is_also_refused(tmp_path):
    with pytest.raises(UploadRefused, match="No content file was chosen"):
        lay_out([], tmp_path)


def test_all_of_an_upload_together_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 1_000)
    with pytest.raises(UploadRefused, match="Upload it in parts"):
        lay_out([Uploaded("a.md", b"x" * 600), Uploaded("b.md", b"x" * 600)], tmp_path)
