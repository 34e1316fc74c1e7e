//! Remembers what a folder was expanded to, so that an edit elsewhere in the crate costs a
//! comparison of bytes.
//!
//! Macros run unoptimised, where splitting and hashing the SQL of a thousand migrations takes 100
//! ms. Comparing bytes takes one: the standard library is always optimised.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};

use migratory_analysis::file::{self, read, read_within, replace};
use proc_macro2::TokenStream;

/// The code that decides what is emitted. A change of it makes every expansion stale.
const EMITTERS: [&str; 4] = [
    env!("CARGO_PKG_VERSION"),
    include_str!("emit.rs"),
    include_str!("embed.rs"),
    include_str!("doc.rs"),
];

/// How many folders may be below each other: no layout has more.
const DEPTH: usize = 2;

/// The length of the hash at the end of a file.
const HASH: usize = 8;

/// The file that remembers an expansion, and all that decides it.
pub(crate) struct Recall {
    file: PathBuf,
    folder: PathBuf,
    head: Vec<u8>,
    image: Vec<u8>,
}

impl Recall {
    /// Reads a folder; `None` if it has an entry that is neither a file nor a folder.
    ///
    /// `decisive` are the texts that decide besides the folder: the arguments of the call, and what
    /// else the expansion depends on.
    pub(crate) fn new(file: PathBuf, folder: PathBuf, decisive: &[&str]) -> Option<Self> {
        let mut head = Vec::new();
        for text in EMITTERS.iter().chain(decisive) {
            put(&mut head, text.as_bytes());
        }
        let image = image(&head, &folder)?;
        Some(Self { file, folder, head, image })
    }

    /// Returns what the same folder was expanded to before.
    ///
    /// A file that is damaged, or was written for anything else, counts as missing.
    pub(crate) fn tokens(&self) -> Option<TokenStream> {
        let known = read(&self.file).ok()?;
        let (known, sum) = known.split_last_chunk::<HASH>()?;
        let tokens = known.strip_prefix(&self.image[..])?;
        if hash(known) != *sum {
            return None;
        }
        std::str::from_utf8(tokens).ok()?.parse().ok()
    }

    /// Remembers an expansion, unless the folder has changed since it was read.
    pub(crate) fn keep(self, tokens: &TokenStream) {
        if image(&self.head, &self.folder).as_ref() != Some(&self.image) {
            return;
        }
        let Self { file, image: mut known, .. } = self;
        known.extend_from_slice(tokens.to_string().as_bytes());
        let sum = hash(&known);
        known.extend_from_slice(&sum);
        // If it can't be written, the next build expands the folder again.
        let _ = replace(&file, &known);
    }
}

/// Returns the head, and the names and bytes of all that is in the folder, as far as it is small.
fn image(head: &[u8], folder: &Path) -> Option<Vec<u8>> {
    let mut image = head.to_vec();
    add(&mut image, folder, DEPTH)?;
    Some(image)
}

fn add(image: &mut Vec<u8>, folder: &Path, depth: usize) -> Option<()> {
    let mut entries = fs::read_dir(folder).ok()?.collect::<Result<Vec<_>, _>>().ok()?;
    entries.sort_by_cached_key(fs::DirEntry::file_name);
    put(image, &entries.len().to_le_bytes());
    for entry in entries {
        let kind = entry.file_type().ok()?;
        put(image, entry.file_name().to_str()?.as_bytes());
        if kind.is_dir() {
            add(image, &entry.path(), depth.checked_sub(1)?)?;
        } else if kind.is_file() {
            let left = file::LIMIT.checked_sub(u64::try_from(image.len()).ok()?)?;
            put(image, &read_within(&entry.path(), left).ok()?);
        } else {
            // Whether a link is allowed depends on where it leads.
            return None;
        }
    }
    Some(())
}

/// Adds bytes with their length, so that no two sequences look the same.
fn put(image: &mut Vec<u8>, bytes: &[u8]) {
    image.extend_from_slice(&bytes.len().to_le_bytes());
    image.extend_from_slice(bytes);
}

