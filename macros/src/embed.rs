//! Expands a call: parses the arguments, runs the analysis, and emits a module or an error.

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use migratory_analysis::Arguments;
#[cfg(not(feature = "rehearsal"))]
use migratory_analysis::check;
#[cfg(feature = "rehearsal")]
use migratory_rehearsal::check;
use proc_macro2::{Span, TokenStream};
use syn::Error;

use crate::emit;
#[cfg(feature = "rehearsal")]
use crate::recall::Recall;

/// Expands `embed_migrations!(input)`.
pub(crate) fn embed(input: TokenStream) -> TokenStream {
    #[cfg(feature = "rehearsal")]
    let said = input.to_string();
    let Arguments { call, error, .. } = syn::parse2(input).unwrap_or_else(Arguments::from);
    if let Some(error) = error {
        return emit::stub(&call, &[], &error);
    }
    let package = match package() {
        Ok(package) => package,
        Err(error) => return emit::stub(&call, &[], &error),
    };
    #[cfg(feature = "rehearsal")]
    let recall = recall(&said, &package, &call.folder);
    #[cfg(feature = "rehearsal")]
    if let Some(tokens) = recall.as_ref().and_then(Recall::tokens) {
        return tokens;
    }
    let mut options = call.options.clone();
    options.memo = memo(&package, &call.folder, "rehearsed");
    match check(&package, &call.folder, &options) {
        Ok(checked) => {
            let tokens = emit::module(&call, &checked, &package, has_build_script());
            #[cfg(feature = "rehearsal")]
            if let Some(recall) = recall {
                recall.keep(&tokens);
            }
            tokens
        }
        Err(findings) => {
            let error = Error::new(call.span, &findings);
            emit::stub(&call, findings.constants(), &error)
        }
    }
}

/// Reads the folder, to look whether it was expanded before.
#[cfg(feature = "rehearsal")]
fn recall(said: &str, package: &Path, folder: &str) -> Option<Recall> {
    if !is_text(said) {
        return None;
    }
    let has_build_script = if has_build_script() { "build script" } else { "" };
    let place = package.to_str()?;
    let decisive =
        migratory_rehearsal::identity().into_iter().chain([said, place, has_build_script]);
    let decisive: Vec<_> = decisive.collect();
    Recall::new(memo(package, folder, "expanded")?, package.join(folder), &decisive)
}

/// Returns whether a call means the same as a text: `$crate`, by which a macro of the application may
/// name the library, is no path in one.
#[cfg(feature = "rehearsal")]
fn is_text(said: &str) -> bool {
    !said.contains("$crate")
}

/// Returns the folder of the Cargo.toml of the calling crate.
fn package() -> syn::Result<PathBuf> {
    env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).ok_or_else(|| {
        let message = "can't find the folder: `CARGO_MANIFEST_DIR` is not set; build with cargo, or set it to the \
                       folder of Cargo.toml";
        Error::new(Span::call_site(), message)
    })
}

/// Returns whether the calling crate has a build script: Cargo sets `OUT_DIR` only then.
fn has_build_script() -> bool {
    env::var_os("OUT_DIR").is_some()
}

/// Returns a file that remembers something about a folder between builds. It is in `OUT_DIR` if
/// the crate has a build script, else in rustc's output folder, and never among the sources.
fn memo(package: &Path, folder: &str, extension: &str) -> Option<PathBuf> {
    let out = env::var_os("OUT_DIR").map(PathBuf::from).or_else(rustc_out_dir)?;
    let mut hash = DefaultHasher::new();
    (package, folder).hash(&mut hash);
    Some(out.join(format!("migratory-{:016x}.{extension}", hash.finish())))
}

/// Returns rustc's output folder: the macro runs inside rustc, and finds it in rustc's arguments.
fn rustc_out_dir() -> Option<PathBuf> {
    let mut words = env::args_os().skip_while(|word| word != "--out-dir");
    words.next()?;
    words.next().map(PathBuf::from)
}

#[cfg(all(test, feature = "rehearsal"))]
mod tests {
    use super::is_text;

    #[test]
    fn a_call_that_is_no_text_is_told_apart() {
        assert!(is_text("\"migrations\", crate = crate :: vendored :: migratory"));
        assert!(!is_text("\"migrations\", crate = $crate :: migratory"));
    }
}
