import contextlib
import io
import os
import tempfile
import unittest
from datetime import datetime
from pathlib import Path

import photo_renamer


def quietly(*arguments):
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = photo_renamer.main([str(a) for a in arguments])
    return code, output.getvalue()


class PhotoRenamer(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def photo(self, name, content="x", at=None):
        path = self.folder / name
        path.write_text(content)
        if at:
            stamp = datetime.fromisoformat(at).timestamp()
            os.utime(path, (stamp, stamp))
        return path

    def names(self):
        return sorted(p.name for p in self.folder.iterdir())

    def test_R1_takes_the_date_from_the_name(self):
        self.photo("IMG_20261120_093005.JPG")
        quietly(self.folder, "--apply")
        self.assertEqual(self.names(), ["2026-11-20_09-30-05.jpg"])

    def test_R1_takes_the_time_of_the_file_otherwise(self):
        self.photo("beach.png", at="2026-07-01T12:00:00")
        quietly(self.folder, "--apply")
        self.assertEqual(self.names(), ["2026-07-01_12-00-00.png"])

    def test_R2_changes_nothing_without_apply(self):
        self.photo("IMG_20261120_093005.jpg")
        code, output = quietly(self.folder)
        self.assertEqual(code, 0)
        self.assertIn("1 would be renamed", output)
        self.assertEqual(self.names(), ["IMG_20261120_093005.jpg"])

    def test_R3_two_photos_of_one_second_both_stay(self):
        self.photo("a_20261120_093005.jpg", "first")
        self.photo("b_20261120_093005.jpg", "second")
        quietly(self.folder, "--apply")
        self.assertEqual(self.names(), ["2026-11-20_09-30-05-2.jpg", "2026-11-20_09-30-05.jpg"])
        self.assertEqual({p.read_text() for p in self.folder.iterdir()}, {"first", "second"})

    def test_R3_a_file_that_is_there_is_never_overwritten(self):
        self.photo("2026-11-20_09-30-05.jpg", "there before")
        self.photo("IMG_20261120_093005.jpg", "new")
        quietly(self.folder, "--apply")
        self.assertEqual((self.folder / "2026-11-20_09-30-05.jpg").read_text(), "there before")
        self.assertEqual(len(self.names()), 2)

    def test_R4_leaves_other_files_alone(self):
        self.photo("notes_20261120.txt")
        quietly(self.folder, "--apply")
        self.assertEqual(self.names(), ["notes_20261120.txt"])

    def test_R4_says_what_is_wrong_with_a_folder_that_is_not_there(self):
        code, output = quietly(self.folder / "nowhere")
        self.assertEqual(code, 2)
        self.assertIn("is not a folder", output)


if __name__ == "__main__":
    unittest.main()