/// Returns a hash that shows damage.
fn hash(bytes: &[u8]) -> [u8; HASH] {
    let mut hash = DefaultHasher::new();
    hash.write(bytes);
    hash.finish().to_le_bytes()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;
    use std::thread;

    use tempfile::TempDir;

    use super::*;

    const CALL: [&str; 2] = ["\"migrations\"", "/package"];

    struct Package(TempDir);

    impl Package {
        /// A package whose folder holds two migrations and rows.
        fn new() -> Self {
            let package = Self(tempfile::tempdir().expect("a folder"));
            fs::create_dir_all(package.folder().join("rehearsal")).expect("a folder");
            for (name, text) in [("1_a.sql", "A;"), ("2_b.sql", "B;"), ("rehearsal/1.sql", "C;")] {
                fs::write(package.folder().join(name), text).expect("a file");
            }
            package
        }

        fn folder(&self) -> PathBuf {
            self.0.path().join("migrations")
        }

        fn file(&self) -> PathBuf {
            self.0.path().join("memo.expanded")
        }

        fn recall(&self) -> Option<Recall> {
            Recall::new(self.file(), self.folder(), &CALL)
        }

        fn tokens(&self) -> Option<String> {
            self.recall()?.tokens().map(|tokens| tokens.to_string())
        }

        fn keep(&self) -> String {
            let tokens: TokenStream =
                "mod a { const B: &[u8] = b\"\\x00\"; }".parse().expect("tokens");
            self.recall().expect("a folder of files").keep(&tokens);
            tokens.to_string()
        }
    }

    #[test]
    fn the_same_folder_has_the_same_expansion() {
        let package = Package::new();
        assert_eq!(package.tokens(), None);
        let kept = package.keep();
        assert_eq!(package.tokens(), Some(kept));
        assert_eq!(
            fs::read_dir(package.0.path()).expect("a folder").count(),
            2,
            "no draft is left"
        );
    }

    #[test]
    fn any_change_of_the_folder_or_the_call_makes_it_stale() {
        type Change = fn(&Path) -> std::io::Result<()>;
        let changes: [Change; 8] = [
            |folder| fs::write(folder.join("1_a.sql"), "A; "),
            |folder| fs::write(folder.join("rehearsal/1.sql"), "c;"),
            |folder| fs::write(folder.join("3_c.sql"), ""),
            |folder| fs::remove_file(folder.join("2_b.sql")),
            |folder| fs::rename(folder.join("2_b.sql"), folder.join("2_c.sql")),
            |folder| fs::rename(folder.join("rehearsal/1.sql"), folder.join("1.sql")),
            |folder| fs::create_dir(folder.join("empty")),
            |folder| {
                fs::write(folder.join("1_a.sql"), "B;")?;
                fs::write(folder.join("2_b.sql"), "A;")
            },
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let package = Package::new();
            package.keep();
            change(&package.folder()).expect("a changed folder");
            assert_eq!(package.tokens(), None, "change {at}");
        }
        let package = Package::new();
        package.keep();
        for call in [&["\"migrations\"", "/other"][..], &["\"migrations\"/package"], &[]] {
            let recall = Recall::new(package.file(), package.folder(), call).expect("a folder");
            assert!(recall.tokens().is_none(), "{call:?}");
        }
    }

    #[test]
    fn a_damaged_file_counts_as_missing() {
        let package = Package::new();
        let kept = package.keep();
        let whole = fs::read(package.file()).expect("a file");
        let tokens = |bytes: &[u8]| {
            fs::write(package.file(), bytes).expect("a file");
            package.tokens()
        };
        // The sources of this crate come first, and there are too many to try each byte.
        let interesting = whole.len() - 200..whole.len();
        for at in (0..interesting.start).step_by(501).chain(interesting) {
            assert_eq!(tokens(&whole[..at]), None, "cut off at {at}");
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            assert_eq!(tokens(&damaged), None, "byte {at}");
        }
        assert_eq!(tokens(&[&whole[..], &whole[..]].concat()), None);
        assert_eq!(tokens(&whole), Some(kept));
    }

    #[test]
    fn expansions_at_the_same_time_leave_a_whole_file() {
        let package = Package::new();
        let kept = package.keep();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        package.keep();
                        assert_eq!(package.tokens().as_ref(), Some(&kept));
                    }
                });
            }
        });
        assert_eq!(
            fs::read_dir(package.0.path()).expect("a folder").count(),
            2,
            "no draft is left"
        );
    }

    #[test]
    fn a_folder_with_a_link_or_that_changed_meanwhile_is_not_remembered() {
        let package = Package::new();
        let recall = package.recall().expect("a folder of files");
        fs::write(package.folder().join("1_a.sql"), "D;").expect("a file");
        recall.keep(&TokenStream::new());
        assert!(!package.file().exists());
        symlink("1_a.sql", package.folder().join("3_c.sql")).expect("a link");
        assert!(package.recall().is_none());
    }
}
