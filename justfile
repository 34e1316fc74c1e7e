# The recipes are the jobs of the CI: `just ci` runs what `.ci/run` runs.

# What `rust-version` says.
rust := `sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml`
# Copies of the sources, and what is built of them; that is no folder above them, which trybuild would take for theirs.
target := absolute_path(env("CARGO_TARGET_DIR", "target"))
copies := target / "copies"
built := target / "versions"
# All integration tests but those that take minutes and have no version to wait for.
quick := "--skip ui:: --skip builds:: --skip faults:: --skip processes::"

# Everything that must pass before a change is taken.
ci: format spelling deny lint docs test examples pools features dependencies instructions fuzz-build bench-build

# Formatting.
format:
    cargo fmt --all -- --check
    cargo fmt --manifest-path examples/pools/Cargo.toml -- --check
    for manifest in benches/peers/*/Cargo.toml; do cargo fmt --manifest-path "$manifest" -- --check || exit 1; done
    cargo fmt --manifest-path tests/consumer/Cargo.toml -- --check

# Spelling, by `typos`, and the form of the manifests, by `taplo`: both are to be had from cargo, and as wheels from pip.
spelling:
    typos
    taplo fmt --check

# Lints, of every target.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Documentation without a warning.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# All tests; the README's last command.
test:
    cargo test --workspace

# The examples run; they are the README's first commands.
examples:
    cargo run --quiet --example quickstart > /dev/null
    cargo run --quiet --example caught > /dev/null

# The one-liners for tokio-rusqlite, deadpool-sqlite and r2d2_sqlite, with the rusqlite that these agree on: a build of its own.
pools:
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin tokio_rusqlite
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin deadpool_sqlite
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin r2d2_sqlite

# Without the rehearsal everything else works; with `tracing`, a run is heard of.
features:
    cargo run --quiet --no-default-features --features bundled --example quickstart > /dev/null
    cargo clippy -p migratory-macros --no-default-features -- -D warnings
    cargo clippy -p migratory-runtime --all-targets --features tracing -- -D warnings
    cargo test --quiet -p migratory-runtime --features tracing trace

# What a start costs beside bare rusqlite, counted in instructions, so that it is the same everywhere: wants valgrind.
instructions:
    cargo bench --quiet -p migratory-runtime --bench instructions

# Every failure that can be injected, one after the other, instead of every twenty-third: a quarter of an hour on two cores.
faults:
    MIGRATORY_TEST_FULL=1 cargo test --release -p migratory --test it -- faults:: backup::killed --nocapture

# Sixteen processes on one file, of an older and of a newer program.
race rounds="200":
    MIGRATORY_TEST_ROUNDS={{rounds}} cargo test --release -p migratory --test it -- processes::

# Random sequences of what happens to a database, compared with a model: a thousand of them in ten seconds of work.
model sequences="100000":
    MIGRATORY_TEST_SEQUENCES={{sequences}} cargo test --release -p migratory --test it -- model:: --nocapture

# Generated schemas and migrations, right ones and broken ones, instead of the hundred of each test run.
rebuilds sets="5000":
    MIGRATORY_TEST_SETS={{sets}} cargo test --release -p migratory --test it -- rebuilds:: --nocapture

# `migratory-core` depends on nothing; the analysis on no SQLite; the runtime on core, on rusqlite, and on nothing else.
dependencies:
    test "$(cargo tree -p migratory-core -e normal,build --all-features --target all --prefix none | wc -l)" = 1
    test -z "$(cargo tree -p migratory-analysis -e normal,build --all-features --target all --prefix none | grep -iE 'sqlite|migratory-runtime')"
    test "$(cargo tree -p migratory-runtime -e normal --depth 1 --prefix none | sed 1d | cut -d' ' -f1 | sort | xargs)" = "migratory-core rusqlite"

# It is rustup's, or that of a folder: `just msrv /usr/bin`.
# The oldest Rust that is supported: a package that depends on migratory is built and run.
msrv bin="": (oldest bin "tests/consumer" "run --quiet --locked --features bundled")

# The same Rust: the library is tested and the command line is built, with the newest dependencies that it compiles.
msrv-tests bin="": (copy "msrv") (oldest (bin) (copies / "msrv") "update --quiet rusqlite") \
    (oldest (bin) (copies / "msrv") "test --quiet -p migratory-core -p migratory-runtime -p migratory-analysis -p migratory-rehearsal -p migratory-macros") \
    (oldest (bin) (copies / "msrv") "build --quiet -p migratory -p cargo-migratory")

# Runs cargo of the oldest Rust in a folder.
[private]
oldest bin folder arguments:
    #!/usr/bin/env bash
    set -euo pipefail
    cargo=(cargo +{{rust}})
    if [ -n "{{bin}}" ]; then
        export PATH="{{bin}}:$PATH"
        cargo=(cargo)
    fi
    "${cargo[@]}" --version | grep "^cargo {{rust}}[. ]"
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{folder}}"
    "${cargo[@]}" {{arguments}}

# The oldest versions that the library's requirements admit; wants a nightly, to choose them.
minimal-versions: (copy "minimal")
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{copies}}/minimal"
    # The command line is no library: who builds it has the newest.
    sed -i '/^members = /s/"cli", //' Cargo.toml
    cargo +nightly -Z direct-minimal-versions update --quiet
    cargo test --quiet --locked -p migratory-core -p migratory-runtime -p migratory-analysis -p migratory-rehearsal -p migratory-macros -p migratory \
        --features migratory-runtime/tracing -- {{quick}}

# Both ends of the range of rusqlite and one between, in copies of the workspace: slow, since each compiles its own SQLite.
range oldest="0.33.0" between="0.37.0" newest="0.41.1": (copy "range")
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{copies}}/range"
    for version in {{oldest}} {{between}} {{newest}}; do
        skip=""
        if [ "$version" = "{{between}}" ]; then skip="{{quick}}"; fi
        cargo update --quiet -p rusqlite --precise "$version"
        cargo test -p migratory-runtime -p migratory-rehearsal -p migratory -- $skip
        cargo run --quiet --example quickstart > /dev/null
    done

# A program is linked with it and run, and so are the runtime's tests. It wants what Debian has in libsqlite3-dev. From
# 0.41 on, rusqlite wants SQLite 3.45.3.
# The system's SQLite instead of a bundled one.
system rusqlite="0.40.2": (copy "system")
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{copies}}/system/tests/consumer"
    cargo update --quiet -p rusqlite --precise {{rusqlite}}
    cargo run --quiet
    ldd "{{built}}/debug/migratory-consumer" | grep libsqlite3
    cd ../..
    cargo remove --quiet --dev -p migratory-runtime rusqlite
    cargo update --quiet -p rusqlite --precise {{rusqlite}}
    cargo test --quiet -p migratory-runtime

# OpenSSL is the system's, as Debian has it in libssl-dev; with `just sqlcipher bundled-sqlcipher-vendored-openssl` it is
# compiled too, which is slow and wants perl.
# SQLCipher: a program whose database has a key.
sqlcipher feature="bundled-sqlcipher":
    cargo run --quiet --locked --manifest-path tests/consumer/Cargo.toml --features {{feature}}

# Copies the sources to where a recipe may change versions in peace.
[private]
copy name:
    rm -rf "{{copies}}/{{name}}" && mkdir -p "{{copies}}/{{name}}"
    tar --create --exclude=target --exclude=./.git . | tar --extract --directory "{{copies}}/{{name}}"

# The fuzz targets are in order: a build on stable is enough to tell. It wants a C++ compiler, for libFuzzer.
fuzz-build:
    cargo fmt --manifest-path fuzz/Cargo.toml -- --check
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}" cargo clippy --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}" cargo build --manifest-path fuzz/Cargo.toml

# What measures migratory beside its peers is in order: all of it that needs no SQLite.
bench-build:
    cargo clippy --locked --manifest-path benches/peers/common/Cargo.toml --all-targets --all-features -- -D warnings
    cargo clippy --locked --manifest-path benches/peers/driver/Cargo.toml --all-targets -- -D warnings
    cargo test --locked --quiet --manifest-path benches/peers/driver/Cargo.toml

# Measures migratory beside its peers, and writes benches/RESULTS.md: all sections take an hour or two, alone on two
# cores. Sections may be named, and `--rounds <n>`: `just bench start fresh --rounds 3`.
bench *sections:
    cargo run --locked --release --quiet --manifest-path benches/peers/driver/Cargo.toml -- {{sections}}

# Runs each fuzz target for so long. With a nightly and cargo-fuzz, libFuzzer sees what an input reaches and goes on from
# there; without them, the targets are given random bytes, which finds less. The code is safe, so no sanitizer slows it down.
fuzz seconds="60":
    for target in file_names header statements history database_file sandbox; do \
        if cargo +nightly fuzz --version > /dev/null 2>&1; then \
            cargo +nightly fuzz run -s none "$target" -- -max_total_time={{seconds}} -max_len=2000 -len_control=0 -timeout=20 -dict=fuzz/sql.dict || exit 1; \
            continue; \
        fi; \
        cargo build --release --quiet --manifest-path fuzz/Cargo.toml --bin "$target" || exit 1; \
        artifacts=fuzz/artifacts/$target && mkdir -p "$artifacts" && end=$(($(date +%s) + {{seconds}})); \
        while [ "$(date +%s)" -lt "$end" ]; do \
            inputs=$(mktemp -d) && head -c 100000 /dev/urandom | split -b 200 -a 3 - "$inputs/" && \
            cargo run --release --quiet --manifest-path fuzz/Cargo.toml --bin "$target" -- \
                -runs=0 -timeout=20 -artifact_prefix="$artifacts/" "$inputs" || exit 1; \
            rm -r "$inputs"; \
        done; \
    done

# Licences and sources of all dependencies, by cargo-deny; `just deny advisories` wants the network, and is part of a release.
deny what="bans licenses sources":
    cargo deny --log-level error check {{what}}

# Whether the version rose enough for what changed in the public items since the last tag. It wants cargo-semver-checks.
semver:
    #!/usr/bin/env bash
    set -euo pipefail
    last=$(git describe --tags --abbrev=0 --match 'v*' 2> /dev/null) || { echo "there is no release to compare with yet"; exit 0; }
    cargo semver-checks --workspace --baseline-rev "$last"

# Builds each crate from what would be uploaded, and lists its files.
package:
    cargo package --workspace --exclude migratory-faulty
    cd "${CARGO_TARGET_DIR:-target}/package" && for crate in *.crate; do tar --list --file "$crate"; done

# Writes the expected output of fixtures, snapshots and compile errors anew; read the diff before you commit it.
bless:
    BLESS=1 UPDATE_EXPECT=1 TRYBUILD=overwrite cargo test --workspace
