#!/bin/sh
# train/train.sh MODEL...: makes data/models/MODEL.tsv anew from the corpora below $ACESO_CORPORA (../shared/corpora). See train/README.md.
set -eu
cd "$(dirname "$0")/.."
corpora=${ACESO_CORPORA:-../shared/corpora}
build=${BUILD:-build/train}
[ $# -gt 0 ] || set -- es-phi es-pharma en-clinical en-phi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target tag_train >/dev/null
for model; do
    surrogate=
    . train/models/"$model".conf
    echo "$model: $corpus"
    from=$corpora/$corpus
    if [ -n "$surrogate" ]; then
        from=$build/$corpus
        rm -rf "$from"
        python3 train/surrogate.py --corpora "$corpora" --out "$from" $surrogate
    fi
    env $settings "$build/tag_train" ${mode:-train} "$model" "$from" "data/models/$model.tsv"
done
