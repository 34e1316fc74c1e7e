//! Emits the tokens: constants, two statics, and a function that returns the runner.

use std::path::Path;

use migratory_analysis::{Call, Checked, CheckedDown, CheckedMigration, CheckedScript};
use migratory_core::sql::deferred::may_defer;
use migratory_core::{Checksum, Mode, Version};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Error;

use crate::doc;

/// Emits the module of a checked set.
///
/// It has no `#[allow]`: under `#![forbid]` that would be an error, and rustc and Clippy don't lint
/// the expansion of another crate's macro, except for missing documentation.
///
/// The runner is a constant, so it refers only to the parts that the set needs, and the program
/// doesn't contain the others.
///
/// Short names and one call per migration keep the tokens few, because rustc's time on a large set
/// grows with them.
pub(crate) fn module(
    call: &Call,
    checked: &Checked,
    package: &Path,
    has_build_script: bool,
) -> TokenStream {
    let Call { module, library, .. } = call;
    let about = format!("The migrations in `{}` at the time of the build.", checked.folder());
    let versions = checked.set().iter().map(version);
    let latest = checked.set().iter().map(|it| ident(&it.constant)).next_back();
    let proven = checked.set().iter().zip(checked.proven_schemas());
    let migrations = proven.map(|(each, schema)| migration(each, package, schema));
    let count = checked.set().len();
    let needing = call.min_sqlite.map(|version| quote!(.needing(#version)));
    let keys = (!call.options.foreign_keys).then(|| quote!(.foreign_keys(false)));
    let immediate = (!defers(checked)).then(|| quote!(.never_deferring()));
    let watching = call.watch.then(|| watching(checked.folder()));
    let rows =
        checked.set().iter().filter_map(|it| it.rows.as_ref()).map(|it| tracked(it, package));
    let unseen = (call.watch && !has_build_script).then(|| unseen(checked.folder()));
    let warnings = (!checked.warnings().is_empty())
        .then(|| warning("MIGRATIONS_HAVE_WARNINGS", &checked.warnings().to_string()));
    quote! {
        #[doc = #about]
        pub mod #module {
            use ::core::include_str as __migratory_sql;
            use #library::{
                __private::embedded, Down, Migration, MigrationSet, Mode, Runner, Script, Version,
            };

            #(#versions)*

            /// The version of the newest migration.
            pub const LATEST: Version = #latest;

            static EACH: [Migration<'static>; #count] = [#(#migrations),*];

            /// All migrations.
            pub static MIGRATIONS: MigrationSet<'static> =
                MigrationSet::new(&EACH) #needing #keys #immediate #watching;

            /// Returns a runner that brings a database to any version of this set.
            pub const fn runner() -> Runner<'static> {
                const RUNNER: Runner<'static> = Runner::new(&MIGRATIONS);
                RUNNER
            }
        }
        #(#rows)*
        #unseen
        #warnings
    }
}

/// Returns whether a script of the set, or its step in Rust, may leave a violated foreign key to the
/// COMMIT.
fn defers(checked: &Checked) -> bool {
    let may_defer = |script: &CheckedScript| script.has_code() || may_defer(&script.sql);
    checked.set().iter().any(|migration| {
        let down = match &migration.down {
            CheckedDown::Script(down) => may_defer(down),
            _ => false,
        };
        down || may_defer(&migration.up)
    })
}

/// Makes cargo rebuild when sample rows change. The compiler drops the unused constant, so the
/// program doesn't contain it.
fn tracked(rows: &CheckedScript, package: &Path) -> TokenStream {
    let path = absolute(package, &rows.file);
    quote!(
        const _: &str = ::core::include_str!(#path);
    )
}

/// Returns the absolute path of a file as one literal; `concat!` and `env!` would be two more
/// macros per file.
fn absolute(package: &Path, file: &str) -> String {
    format!("{}/{file}", package.display())
}

/// Emits the error, and a module with the items that the rest of the crate uses, so that no further
/// errors follow.
pub(crate) fn stub(call: &Call, constants: &[(String, Version)], error: &Error) -> TokenStream {
    let Call { module, library, .. } = call;
    let errors = error.to_compile_error();
    let constants = constants.iter().map(|(constant, version)| {
        let (constant, number) = (ident(constant), version.get());
        quote! {
            /// A version of the refused set.
            pub const #constant: Version = Version::new(#number);
        }
    });
    quote! {
        #errors
        /// Replaces the refused set.
        pub mod #module {
            use #library::{MigrationSet, Runner, Version};

            #(#constants)*
            /// No version.
            pub const LATEST: Version = Version::new(0);
            /// No migrations.
            pub static MIGRATIONS: MigrationSet<'static> = MigrationSet::new(&[]);
            /// Returns a runner that never runs.
            pub const fn runner() -> Runner<'static> {
                Runner::new(&MIGRATIONS)
            }
        }
    }
}

