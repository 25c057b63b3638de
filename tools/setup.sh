# Make .venv and install Leverline into it. Sourced by ./run and ./test.
#
# Installs what is missing from Debian where it may (as root), otherwise says what to install. Does nothing when neither
# the sources nor the tools have changed since the last time.

say() { printf 'leverline: %s\n' "$*" >&2; }

stop() {
    say "$@"
    exit 1
}

is_debian_root() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

install_debian() {
    say "installing from Debian: $*"
    if [ -z "${debian_lists_are_new:-}" ]; then
        apt-get update -qq </dev/null >/dev/null || return 1
        debian_lists_are_new=1
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            python=$(command -v "$name")
            python_package=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
            return 0
        fi
    done
    return 1
}

need_python() {
    find_python && return
    is_debian_root || stop "needs Python 3.11 or later (on Debian: apt-get install python3 python3-venv)"
    install_debian python3 python3-venv || true
    find_python && return
    install_debian python3.11 python3.11-venv || true
    find_python || stop "needs Python 3.11 or later, and this system's packages have none"
}

has_venv() { "$python" -c 'import venv, ensurepip' 2>/dev/null; }

need_venv() {
    has_venv && return
    is_debian_root || stop "needs Python's venv module (on Debian: apt-get install $python_package-venv)"
    install_debian "$python_package-venv" || true
    has_venv || stop "needs Python's venv module (on Debian: apt-get install $python_package-venv)"
}

why_not_compiled() {
    "$python" -c 'from build_tools.core_wheel import CompileFault, check_tools
try:
    check_tools()
except CompileFault as fault:
    print(fault.reason)'
}

# The compiler is optional: without it the engine runs interpreted, slower and otherwise the same.
want_compiler() {
    pure_reason=$(why_not_compiled)
    if [ -z "$pure_reason" ] || [ "${LEVERLINE_PURE:-}" = 1 ]; then
        return
    fi
    if is_debian_root && [ -z "${CC:-}" ]; then
        install_debian gcc libc6-dev "$python_package-dev" || true
        pure_reason=$(why_not_compiled)
        [ -z "$pure_reason" ] && return
    fi
    say "$pure_reason; the engine will run interpreted"
    say "to have it compiled, install gcc, libc6-dev and $python_package-dev, and run this again"
}

