//! The stamp in a database's header, which says that there is nothing to do.

use crate::{Checksum, Migration};

/// The largest stamp: a prime, so that for a given cookie, each smaller seed gives a different
/// stamp.
const MODULUS: u64 = (1 << 31) - 1;
/// Spreads the cookie, a counter, over the range of stamps.
const SPREAD: u64 = 1_664_525_237;

/// Computes the stamp of a database that has exactly the migrations of this chain, at this schema
/// cookie of SQLite.
///
/// It is between 1 and 2^31 - 1. Zero is the value in a new file, and means that there is no stamp.
///
/// ```
/// use migratory_core::{Checksum, stamp::stamp};
///
/// let chain = Checksum::of_script("CREATE TABLE note (id INTEGER PRIMARY KEY)");
/// assert_ne!(stamp(chain, 1), stamp(chain, 2), "the schema was changed since");
/// ```
pub fn stamp(chain: Checksum, cookie: i32) -> i32 {
    let mixed =
        (seed(chain) + u64::from(u32::from_ne_bytes(cookie.to_ne_bytes())) * SPREAD) % MODULUS + 1;
    i32::try_from(mixed).unwrap_or(i32::MAX)
}

/// Reduces a chain to a seed below 2^31 - 1.
fn seed(chain: Checksum) -> u64 {
    chain.as_bytes()[..8].iter().fold(0, |seed, &byte| (seed << 8 | u64::from(byte)) % MODULUS)
}

/// Returns the first two migrations whose chains give equal stamps, if any.
///
/// A database at one of the two would pass for the other, so the build refuses such a set. By
/// chance this happens once in about a billion sets.
///
/// ```
/// use migratory_core::stamp::collision;
///
/// assert!(collision(&[]).is_none());
/// ```
pub fn collision<'s, 'a>(set: &'s [Migration<'a>]) -> Option<[&'s Migration<'a>; 2]> {
    let mut seeds: Vec<_> = set.iter().map(|each| (seed(each.chain()), each)).collect();
    seeds.sort_by_key(|&(seed, migration)| (seed, migration.version()));
    seeds.windows(2).find(|pair| pair[0].0 == pair[1].0).map(|pair| [pair[0].1, pair[1].1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Down, Mode, Script, Version};

    fn chain(first: u64) -> Checksum {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&first.to_be_bytes());
        Checksum::new(bytes)
    }

    #[test]
    fn a_stamp_is_positive_and_moves_with_chain_and_cookie() {
        for first in [0, 1, MODULUS - 1, u64::MAX] {
            for cookie in [0, 1, 77, i32::MAX, -1, i32::MIN] {
                let made = stamp(chain(first), cookie);
                assert!(made > 0, "{first} {cookie}");
                assert_ne!(made, stamp(chain(first), cookie.wrapping_add(1)), "{first} {cookie}");
                assert_ne!(made, stamp(chain(first.wrapping_add(1)), cookie), "{first} {cookie}");
            }
        }
    }

    /// Users' databases store stamps: with another formula, every schema would count as changed.
    #[test]
    fn the_stamp_of_a_chain_and_a_cookie_stays_the_same() {
        let (zero, mixed) = (chain(0), chain(0x0123_4567_89ab_cdef));
        for (chain, cookie, expected) in [
            (zero, 0, 1),
            (mixed, 0, 200_431_807),
            (mixed, 7, 1_114_690_231),
            (mixed, -1, 1_864_957_044),
        ] {
            assert_eq!(stamp(chain, cookie), expected, "{cookie}");
        }
    }

    #[test]
    fn chains_with_equal_stamps_are_found() {
        let migration = |version, seed| {
            let up = Script::new("x", "", Mode::Transaction);
            let version = Version::new(version);
            Migration::new(version, "x", up, Down::UpOnly, chain(seed), chain(seed))
        };
        let apart = [migration(1, 5), migration(2, 6)];
        assert!(collision(&apart).is_none());
        let alike = [migration(1, 5), migration(2, 6), migration(3, 5 + MODULUS)];
        let found = collision(&alike).map(|pair| pair.map(Migration::version));
        assert_eq!(found, Some([Version::new(1), Version::new(3)]));
    }
}
