#!/usr/bin/env python3
"""Line coverage of folders of src/ after a run of the coverage build's tests: coverage.py BUILD_DIR FLOOR FOLDER..."""
import json, pathlib, subprocess, sys

build, floor, folders = pathlib.Path(sys.argv[1]).resolve(), float(sys.argv[2]), sys.argv[3:]
root = pathlib.Path(__file__).resolve().parent.parent
lines = {}
for data in build.glob("CMakeFiles/**/*.gcda"):
    out = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], capture_output=True, text=True, cwd=build).stdout
    for doc in out.splitlines():
        for f in json.loads(doc)["files"]:
            path = (build / f["file"]).resolve()
            if root / "src" not in path.parents or path.name.endswith("_test.c") or path.suffix not in (".c", ".cc"):
                continue
            seen = lines.setdefault(path.relative_to(root / "src").as_posix(), {})
            for line in f["lines"]:
                seen[line["line_number"]] = seen.get(line["line_number"], 0) + line["count"]
bad = False
for folder in folders:
    rows = {p: v for p, v in lines.items() if p.split("/")[0] == folder}
    total = sum(map(len, rows.values())); hit = sum(sum(c > 0 for c in v.values()) for v in rows.values())
    share = 100 * hit / total if total else 0
    bad |= share < floor
    print(f"coverage: {folder:8} {share:5.1f} % of {total} lines (floor {floor:g} %)")
worst = sorted((100 * sum(c > 0 for c in v.values()) / max(1, len(v)), p) for p, v in lines.items() if p.split("/")[0] in folders)[:10]
print("coverage: the ten worst files")
for share, p in worst:
    print(f"coverage:   {share:5.1f} %  {p}")
sys.exit(bad)