/// Emits the constant of a version, documented with the first comment of its up.
fn version(migration: &CheckedMigration) -> TokenStream {
    let CheckedMigration { constant, version, doc, up, .. } = migration;
    let (constant, number) = (ident(constant), version.get());
    let lines = doc.iter().map(|line| doc::escaped(line));
    let about =
        lines.chain([String::new(), format!("`{}`", up.file)]).collect::<Vec<_>>().join("\n");
    let about = about.trim_start();
    quote! {
        #[doc = #about]
        pub const #constant: Version = Version::new(#number);
    }
}

fn migration(
    migration: &CheckedMigration,
    package: &Path,
    schema: Option<&Checksum>,
) -> TokenStream {
    let CheckedMigration { constant, name, up, down, checksum, chain, .. } = migration;
    let constant = ident(constant);
    let (up, down) = (script(up, package), down_of(down, package));
    let digests = [checksum, chain].into_iter().chain(schema).map(bytes);
    let compatible = migration.compatible_with().map(|version| {
        let number = version.get();
        quote!(.compatible(Version::new(#number)))
    });
    quote!(embedded(#constant, #name, #up, #down, &[#(#digests),*]) #compatible)
}

/// Embeds a script with `include_str!`, so that cargo rebuilds when the file changes or disappears.
fn script(script: &CheckedScript, package: &Path) -> TokenStream {
    let CheckedScript { file, mode, .. } = script;
    let mode = match mode {
        Mode::Transaction => quote!(Transaction),
        Mode::ForeignKeysOff => quote!(ForeignKeysOff),
        Mode::NoTransaction => quote!(NoTransaction),
    };
    let path = absolute(package, file);
    let code = script.has_code().then(|| quote!(.with_code()));
    let writes = script.writes.as_ref().map(|tables| quote!(.with_writes(#tables)));
    quote!(Script::new(#file, __migratory_sql!(#path), Mode::#mode) #writes #code)
}

fn down_of(down: &CheckedDown, package: &Path) -> TokenStream {
    match down {
        CheckedDown::Script(down) => {
            let down = script(down, package);
            quote!(Down::Script(#down))
        }
        CheckedDown::Irreversible(reason) => quote!(Down::Irreversible(#reason)),
        _ => quote!(Down::UpOnly),
    }
}

/// Emits the digest as a byte string, which is one token; an array would be 64.
fn bytes(checksum: &Checksum) -> Literal {
    Literal::byte_string(checksum.as_bytes())
}

fn ident(name: &str) -> Ident {
    format_ident!("{name}", span = Span::call_site())
}

/// Makes debug builds look in the folder of the set for files that are not embedded.
fn watching(folder: &str) -> TokenStream {
    quote! {
        .watching(if ::core::cfg!(debug_assertions) {
            ::core::option::Option::Some((::core::env!("CARGO_MANIFEST_DIR"), #folder))
        } else {
            ::core::option::Option::None
        })
    }
}

fn unseen(folder: &str) -> TokenStream {
    let message = format!(
        "cargo does not notice new migrations in `{folder}`, only changed ones\n\
         help: add a build script; this is all of `build.rs`, next to Cargo.toml:\n\n    \
         fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}\n\n\
         help: or turn this warning off: `embed_migrations!(\"{folder}\", watch = off)`\n"
    );
    warning("NEW_MIGRATIONS_ARE_NOT_SEEN", &message)
}

/// Emits a warning. A macro on stable Rust can't warn, but rustc shows the note of a deprecated
/// item as one.
fn warning(name: &str, message: &str) -> TokenStream {
    let name = ident(name);
    quote! {
        const _: () = {
            #[deprecated(note = #message)]
            const #name: () = ();
            #name
        };
    }
}
