"""What makes an alt text poor, in sentences that say how to mend it."""

import re
from collections.abc import Iterator

FEWEST, MOST = 5, 250
"""Characters between which an alt text says enough and is still listened to."""
_FILE_NAME = re.compile(
    r"(?i).*\.(jpe?g|png|gif|webp|avif|svg|tiff?|bmp|hei[cf])|(img|dsc|image|picture|photo|screenshot)[\W\d_]*"
    r"|[\w-]*\d{3,}[\w-]*"
)
_BEGINS = re.compile(
    r"(?i)(this is )?(an? |the )?(image|picture|photo|photograph|graphic|illustration|icon|screenshot)"
    r" (of|showing|shows|that shows|depicting)\b"
)


def poor(alt: str, title: str = "", file_name: str = "") -> Iterator[str]:
    """What is poor about the alt text of a picture of an item that bears `title`; nothing where there is no text.

    `file_name` is the name that the picture came with.
    """
    alt = " ".join(alt.split())
    if not alt:
        return
    folded = _folded(alt)
    if _FILE_NAME.fullmatch(alt) or (file_name and folded == _folded(file_name.rpartition(".")[0] or file_name)):
        yield f"The alt text “{alt[:60]}” looks like the name of a file: say what the picture shows."
    elif title and folded == _folded(title):
        yield "The alt text repeats the title: say what the picture shows."
    elif found := _BEGINS.match(alt):
        yield f"The alt text begins with “{found[0]}”, which everybody knows already: begin with what it shows."
    elif len(alt) < FEWEST:
        yield f"The alt text “{alt}” is very short: say what the picture shows."
    if len(alt) > MOST:
        yield f"The alt text has {len(alt)} characters: {MOST} are as much as anybody listens to."


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))
