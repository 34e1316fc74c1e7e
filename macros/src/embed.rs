//! From the arguments to the tokens: analysis in between, errors as tokens too.

use std::env;
use std::path::PathBuf;

use migratory_analysis::{Options, check};
use migratory_runtime::Version;
use proc_macro2::{Span, TokenStream};

use crate::args::Args;
use crate::emit;
use crate::fault::Fault;

/// What the call `embed_migrations!(input)` stands for.
pub(crate) fn embed(input: TokenStream) -> TokenStream {
    let args = match Args::parse(input) {
        Ok(args) => args,
        Err(fault) => return emit::stub(&Args::default(), &[], &fault),
    };
    let package = match package() {
        Ok(package) => package,
        Err(fault) => return emit::stub(&args, &[], &fault),
    };
    match check(&package, &args.folder, &options(&args)) {
        Ok(checked) => emit::module(&args, &checked, has_build_script()),
        Err(findings) => {
            let fault = Fault::new(args.span, findings.to_string());
            emit::stub(&args, findings.constants(), &fault)
        }
    }
}

fn options(args: &Args) -> Options {
    let options = Options::default().up_only(args.up_only);
    match args.accept_through {
        Some(version) => options.accept_through(Version::new(version)),
        None => options,
    }
}

/// The folder of the Cargo.toml of the crate that calls the macro.
fn package() -> Result<PathBuf, Fault> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        let message = "`CARGO_MANIFEST_DIR` is not set, so the folder can't be found; build with cargo, \
                       or set it to the folder of the Cargo.toml";
        Fault::new(Span::call_site(), message)
    })
}

/// Cargo sets `OUT_DIR` for crates that have a build script, and for no others.
fn has_build_script() -> bool {
    env::var_os("OUT_DIR").is_some()
}
