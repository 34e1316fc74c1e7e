//! The folder with the images of a set, next to the file of its memo.
//!
//! There are at most two. A new one replaces the one that the set does not need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use migratory_analysis::Checked;
use migratory_analysis::file::{read_within, replace};
use migratory_core::Checksum;

use super::continuable;
use super::image::Image;

/// The names of the files.
const FILES: [&str; 2] = ["one", "two"];

/// The size of the largest image. A larger one takes longer to read than it saves.
const LARGEST: usize = 64 << 20;

/// How long a build may take to write a file: one that is older was left by a build that was killed.
const PATIENCE: Duration = Duration::from_secs(600);

/// The images of a set.
pub(super) struct Images<'a> {
    /// `None` if nothing is remembered, or the set can't be continued from an image.
    folder: Option<PathBuf>,
    keys: &'a [Checksum],
    stamp: String,
    /// The file of the image in use.
    used: Option<&'static str>,
}

impl<'a> Images<'a> {
    pub(super) fn new(checked: &Checked, memo: Option<&Path>, keys: &'a [Checksum]) -> Self {
        let folder = memo.map(|memo| memo.with_extension("images"));
        let folder = folder.filter(|_| continuable::is_continuable(checked));
        Self { folder, keys, stamp: continuable::stamp(checked), used: None }
    }

    /// Returns the image with the most migrations of this set behind it.
    pub(super) fn longest(&mut self) -> Option<Image> {
        let folder = self.folder.as_ref()?;
        let read = |file: &&str| {
            let bytes = read_within(&folder.join(file), u64::try_from(LARGEST).ok()?).ok()?;
            Some((Image::count_in(&bytes, self.keys)?, bytes))
        };
        let mut found: Vec<_> = FILES
            .iter()
            .filter_map(|file| read(file).map(|(count, bytes)| (count, *file, bytes)))
            .collect();
        found.sort_by_key(|(count, ..)| *count);
        let image = found.iter().rev().find_map(|(_, file, bytes)| {
            Some((*file, Image::read(bytes, self.keys, &self.stamp, &draft(folder))?))
        });
        let (file, image) = image?;
        self.used = Some(file);
        Some(image)
    }

    /// Returns after how many migrations to make images: before the last one, which is the one that
    /// is edited most, and where the set now differs from what was known of it.
    pub(super) fn places(&self, behind: usize, passed: usize) -> Vec<usize> {
        let last = self.keys.len().saturating_sub(1);
        let mut places = vec![passed, last];
        places.dedup();
        places.retain(|place| (behind + 1..=last).contains(place) && self.folder.is_some());
        places
    }

    /// Writes images: a single one over the image that was not used. If writing fails, the next build
    /// rehearses more.
    pub(super) fn write(&self, images: &[Image]) {
        let Some(folder) = self.folder.as_ref().filter(|_| !images.is_empty()) else { return };
        if fs::create_dir_all(folder).is_err() {
            return;
        }
        sweep(folder);
        let is_free = |file: &&str| images.len() > 1 || self.used != Some(*file);
        for (image, file) in images.iter().zip(FILES.into_iter().filter(|file| is_free(file))) {
            let draft = draft(folder);
            let bytes = image.bytes(self.keys, &self.stamp, &draft);
            let Some(bytes) = bytes.filter(|bytes| bytes.len() <= LARGEST) else { continue };
            // If it can't be written, the next build rehearses more.
            let _ = replace(&folder.join(file), &bytes);
        }
    }
}

/// Returns a file that no other build writes.
fn draft(folder: &Path) -> PathBuf {
    static DRAFTS: AtomicUsize = AtomicUsize::new(0);
    let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
    folder.join(format!("{}-{number}.tmp", process::id()))
}

/// Removes what killed builds have left.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_ours = FILES.iter().any(|file| entry.file_name() == *file);
        let modified = entry.metadata().and_then(|about| about.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if !is_ours && age.is_some_and(|age| age > PATIENCE) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
