"""Renames photos after the moment they were taken. Shows what it would do; --apply does it."""

import argparse
import re
import sys
from datetime import datetime
from pathlib import Path

ENDINGS = {".jpg", ".jpeg", ".png", ".heic", ".webp"}
IN_NAME = re.compile(r"(20\d{2})[-_]?([01]\d)[-_]?([0-3]\d)(?:[-_ T]?([0-2]\d)[-_.:]?([0-5]\d)[-_.:]?([0-5]\d))?")


def taken_at(photo):
    """When a photo was taken: as its name says, else when the file was last changed."""
    found = IN_NAME.search(photo.stem)
    if found:
        year, month, day, *clock = (int(part) if part else 0 for part in found.groups())
        try:
            return datetime(year, month, day, *clock)
        except ValueError:
            pass
    return datetime.fromtimestamp(photo.stat().st_mtime)


def plan(folder):
    """Pairs of old and new paths, in order of time, for the photos whose name would change."""
    photos = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in ENDINGS)
    moves = []
    for photo in photos:
        name = taken_at(photo).strftime("%Y-%m-%d_%H-%M-%S")
        target = photo.with_name(name + photo.suffix.lower())
        if target != photo:
            moves.append((photo, target))
    return moves


def apply(moves):
    """Carries the moves out."""
    for old, new in moves:
        old.rename(new)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with the photos")
    parser.add_argument("--apply", action="store_true", help="rename; without it nothing is changed")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"{options.folder} is not a folder.", file=sys.stderr)
        return 2
    moves = plan(options.folder)
    for old, new in moves:
        print(f"{old.name} -> {new.name}")
    if options.apply:
        apply(moves)
        print(f"{len(moves)} renamed.")
    else:
        print(f"{len(moves)} would be renamed. Add --apply to do it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
