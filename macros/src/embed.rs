//! From the arguments to the tokens: analysis in between, errors as tokens too.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use migratory_analysis::{Call, CallFault, check};
use proc_macro2::{Span, TokenStream};

use crate::emit;

/// What the call `embed_migrations!(input)` stands for.
pub(crate) fn embed(input: TokenStream) -> TokenStream {
    let call = match Call::parse(input) {
        Ok(call) => call,
        Err(fault) => return emit::stub(&Call::default(), &[], &fault),
    };
    let package = match package() {
        Ok(package) => package,
        Err(fault) => return emit::stub(&call, &[], &fault),
    };
    let mut options = call.options.clone();
    options.memo = memo(&package, &call.folder);
    match check(&package, &call.folder, &options) {
        Ok(checked) => emit::module(&call, &checked, &package, has_build_script()),
        Err(findings) => {
            let fault = CallFault::new(call.span, findings.to_string());
            emit::stub(&call, findings.constants(), &fault)
        }
    }
}

/// The folder of the Cargo.toml of the crate that calls the macro.
fn package() -> Result<PathBuf, CallFault> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        let message = "`CARGO_MANIFEST_DIR` is not set, so the folder can't be found; build with cargo, \
                       or set it to the folder of the Cargo.toml";
        CallFault::new(Span::call_site(), message)
    })
}

/// Cargo sets `OUT_DIR` for crates that have a build script, and for no others.
fn has_build_script() -> bool {
    env::var_os("OUT_DIR").is_some()
}

/// Where it is remembered from build to build that a set passed: in the build script's folder if there
/// is one, else where rustc writes to. Never among the sources.
fn memo(package: &Path, folder: &str) -> Option<PathBuf> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).or_else(rustc_out_dir)?;
    let mut hash = DefaultHasher::new();
    (package, folder).hash(&mut hash);
    Some(out.join(format!("migratory-{:016x}.rehearsed", hash.finish())))
}

/// The macro runs inside of rustc, which is told where to write.
fn rustc_out_dir() -> Option<PathBuf> {
    let mut words = env::args_os().skip_while(|word| word != "--out-dir");
    words.next()?;
    words.next().map(PathBuf::from)
}
