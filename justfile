# The recipes are the jobs of the CI: `.ci/run` runs `just ci`, and `msrv` and `system` where these can run.

# The value of `rust-version`.
rust := `sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml`
# Copies of the sources, and their builds. The builds are not in a parent folder of the copies: trybuild would take it
# for the copies' own target folder.
target := absolute_path(env("CARGO_TARGET_DIR", "target"))
copies := target / "copies"
built := target / "versions"
# Skips the integration tests that take minutes and don't depend on the versions of dependencies.
quick := "--skip ui:: --skip builds:: --skip faults:: --skip processes::"

# Runs everything that must pass before a change is merged and needs no other Rust and no other SQLite.
ci: format spelling deny lint docs test examples pools layers features dependencies instructions size fuzz-build bench-build

# Checks the formatting.
format:
    cargo fmt --all -- --check
    for manifest in examples/*/Cargo.toml; do cargo fmt --manifest-path "$manifest" -- --check || exit 1; done
    for manifest in benches/peers/*/Cargo.toml benches/size/Cargo.toml; do cargo fmt --manifest-path "$manifest" -- --check || exit 1; done
    cargo fmt --manifest-path tests/consumer/Cargo.toml -- --check

# Checks the spelling with `typos`, and the format of the manifests with `taplo`; cargo and pip can install both.
spelling:
    typos
    taplo fmt --check

# Runs clippy on all targets.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Builds the documentation; a warning is an error.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Runs all tests; the README's last command.
test:
    cargo test --workspace

# Runs the examples, which are the README's first commands.
examples:
    cargo run --quiet --example quickstart > /dev/null
    cargo run --quiet --example caught > /dev/null

# They have a build of their own, with the rusqlite version that all three support.
# Runs the examples for tokio-rusqlite, deadpool-sqlite and r2d2_sqlite.
pools:
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin tokio_rusqlite
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin deadpool_sqlite
    cargo run --quiet --manifest-path examples/pools/Cargo.toml --bin r2d2_sqlite

# Runs the examples of migrating a database that the program uses with sqlx or Diesel.
layers:
    cargo run --quiet --locked --manifest-path examples/sqlx/Cargo.toml
    cargo run --quiet --locked --manifest-path examples/diesel/Cargo.toml

# Tests that everything else works without the rehearsal, and that a run emits events with the feature `tracing`.
features:
    cargo run --quiet --no-default-features --features bundled --example quickstart > /dev/null
    cargo clippy -p migratory-macros --no-default-features -- -D warnings
    cargo clippy -p migratory-runtime --all-targets --features tracing -- -D warnings
    cargo test --quiet -p migratory-runtime --features tracing trace

# Counts the instructions of a start and of a rehearsal, relative to bare rusqlite; needs valgrind.
instructions:
    cargo bench --quiet -p migratory-runtime --bench instructions
    cargo bench --quiet --bench rehearsal -- count

# Both programs are built with cargo's default release profile, next to `instructions`, whose SQLite they share.
# Limits what a program that only calls `up` adds to bare rusqlite: a part that it doesn't need must not be linked.
size limit="335":
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
    cargo build --quiet --release --locked --manifest-path benches/size/Cargo.toml
    kib() {
        strip -o "$CARGO_TARGET_DIR/release/$1.stripped" "$CARGO_TARGET_DIR/release/$1"
        echo $(($(wc -c < "$CARGO_TARGET_DIR/release/$1.stripped") / 1024))
    }
    bare=$(kib bare) up=$(kib up)
    echo "bare $bare KiB, up $up KiB: $((up - bare)) KiB more, at most {{limit}}"
    test $((up - bare)) -le {{limit}}

# Injects every failure in turn, instead of every twenty-third; takes a quarter of an hour on two cores.
faults:
    MIGRATORY_TEST_FULL=1 cargo test --release -p migratory --test it -- faults:: backup::killed --nocapture

# Races sixteen processes of an older and a newer program on one file.
race rounds="200":
    MIGRATORY_TEST_ROUNDS={{rounds}} cargo test --release -p migratory --test it -- processes::

# Compares random sequences of operations on a database with a model; a thousand take ten seconds.
model sequences="100000":
    MIGRATORY_TEST_SEQUENCES={{sequences}} cargo test --release -p migratory --test it -- model:: --nocapture

# Rehearses this many generated sets, sound ones and broken ones; each test run tries a hundred.
rebuilds sets="5000":
    MIGRATORY_TEST_SETS={{sets}} cargo test --release -p migratory --test it -- rebuilds:: --nocapture

# `migratory-core` has no dependencies, the analysis no SQLite, and the runtime only core, rusqlite and its iterator.
# Checks which crates depend on which, and how many a program compiles.
dependencies:
    test "$(cargo tree -p migratory-core -e normal,build --all-features --target all --prefix none | wc -l)" = 1
    test -z "$(cargo tree -p migratory-analysis -e normal,build --all-features --target all --prefix none | grep -iE 'sqlite|migratory-runtime')"
    test "$(cargo tree -p migratory -e normal,build --features bundled --prefix none | cut -d' ' -f1,2 | sort -u | wc -l)" -le 28
    test "$(cargo tree -p migratory-runtime -e normal --depth 1 --prefix none | sed 1d | cut -d' ' -f1 | sort | xargs)" = "fallible-iterator migratory-core rusqlite"

# It uses rustup's toolchain, or the one in a folder: `just msrv /usr/bin`.
# Builds and runs a package that depends on migratory with the oldest supported Rust.
msrv bin="": (oldest bin "tests/consumer" "run --quiet --locked --features bundled")

