#!/bin/sh
# train/train.sh MODEL...: makes data/models/MODEL.tsv anew from the corpora below $ACESO_CORPORA (../shared/corpora). See train/README.md.
set -eu
cd "$(dirname "$0")/.."
corpora=${ACESO_CORPORA:-../shared/corpora}
build=${BUILD:-build/train}
[ $# -gt 0 ] || set -- es-phi es-pharma en-clinical
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target tag_train >/dev/null
for model; do
    . train/models/"$model".conf
    echo "$model: $corpus"
    env $settings "$build/tag_train" ${mode:-train} "$model" "$corpora/$corpus" "data/models/$model.tsv"
done
