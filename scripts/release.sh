#!/bin/sh
# Build the release as users get it: release.sh [TARGET...]. The compiler is first shown how the program runs over the bundled
# samples, as a command and as a server (-fprofile-generate); what it learnt makes the program a sixth faster. It learns anew when
# a source has changed: what it learnt of another one misleads it, and made gcc 12 crash.
set -eu
cd "$(dirname "$0")/.."
train=build/train release=build/release

# Notes in a batch, each followed to its end; the server's counts are written when it stops.
serve() {
    work=$(mktemp -d)
    "$train/aceso" serve --data "$work/data" --listen "unix:$work/socket" --rate-address 0 --rate-key 0 >"$work/out" 2>&1 &
    server=$!
    trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
    until grep -q '^listening' "$work/out"; do
        kill -0 "$server" || { cat "$work/out" >&2; exit 1; }
        sleep .1
    done
    for _ in 1 2 3 4 5 6; do
        "$train/aceso" client submit --wait --quiet --url "unix:$work/socket" --key-file "$work/data/admin.key" --patience 10 --again \
            --out "$work/results" data/samples >"$work/submitted" 2>&1 || { cat "$work/out" "$work/submitted" >&2; exit 1; }
        rm -rf "$work/results"
    done
    kill "$server" && wait "$server"
    rm -rf "$work"
    trap - EXIT
}


sources=$(find src CMakeLists.txt -name '*.[ch]' -o -name '*.cc' -o -name CMakeLists.txt | LC_ALL=C sort | xargs sha256sum | sha256sum)
if [ "$(cat "$release/trained" 2>/dev/null)" != "$sources" ]; then
    cmake -S . -B "$train" -G Ninja -DCMAKE_BUILD_TYPE=Release -DAC_PROFILE=generate
    cmake --build "$train" --target aceso
    find "$train" -name '*.gcda' -delete
    "$train/aceso" bench --seconds 2 >/dev/null
    for format in text json fhir; do
        "$train/aceso" process --quiet --jobs 1 --format "$format" data/samples >/dev/null
    done
    serve
    mkdir -p "$release"
    find "$release" -name '*.gcda' -delete
    (cd "$train" && find CMakeFiles -name '*.gcda' | tar -cf - -T -) | tar -xf - -C "$release"
    rm -rf "$train"
    echo "$sources" >"$release/trained"
fi
cmake --preset release -DAC_PROFILE=use
if [ $# -gt 0 ]; then
    cmake --build --preset release --target "$@"
else
    cmake --build --preset release
fi
