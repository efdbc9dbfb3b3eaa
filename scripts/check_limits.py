#!/usr/bin/env python3
"""Fail on files, functions or calls that break the written limits. Needs universal-ctags."""
import json, pathlib, re, subprocess, sys
FILE, FUNC = 500, 60
BANNED = {"strcpy": "ac_sb", "strcat": "ac_sb", "sprintf": "ac_sb", "strncpy": "ac_sb", "gets": "ac_file", "strtok": "ac_sv_split",
          "atoi": "ac_sv_to_i64", "strtol": "ac_sv_to_i64", "malloc": "ac_mem/ac_arena", "calloc": "ac_mem/ac_arena", "realloc": "ac_mem",
          "alloca": "ac_arena", "system": "ac_proc", "localtime": "ac_time", "gmtime": "ac_time", "setlocale": "nothing", "umask": "fchmod or chmod of the one file: it is of all threads", "rand": "port/rng"}
EXEMPT = {"src/base/mem.c"}
TABLES = set()  # files that are one long table, each with its reason beside it
bad = []
files = [p for d in ("src", "test") for p in pathlib.Path(d).rglob("*") if p.suffix in (".c", ".h", ".cc") and "node_modules" not in p.parts]
for p in files:
    whole = p.read_text(); text = whole.splitlines()
    for m in re.finditer(r"\bac_fail\([^;]*?%[-0-9.*]*s[^;]*;", whole):
        bad.append(f"{p}:{whole[:m.start()].count(chr(10)) + 1}: %s in an error text could carry patient text")
    if len(text) > FILE: bad.append(f"{p}: {len(text)} lines (limit {FILE}); split it or mark it a table")
    for no, line in enumerate(text, 1):
        for name, use in BANNED.items():
            if str(p) not in EXEMPT and re.search(rf"(?<![\w.>]){name}\s*\(", line.split("/*")[0].split("//")[0]):
                bad.append(f"{p}:{no}: {name}() is banned, use {use}")
out = subprocess.run(["ctags", "--languages=C,C++", "--kinds-C=f", "--kinds-C++=f", "--fields=+ne", "--output-format=json", "-o", "-", "-L", "-"],
                     input="\n".join(map(str, files)), capture_output=True, text=True, check=True).stdout
lengths = []
for tag in map(json.loads, out.splitlines()):
    n = tag.get("end", tag["line"]) - tag["line"] + 1; lengths.append(n)
    if n > FUNC: bad.append(f"{tag['path']}:{tag['line']}: {tag['name']}() has {n} lines (limit {FUNC})")
print("\n".join(bad) or f"limits: {len(files)} files, {len(lengths)} functions, longest {max(lengths)} lines")
sys.exit(bool(bad))
