"""What the suites of these folders have in common."""
import pathlib
import sys
import tempfile
import unittest


class InFolder(unittest.TestCase):
    """Tests with an empty folder each: dir."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aceso-e2e-")
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def write(self, name, data):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path


def main():
    """Like unittest.main, but what was skipped is told, with why (./check collects such lines), and makes the run end with 77: ctest says Skipped then,
    and not Passed."""
    result = unittest.main(module="__main__", verbosity=1, exit=False).result
    for test, why in result.skipped:
        print(f"skipped: {test.id().removeprefix('__main__.')}: {why}")
    sys.exit(1 if not result.wasSuccessful() else 77 if result.skipped else 0)