# Tests everything with that Rust and the newest dependencies that it compiles, except for the compiler's own messages.
msrv-tests bin="": (copy "msrv") (oldest (bin) (copies / "msrv") "update --quiet rusqlite") \
    (oldest (bin) (copies / "msrv") "test --quiet --workspace --exclude migratory") \
    (oldest (bin) (copies / "msrv") "test --quiet -p migratory --test it")

# Runs the oldest Rust's cargo in a folder.
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

# Tests with the oldest versions that the library's requirements allow; needs nightly Rust to select them.
minimal-versions: (copy "minimal")
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{copies}}/minimal"
    # The command line is not a library: it is installed with the newest versions.
    sed -i '/^members = /s/"cli", //' Cargo.toml
    cargo +nightly -Z direct-minimal-versions update --quiet
    cargo test --quiet --locked -p migratory-core -p migratory-runtime -p migratory-analysis -p migratory-rehearsal -p migratory-macros -p migratory \
        --features migratory-runtime/tracing -- {{quick}}

# This is slow, since each version compiles its own SQLite.
# Tests with the oldest and the newest rusqlite, and a version in between, in copies of the workspace.
range oldest="0.32.1" between="0.37.0" newest="0.43.0": (copy "range")
    #!/usr/bin/env bash
    set -euo pipefail
    export CARGO_TARGET_DIR="{{built}}"
    cd "{{copies}}/range"
    for version in {{oldest}} {{between}} {{newest}}; do
        skip=""
        if [ "$version" = "{{between}}" ]; then skip="{{quick}}"; fi
        cargo update --quiet -p rusqlite --precise "$version"
        # The facade's tests trace statements, which has another form before 0.33.
        facade="-p migratory"
        if [ "$version" = "{{oldest}}" ]; then facade=""; fi
        cargo test -p migratory-runtime -p migratory-rehearsal $facade -- $skip
        cargo run --quiet --example quickstart > /dev/null
    done

# It needs SQLite's headers, which are in Debian's libsqlite3-dev. From 0.41 on, rusqlite requires SQLite 3.45.3.
# Links a program and the runtime's tests with the system's SQLite instead of a bundled one, and runs them.
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

# It uses the system's OpenSSL, which is in Debian's libssl-dev; `just sqlcipher bundled-sqlcipher-vendored-openssl`
# compiles OpenSSL too, which is slow and needs perl.
# Runs a program with SQLCipher, whose database has a key.
sqlcipher feature="bundled-sqlcipher":
    cargo run --quiet --locked --manifest-path tests/consumer/Cargo.toml --features {{feature}}

# Copies the sources, so that a recipe can change versions without touching the working tree.
[private]
copy name:
    rm -rf "{{copies}}/{{name}}" && mkdir -p "{{copies}}/{{name}}"
    tar --create --exclude=target --exclude=./.git . | tar --extract --directory "{{copies}}/{{name}}"

# Checks that the fuzz targets build, which stable Rust can do; needs a C++ compiler for libFuzzer.
fuzz-build:
    cargo fmt --manifest-path fuzz/Cargo.toml -- --check
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}" cargo clippy --manifest-path fuzz/Cargo.toml --all-targets -- -D warnings
    CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}" cargo build --manifest-path fuzz/Cargo.toml

# Checks the comparison with other libraries, as far as it doesn't need SQLite.
bench-build:
    cargo clippy --locked --manifest-path benches/peers/common/Cargo.toml --all-targets --all-features -- -D warnings
    cargo clippy --locked --manifest-path benches/peers/driver/Cargo.toml --all-targets -- -D warnings
    cargo test --locked --quiet --manifest-path benches/peers/driver/Cargo.toml

# Compares migratory with its peers: writes benches/RESULTS.md from a clean commit, and README's figures, within half an
# hour on two idle cores. `just bench start fresh --rounds 3` prints these sections instead, and `--to <file>` writes there.
bench *arguments:
    cargo run --locked --release --quiet --manifest-path benches/peers/driver/Cargo.toml -- {{arguments}}

# Takes README's figures from benches/RESULTS.md; `just bench` does so too.
figures: (bench "figures")

# With nightly Rust and cargo-fuzz, libFuzzer is guided by coverage; without them, the targets get random bytes, which
# finds less. The code is safe Rust, so it runs without a sanitizer, which would slow it down.
# Runs each fuzz target for this many seconds.
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

# `just deny advisories` needs the network, and is part of a release.
# Checks the licences and sources of all dependencies with cargo-deny.
deny what="bans licenses sources":
    cargo deny --log-level error check {{what}}

# Checks that the version reflects the changes to public items since the last tag; needs cargo-semver-checks.
semver:
    #!/usr/bin/env bash
    set -euo pipefail
    last=$(git describe --tags --abbrev=0 --match 'v*' 2> /dev/null) || { echo "there is no release to compare with yet"; exit 0; }
    cargo semver-checks --workspace --baseline-rev "$last"

# Builds each crate from the files that would be published, and lists them.
package:
    cargo package --workspace --exclude migratory-faulty
    cd "${CARGO_TARGET_DIR:-target}/package" && for crate in *.crate; do tar --list --file "$crate"; done

# Rewrites the expected output of fixtures, snapshots and compile errors; read the diff before you commit it.
bless:
    BLESS=1 UPDATE_EXPECT=1 TRYBUILD=overwrite cargo test --workspace
