//! The tokens: constants and two statics, and a function that makes the runner.

use migratory_analysis::{Call, CallFault, Checked, CheckedDown, CheckedMigration, CheckedScript};
use migratory_runtime::{Checksum, Mode, Version};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use crate::doc;
use crate::fault;

/// The module of a set in which nothing was found wrong.
pub(crate) fn module(call: &Call, checked: &Checked, has_build_script: bool) -> TokenStream {
    let module = &call.module;
    let about =
        format!("The migrations in `{}`, as they were when this was built.", checked.folder());
    let versions = checked.set().iter().map(version);
    let latest = checked.set().iter().map(|it| ident(&it.constant)).next_back();
    let schemas = checked.rehearsal().map_or(&[][..], |rehearsal| &rehearsal.schemas);
    let proven = schemas.iter().map(Some).chain(std::iter::repeat(None));
    let migrations = checked.set().iter().zip(proven).map(|(each, schema)| migration(each, schema));
    let count = checked.set().len();
    let needing = call.min_sqlite.map(|version| quote!(.needing(#version)));
    let watching = call.watch.then(|| watching(checked.folder()));
    let rows = checked.set().iter().filter_map(|it| it.rows.as_ref()).map(tracked);
    let unseen = (call.watch && !has_build_script).then(|| unseen(checked.folder()));
    let warnings = (!checked.warnings().is_empty())
        .then(|| warning("MIGRATIONS_HAVE_WARNINGS", &checked.warnings().to_string()));
    quote! {
        #[doc = #about]
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        pub mod #module {
            #(#versions)*

            /// The newest version.
            pub const LATEST: ::migratory::Version = #latest;

            static EACH: [::migratory::Migration<'static>; #count] = [#(#migrations),*];

            /// The set of all migrations.
            pub static MIGRATIONS: ::migratory::MigrationSet<'static> =
                ::migratory::MigrationSet::new(&EACH) #needing #watching;

            /// A runner that brings databases to a version of this set.
            pub const fn runner() -> ::migratory::Runner<'static> {
                ::migratory::Runner::new(&MIGRATIONS)
            }
        }
        #(#rows)*
        #unseen
        #warnings
    }
}

/// Has cargo build again when rows for the rehearsal change. Nothing of them goes into the program.
fn tracked(rows: &CheckedScript) -> TokenStream {
    let path = format!("/{}", rows.file);
    quote! {
        const _: &str =
            ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path));
    }
}

/// The error, and a module of the shape that the rest of the crate expects: the first error is the only one.
pub(crate) fn stub(call: &Call, constants: &[(String, Version)], fault: &CallFault) -> TokenStream {
    let module = &call.module;
    let error = fault::tokens(fault);
    let constants = constants.iter().map(|(constant, version)| {
        let (constant, number) = (ident(constant), version.get());
        quote!(pub const #constant: ::migratory::Version = ::migratory::Version::new(#number);)
    });
    quote! {
        #error
        #[allow(dead_code, missing_docs)]
        pub mod #module {
            #(#constants)*
            pub const LATEST: ::migratory::Version = ::migratory::Version::new(0);
            pub static MIGRATIONS: ::migratory::MigrationSet<'static> =
                ::migratory::MigrationSet::new(&[]);
            pub const fn runner() -> ::migratory::Runner<'static> {
                ::migratory::Runner::new(&MIGRATIONS)
            }
        }
    }
}

/// The constant of a version, documented with what the file says of itself.
fn version(migration: &CheckedMigration) -> TokenStream {
    let CheckedMigration { constant, version, doc, up, .. } = migration;
    let (constant, number) = (ident(constant), version.get());
    let lines = doc.iter().map(|line| doc::escaped(line));
    let about =
        lines.chain([String::new(), format!("`{}`", up.file)]).collect::<Vec<_>>().join("\n");
    let about = about.trim_start();
    quote! {
        #[doc = #about]
        pub const #constant: ::migratory::Version = ::migratory::Version::new(#number);
    }
}

fn migration(migration: &CheckedMigration, schema: Option<&Checksum>) -> TokenStream {
    let CheckedMigration { constant, name, up, down, checksum, chain, .. } = migration;
    let constant = ident(constant);
    let (up, down) = (script(up), way_back(down));
    let (sum, chain) = (bytes(checksum), bytes(chain));
    let proven = schema.map(|schema| {
        let schema = bytes(schema);
        quote!(.proven(::migratory::Checksum::new(*#schema)))
    });
    let compatible = migration.compatible_with().map(|version| {
        let number = version.get();
        quote!(.compatible(::migratory::Version::new(#number)))
    });
    quote! {
        ::migratory::Migration::new(
            #constant,
            #name,
            #up,
            #down,
            ::migratory::Checksum::new(*#sum),
            ::migratory::Checksum::new(*#chain),
        ) #proven #compatible
    }
}

/// A script is embedded by `include_str!`, so that cargo builds again when it changes or goes.
fn script(script: &CheckedScript) -> TokenStream {
    let CheckedScript { file, mode, .. } = script;
    let mode = match mode {
        Mode::Transaction => quote!(Transaction),
        Mode::ForeignKeysOff => quote!(ForeignKeysOff),
        Mode::NoTransaction => quote!(NoTransaction),
    };
    let path = format!("/{file}");
    let code = script.has_code().then(|| quote!(.with_code()));
    quote! {
        ::migratory::Script::new(
            #file,
            ::core::include_str!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), #path)),
            ::migratory::Mode::#mode,
        ) #code
    }
}

fn way_back(down: &CheckedDown) -> TokenStream {
    match down {
        CheckedDown::Script(down) => {
            let down = script(down);
            quote!(::migratory::Down::Script(#down))
        }
        CheckedDown::Irreversible(reason) => quote!(::migratory::Down::Irreversible(#reason)),
        _ => quote!(::migratory::Down::UpOnly),
    }
}

/// A byte string is one token, where an array is sixty-four.
fn bytes(checksum: &Checksum) -> Literal {
    Literal::byte_string(checksum.as_bytes())
}

fn ident(name: &str) -> Ident {
    format_ident!("{name}", span = Span::call_site())
}

/// Debug builds know where the set comes from, and look for files that are not in it.
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
        "cargo builds again when a migration changes, but does not see a new one in `{folder}`\n\
         help: let a build script see to it; this is the whole of `build.rs`, beside Cargo.toml:\n\n    \
         fn main() {{ println!(\"cargo::rerun-if-changed={folder}\"); }}\n\n\
         help: or say `embed_migrations!(\"{folder}\", watch = off)`\n"
    );
    warning("NEW_MIGRATIONS_ARE_NOT_SEEN", &message)
}

/// On stable Rust a macro can't warn; but the use of something deprecated is a warning with a text.
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
