#!/usr/bin/env python3
"""Keep the README's captures what the program prints: readme.py ACESO compares, readme.py ACESO --write replaces.
The speed is measured anew only with --write; the scores are check_quality.py's (--readme)."""
import pathlib, re, subprocess, sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCKS = {"demo": ["process", "--note", "never", "docs/demo.txt"], "deid": ["deid", "docs/demo.txt"], "bench": ["bench", "--seconds", "5"]}
MEASURED = {"bench"}


def printed(aceso, words):
    env = {"NO_COLOR": "1", "COLUMNS": "110", "LC_ALL": "C.UTF-8"}
    out = subprocess.run([aceso, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=True).stdout
    out = "\n".join(line.rstrip() for line in re.sub(r" · \d+\.\d+ ms", "", out).strip("\n").splitlines())
    return f"```\n$ aceso {' '.join(words)}\n{out}\n```"


def main():
    aceso, write = pathlib.Path(sys.argv[1]).resolve(), "--write" in sys.argv
    old = new = README.read_text(encoding="utf-8")
    for name, words in BLOCKS.items():
        if name in MEASURED and not write:
            continue
        before, rest = new.split(f"<!-- {name} -->", 1)
        after = rest.split(f"<!-- /{name} -->", 1)[1]
        new = f"{before}<!-- {name} -->\n{printed(aceso, words)}\n<!-- /{name} -->{after}"
    if write:
        README.write_text(new, encoding="utf-8")
    elif new != old:
        print("README.md shows another output: scripts/readme.py build/release/aceso --write puts it in")
        sys.exit(1)
    print("readme: the captures are what the program prints")


main()
