#!/bin/sh
# train/cv.sh MODEL: five-fold cross-validation of the whole program, as users meet it: train MODEL without a fifth of its documents,
# build, score `aceso eval` on that fifth; the counts of all fifths together. With WRITE=1 the scores go to test/quality/held-out.tsv, from which
# the README takes them; otherwise nothing outside $BUILD changes. See train/README.md.
set -eu
cd "$(dirname "$0")/.."
model=${1:?which model}
corpora=${ACESO_CORPORA:-../shared/corpora}
build=${BUILD:-build/cv}
. train/models/"$model".conf
rm -rf "$build/tree"
mkdir -p "$build/tree"
tar -cf - --exclude=./build --exclude=./.git . | tar -xf - -C "$build/tree"
cmake -S "$build/tree" -B "$build/out" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo >/dev/null
cmake --build "$build/out" --target tag_train >"$build/log" 2>&1
rm -f "$build"/fold-*.txt
for fold in 0 1 2 3 4; do
    rm -rf "$build/held" && mkdir -p "$build/held/$(basename "$corpus")"
    i=0
    for ann in $(find "$corpora/$corpus" -name '*.ann' | LC_ALL=C sort); do
        [ $((i % 5)) = $fold ] && cp "$ann" "${ann%.ann}.txt" "$build/held/$(basename "$corpus")/"
        i=$((i + 1))
    done
    env $settings "$build/out/tag_train" train "$model" "$corpora/$corpus" "$build/tree/data/models/$model.tsv" $fold >/dev/null
    cmake --build "$build/out" --target aceso >/dev/null
    "$build/out/aceso" eval "$build/held" >"$build/fold-$fold.txt"
done
scores() { # how: table, or rows for test/quality/held-out.tsv
    awk -v how="$1" '$2 == "P" && $3 == "R" { corpus = $1 }
         NF >= 7 && $NF ~ /^[0-9]+$/ && $(NF-1) ~ /^[0-9]+$/ && $(NF-2) ~ /^[0-9]+$/ {
             name = $1; for (i = 2; i <= NF - 6; i++) name = name " " $i
             if (!(name in right)) order[++n] = name
             right[name] += $(NF-2); wrong[name] += $(NF-1); missed[name] += $NF }
         NF == 5 && $4 == "of" { if (!($1 in of)) shares[++m] = $1; part[$1] += $3; of[$1] += $5 }
         END { for (k = 1; k <= n; k++) { r = right[order[k]]; p = r + wrong[order[k]]; g = r + missed[order[k]]
                   if (how == "table") printf "%-52s P %6.2f  R %6.2f  F1 %6.2f  of %d\n", order[k], p ? 100 * r / p : 0, g ? 100 * r / g : 0, p + g ? 200 * r / (p + g) : 0, g
                   else { split(order[k], w, " "); printf "%s\t%s\t%s\t%.2f\n", corpus, w[1], w[2], p + g ? 200 * r / (p + g) : 0 } }
               for (k = 1; k <= m; k++)
                   if (how == "table") printf "%-52s %6.2f %%\n", shares[k], 100 * part[shares[k]] / of[shares[k]]
                   else printf "%s\t%s\t\t%.2f\n", corpus, shares[k], 100 * part[shares[k]] / of[shares[k]] }' "$build"/fold-*.txt
}
scores table
if [ "${WRITE:-}" = 1 ]; then
    file=test/quality/held-out.tsv
    name=$(scores rows | head -n 1 | cut -f 1)
    { grep -v "^$name	" $file || true; scores rows | grep -E "	(exact|overlap|character-recall)	"; } >"$build/held-out.tsv"
    cp "$build/held-out.tsv" $file
fi
