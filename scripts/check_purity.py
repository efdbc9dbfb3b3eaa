#!/usr/bin/env python3
"""The engine may compute and nothing else: its libraries must import no I/O, clock, thread or random symbol."""
import os, re, subprocess, sys

PURE = re.compile(r"(ac_|utf8proc_|__asan|__ubsan|__tsan|__sanitizer|__stack_chk|__gcov|__llvm|_GLOBAL_|__[a-z]+_chk$|"
                  r"mem(cpy|move|set|cmp|chr|rchr|mem)$|str(len|cmp|ncmp|chr|rchr)$|abort$|qsort$|bsearch$|__isoc|"
                  r"(fabs|floor|ceil|round|fmin|fmax|pow|log|log10|exp|fmod|trunc|lround|sqrt)f?$|__tls_get_addr$)")
bad, seen = [], 0
for lib in (os.environ.get("LIBS") or ":".join(sys.argv[1:])).split(":"):
    out = subprocess.run(["nm", "-u", lib], capture_output=True, text=True, check=True).stdout
    syms = {line.split()[-1].split("@")[0] for line in out.splitlines() if " U " in line}
    seen += len(syms)
    bad += [f"{os.path.basename(lib)}: imports {s}" for s in sorted(syms) if not PURE.match(s)]
print("\n".join(bad) or f"purity: {seen} imports, none impure")
sys.exit(bool(bad))
