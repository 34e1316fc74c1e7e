//! Damages images: one that is not exactly as it was written counts as none.

use std::fs;
use std::path::Path;

use super::sets::SETS;
use super::{Package, SOUND, Scripts};

const FAULTY: Scripts = ["CREATE TABLE last_one (x); SELECT nothing;", "DROP TABLE last_one;", ""];

/// A package whose last migration has a fault, and its only image.
fn package(at: usize) -> (Package, Vec<u8>) {
    let package = Package::new(&SETS[at], &SOUND);
    package.rehearse();
    package.write(SETS[at].scripts.len() + 1, &FAULTY);
    let image = fs::read(image(&package)).expect("an image");
    (package, image)
}

fn image(package: &Package) -> std::path::PathBuf {
    package.images().join("one")
}

#[test]
fn a_damaged_image_counts_as_none() {
    let (package, bytes) = package(0);
    let whole = package.whole();
    let behind = |bytes: &[u8]| {
        fs::write(image(&package), bytes).expect("a file");
        let (found, behind) = package.rehearse();
        assert_eq!(found, whole);
        behind
    };
    assert_eq!(behind(&bytes), Some(SETS[0].scripts.len()));
    for part in 0..5 {
        assert_eq!(
            behind(&bytes[..bytes.len() * part / 5]),
            Some(0),
            "cut off after {part} fifths"
        );
    }
    assert_eq!(behind(&bytes[..bytes.len() - 1]), Some(0), "cut off at the end");
    assert_eq!(behind(&[&bytes[..], b"\0"].concat()), Some(0), "longer");
    for place in (0..bytes.len()).step_by(bytes.len() / 17 + 1).chain([8, bytes.len() - 1]) {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (place % 8);
        assert_eq!(behind(&damaged), Some(0), "byte {place}");
    }
    assert_eq!(behind(b"not an image at all"), Some(0));
    assert_eq!(behind(&bytes), Some(SETS[0].scripts.len()), "it is written again");
}

#[test]
fn an_image_of_another_set_is_not_used() {
    let (mine, mut others) = (package(0), Vec::new());
    for at in [4, 6, 7] {
        others.push(package(at).1);
    }
    let whole = mine.0.whole();
    for other in &others {
        fs::write(image(&mine.0), other).expect("a file");
        assert_eq!(mine.0.rehearse(), (whole.clone(), Some(0)));
    }
}

/// Whatever a writer of another build leaves in the folder, or puts in its place.
#[test]
fn what_else_is_in_the_folder_does_no_harm() {
    let (package, _) = package(0);
    let whole = package.whole();
    let folder = package.images();
    let mine = |file: &Path| fs::create_dir_all(file).expect("a folder");
    fs::remove_dir_all(&folder).expect("a folder");
    mine(&folder.join("one").join("below"));
    mine(&folder.join("two"));
    fs::write(folder.join("1-1.tmp"), "half").expect("a file");
    assert_eq!(package.rehearse().0, whole);
    fs::remove_dir_all(&folder).expect("a folder");
    fs::write(&folder, "a file").expect("a file");
    assert_eq!(package.rehearse().0, whole);
}
