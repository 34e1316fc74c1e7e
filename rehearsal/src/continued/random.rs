//! Edits random sets at random places, again and again: each build must find what a whole rehearsal
//! finds.

use std::env;
use std::fmt::Write as _;
use std::fs;

use migratory_analysis::Options;
use tempfile::TempDir;

use super::found;
use super::pieces::{FAULTY, FIRST, Piece, SOUND};

/// How often a set is edited.
const EDITS: usize = 7;

/// Numbers that look random, the same for each seed.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..20 {
            dice.below(2);
        }
        dice
    }

    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % count
    }

    fn one_of(&mut self, pieces: &[Piece]) -> Piece {
        pieces[self.below(pieces.len())]
    }
}

/// A set that is edited, and its package.
struct Random {
    dice: Dice,
    folder: TempDir,
    options: Options,
    /// The piece of each migration, its number, and what is added to its up.
    set: Vec<(Piece, usize, String)>,
    made: usize,
    /// The pieces that it is made of: few, so that some meet those that they concern.
    sound: [Piece; 6],
    faulty: [Piece; 2],
}

impl Random {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut dice = Dice::new(seed);
        let mut options = Options::default();
        options.memo = Some(folder.path().join("memo"));
        options.collations = vec!["OWN".to_owned()];
        options.functions = vec![("own".to_owned(), 1)];
        options.foreign_keys = dice.below(4) > 0;
        let (sound, faulty) =
            ([(); 6].map(|()| dice.one_of(SOUND)), [(); 2].map(|()| dice.one_of(FAULTY)));
        let set = vec![(FIRST, 0, String::new())];
        let mut random = Self { dice, folder, options, set, made: 0, sound, faulty };
        for _ in 0..random.dice.below(9) {
            random.insert(random.set.len());
        }
        random
    }

    fn piece(&mut self) -> (Piece, usize, String) {
        self.made += 1;
        let is_faulty = self.dice.below(5) == 0;
        let pieces: &[Piece] = if is_faulty { &self.faulty } else { &self.sound };
        (self.dice.one_of(pieces), self.made, String::new())
    }

    fn insert(&mut self, at: usize) {
        let piece = self.piece();
        self.set.insert(at, piece);
    }

    fn edit(&mut self) {
        let count = self.set.len();
        let is_last = self.dice.below(2) == 0;
        let any = if is_last { count - 1 } else { self.dice.below(count) };
        // The others use the tables of the first.
        let at = any.max(1);
        match self.dice.below(8) {
            0..=2 => self.insert(count),
            3 if count > 1 => drop(self.set.remove(at)),
            4 => self.insert(at),
            5..=6 if count > 1 => self.set[at] = self.piece(),
            _ => {
                self.made += 1;
                write!(self.set[any].2, "\n-- note {}", self.made).expect("a text");
            }
        }
    }

    fn write(&self) {
        let folder = self.folder.path().join("migrations");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("rehearsal")).expect("a folder");
        let write = |file: String, text: &str| fs::write(folder.join(file), text).expect("a file");
        for ((piece, number, more), at) in self.set.iter().zip(1..) {
            let [up, down, rows] = piece.map(|text| {
                text.replace("{k}", &number.to_string()).replace("{long}", &"x".repeat(300_000))
            });
            write(format!("{at}_a.up.sql"), &format!("{up}{more}"));
            for (file, text) in
                [(format!("{at}_a.down.sql"), down), (format!("rehearsal/{at}.sql"), rows)]
            {
                if !text.is_empty() {
                    write(file, &text);
                }
            }
        }
    }

    fn found(&self, options: &Options) -> String {
        found(self.folder.path(), options)
    }
}

/// `SEED` and `SEEDS` choose other sets, and more of them.
#[test]
fn builds_of_random_sets_find_what_whole_rehearsals_find() {
    let number = |name: &str| env::var(name).ok().and_then(|it| it.parse().ok());
    let (from, count) = (number("SEED").unwrap_or(1), number("SEEDS").unwrap_or(4));
    for seed in from..from + count {
        let mut random = Random::new(seed);
        for time in 0..=EDITS {
            random.write();
            let mut whole = random.options.clone();
            whole.memo = None;
            let (found, whole) = (random.found(&random.options), random.found(&whole));
            assert_eq!(found, whole, "seed {seed} after {time} edits: {:#?}", random.set);
            random.edit();
        }
    }
}
