"""How fast the files of pictures are made, and how small they are, beside Wagtail's in the same run.

    python -m venv /tmp/wagtail && /tmp/wagtail/bin/pip install wagtail
    python benchmarks/pictures.py FOLDER --wagtail /tmp/wagtail/bin/python

Each picture in FOLDER is made into the shapes, widths and formats of our pages; Wagtail makes the same ones as its
template tag does, a `fill-` filter for each, with its own default qualities. Both work in one process, one after the
other, picture by picture in turn, so that a busy machine is as busy for both.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
from pathlib import Path

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif"}


def wagtail() -> None:
    """Answers each line (a path and what to make of it) with seconds and bytes; runs in Wagtail's environment."""
    import wagtail as package
    from django.conf import settings

    settings.configure(WILLOW_OPTIMIZERS=False)
    from willow.image import Image

    save = {"AVIF": ("avif", 80), "WEBP": ("webp", 80), "JPEG": ("jpeg", 85)}  # wagtail.images.models' defaults
    print(json.dumps(package.__version__), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        raw = Path(order["path"]).read_bytes()
        began, sizes = time.process_time(), []
        for width, height, kind in order["made"]:
            image = Image.open(io.BytesIO(raw)).auto_orient()
            wide, high = image.get_size()
            ratio = width / height
            part = (wide, wide / ratio) if wide / ratio <= high else (high * ratio, high)
            left, top = (wide - part[0]) / 2, (high - part[1]) / 2
            image = image.crop((int(left), int(top), int(left + part[0]), int(top + part[1]))).resize((width, height))
            if kind == "JPEG" and image.has_alpha():
                image = image.set_background_color_rgb((255, 255, 255))
            name, quality = save[kind]
            file = io.BytesIO()
            if kind == "JPEG":
                image.save_as_jpeg(file, quality=quality, progressive=True, optimize=True)
            else:
                getattr(image, f"save_as_{name}")(file, quality=quality)
            sizes.append(len(file.getvalue()))
        print(json.dumps({"seconds": time.process_time() - began, "sizes": sizes}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--wagtail", metavar="PYTHON", help="the Python of an environment with Wagtail")
    parser.add_argument("--most", type=int, default=30, help="how many pictures (default: 30)")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        wagtail()
        return
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from curation.raster import work
    from curation.raster.errors import ImageRefused

    other = subprocess.Popen(
        [options.wagtail, __file__, "--answer"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None
    assert other.stdout is not None
    version = json.loads(other.stdout.readline())
    totals = {"ours": [0.0, 0], f"Wagtail {version}": [0.0, 0]}
    cards: dict[str, list[int]] = {"ours": [], f"Wagtail {version}": []}
    pictures = files = 0
    paths = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in ENDINGS)
    for path in paths[: options.most]:
        began = time.process_time()
        try:
            made, contents = work.render(path.read_bytes(), 0.5, 0.5)
        except ImageRefused:
            continue
        seconds, sizes = time.process_time() - began, [len(content) for content in contents]
        wanted = [(each["width"], each["height"], each["format"]) for each in made]
        other.stdin.write(json.dumps({"path": str(path), "made": wanted}) + "\n")
        other.stdin.flush()
        theirs = json.loads(other.stdout.readline())
        pictures, files = pictures + 1, files + len(made)
        for name, took, size in (("ours", seconds, sizes), (f"Wagtail {version}", theirs["seconds"], theirs["sizes"])):
            totals[name][0] += took
            totals[name][1] += sum(size)
            cards[name] += [
                each
                for each, facts in zip(size, made, strict=True)
                if facts["shape"] == "card" and facts["width"] == 640
            ]
    other.stdin.close()
    other.wait()
    print(f"{pictures} pictures, {files} files of each")
    for name, (seconds, size) in totals.items():
        largest = max(cards[name], default=0)
        print(
            f"{name:16} {files / seconds:6.1f} files/s of computing, {size / 1_048_576:6.2f} MB in all, "
            f"cards of 640 pixels: {sum(cards[name]) / len(cards[name]) / 1000:5.1f} kB on average, "
            f"{largest / 1000:5.1f} kB the largest"
        )
    ours, theirs_all = (size for _, size in totals.values())
    print(f"Ours are {100 - 100 * ours / theirs_all:.0f} % smaller.")


if __name__ == "__main__":
    main()
