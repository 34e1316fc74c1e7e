# The recipes are the jobs of the CI: `just ci` runs what `.ci/run` runs.

# Everything that must pass before a change is taken.
ci: format lint docs test examples pools features dependencies

# Formatting.
format:
    cargo fmt --all -- --check
    cargo fmt --manifest-path examples/pools/Cargo.toml -- --check

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

# Writes the expected output of fixtures, snapshots and compile errors anew; read the diff before you commit it.
bless:
    BLESS=1 UPDATE_EXPECT=1 TRYBUILD=overwrite cargo test --workspace
