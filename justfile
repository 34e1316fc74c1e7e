# The recipes are the jobs of the CI: `just ci` runs what `.ci/run` runs.

# Everything that must pass before a change is taken.
ci: format lint docs test examples pools features dependencies instructions fuzz-build bench-build

# Formatting.
format:
    cargo fmt --all -- --check
    cargo fmt --manifest-path examples/pools/Cargo.toml -- --check
    for manifest in benches/peers/*/Cargo.toml; do cargo fmt --manifest-path "$manifest" -- --check || exit 1; done

# Lints, of every target.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Documentation without a warning.
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# All tests; the README's second command.
test:
    cargo test --workspace

# The examples run; the first is the README's first command.
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
    cargo clippy -p migratory-analysis --no-default-features -- -D warnings
    cargo clippy -p migratory-runtime --all-targets --features tracing -- -D warnings
    cargo test --quiet -p migratory-runtime --features tracing trace

# What a start costs beside bare rusqlite, counted in instructions, so that it is the same everywhere: wants valgrind.
instructions:
    cargo bench --quiet -p migratory-runtime --bench instructions

# Every failure that can be injected, one after the other, instead of every twenty-third: a quarter of an hour on two cores.
faults:
    MIGRATORY_TEST_FULL=1 cargo test --release -p migratory --test it -- faults:: --nocapture

# Sixteen processes on one file, of an older and of a newer program.
race rounds="200":
    MIGRATORY_TEST_ROUNDS={{rounds}} cargo test --release -p migratory --test it -- processes::

# The runtime stands on rusqlite and on nothing else.
dependencies:
    test "$(cargo tree -p migratory-runtime -e normal --depth 1 --prefix none | sed 1d | cut -d' ' -f1)" = rusqlite

# Both ends of the range of rusqlite, in copies of the workspace: slow, since each compiles its own SQLite.
range oldest="0.33.0" newest="0.41.1":
    for version in {{oldest}} {{newest}}; do \
        copy=$(mktemp -d) && cp -r . "$copy/migratory" && rm -rf "$copy/migratory/target" && \
        (cd "$copy/migratory" && cargo update -p rusqlite --precise "$version" && \
         cargo test -p migratory-runtime -p migratory-analysis -p migratory && cargo run --quiet --example quickstart > /dev/null) && \
        rm -rf "$copy" || exit 1; \
    done

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
    for target in file_names header statements history database_file; do \
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

# Writes the expected output of fixtures, snapshots and compile errors anew; read the diff before you commit it.
bless:
    BLESS=1 UPDATE_EXPECT=1 TRYBUILD=overwrite cargo test --workspace