has_postgres() {
    [ -n "${LEVERLINE_TEST_DATABASE:-}" ] || command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

# Debian's package makes and starts a server unless this file says not to.
install_postgres() {
    local choice=/etc/postgresql-common/createcluster.conf
    if [ ! -e "$choice" ]; then
        mkdir -p "${choice%/*}"
        echo "create_main_cluster = false" >"$choice"
    fi
    install_debian -o Dpkg::Options::=--force-confold postgresql
}

# PostgreSQL is optional: without its programs the tests of identity on it are skipped. They start a server of their own.
want_postgres() {
    has_postgres && return
    if is_debian_root; then install_postgres || true; fi
    has_postgres || say "tests on PostgreSQL are skipped; to run them, install postgresql or set LEVERLINE_TEST_DATABASE"
}

has_browser() { command -v chromium chromium-browser google-chrome >/dev/null; }

# A browser is optional: without it the tests of the web app in a browser are skipped.
want_browser() {
    has_browser && return
    if is_debian_root; then install_debian chromium || true; fi
    has_browser || say "tests of the web app in a browser are skipped; to run them, install chromium"
}

make_venv() {
    local identity
    identity=$("$python" -c 'import sys; print(sys.executable, sys.version.replace("\n", " "))')
    if [ ! -x .venv/bin/python ] || [ "$(cat .venv/made-with 2>/dev/null)" != "$identity" ]; then
        say "making the virtual environment .venv"
        rm -rf .venv
        "$python" -m venv .venv
        printf '%s\n' "$identity" >.venv/made-with
    fi
}

# What a build or npm leaves among the sources is none.
digest() {
    find "$@" \( -name __pycache__ -o -name node_modules -o -path src/leverline/web/dist \) -prune -o -type f -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

sources() {
    echo "$(digest pyproject.toml hatch_build.py build_tools src web README.md LICENSE)" \
        "${LEVERLINE_WITHOUT_WEB:+without the web app}"
}

is_installed() {
    package="$(sources) ${pure_reason:-compiled}"
    extras="$(digest pyproject.toml) $1"
    [ "$(cat .venv/installed 2>/dev/null)" = "$package" ] &&
        { [ -z "$1" ] || [ "$(cat .venv/installed-extra 2>/dev/null)" = "$extras" ]; }
}

mark_installed() {
    printf '%s\n' "$package" >.venv/installed
    [ -z "$1" ] || printf '%s\n' "$extras" >.venv/installed-extra
    say "installed: $(.venv/bin/leverline --version)"
    .venv/bin/python -c 'from leverline.build_info import pure_reason as reason
print("leverline: interpreted because", reason()) if reason() else None' >&2
    .venv/bin/python -c 'from leverline.web.missing import reason
print("leverline: without its web app because", reason()) if reason() else None
print("leverline: to try again: rm .venv/installed, and the same once more") if reason() else None' >&2
}

say_building() { say "building and installing Leverline (the first build takes a minute or two)"; }

# Install the package, and with it the extra named in $1 if any, unless exactly that is installed.
install_leverline() {
    local extra=$1 package extras
    is_installed "$extra" && return
    say_building
    .venv/bin/python tools/installer.py .venv ".${extra:+[$extra]}" </dev/null
    mark_installed "$extra"
}

# Print what the package and its extra named in $1 need, and node where this machine has none for the web app's checks.
requirements() {
    .venv/bin/python -c 'import sys, tomllib
from build_tools.web_app import NODE_PACKAGE, find_npm
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
print(*project["dependencies"], *project["optional-dependencies"][sys.argv[1]], sep="\n")
print("" if find_npm() else NODE_PACKAGE)' "$1"
}

# Install the package with what tests need, and the clients under test. The build leaves a core idle while it reads the
# sources, and downloads leave both: they go on side by side.
install_for_tests() {
    local package extras build="" fault="" wheels=.venv/wheels
    if ! is_installed test; then
        say_building
        rm -rf "$wheels"
        .venv/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$wheels" . </dev/null &
        build=$!
        requirements test >.venv/requirements
        .venv/bin/python tools/installer.py .venv --requirement .venv/requirements || fault="what the tests need"
    fi
    .venv/bin/python tools/client_environments.py || say "tests of clients whose environment could not be made are skipped"
    [ -n "$build" ] || return 0
    wait "$build" || fault="Leverline's own wheel"
    [ -z "$fault" ] || stop "could not be installed: $fault"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheels"/*.whl
    mark_installed test
}

# Two set-ups at once would spoil one environment.
lock_set_up() {
    exec 9<tools
    if command -v flock >/dev/null; then flock 9; fi
}

# Set up for use as soon as can be: what is installed will do if it is of these sources, else it runs interpreted.
set_up_quickly() {
    lock_set_up
    need_python
    need_venv
    make_venv
    case "$(cat .venv/installed 2>/dev/null)" in
    "$(sources) "*) ;;
    *)
        export LEVERLINE_PURE=1
        pure_reason="it was not asked for (./run --compiled builds the compiled core)"
        install_leverline ""
        unset LEVERLINE_PURE
        ;;
    esac
    exec 9<&-
}

# Set up for use (no argument) or with the extra named. To test, where a compiler is, a core that does not compile is a
# failure and not a pure wheel, and so is a web app that cannot be built.
set_up() {
    lock_set_up
    need_python
    need_venv
    want_compiler
    if [ "${1:-}" = test ]; then
        want_postgres
        want_browser
        export LEVERLINE_REQUIRE_WEB=1
        [ -n "$pure_reason" ] || export LEVERLINE_REQUIRE_COMPILED=1
        make_venv
        install_for_tests
    else
        make_venv
        install_leverline "${1:-}"
    fi
    exec 9<&-
}
