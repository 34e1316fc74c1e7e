//! The fingerprint of a schema: 32 bytes.

use crate::sql::lexer::lower;
use crate::sql::normal;
use crate::{Checksum, Sha256};

/// A running fingerprint: the sum of the hashes of a schema's objects.
///
/// A sum lets one object be added or removed without hashing the others again. Sums are weak
/// against chosen collisions, which doesn't matter here: a schema holds each object once, and
/// nobody gains from forging one.
///
/// ```
/// use migratory_core::fingerprint::{Fingerprint, object};
///
/// let [one, other] = ["a", "b"].map(|name| object(["view", name, name, "CREATE VIEW ..."]));
/// let (mut this, mut that) = (Fingerprint::default(), Fingerprint::default());
/// this.add(&one);
/// that.add(&other);
/// that.add(&one);
/// assert_ne!(this.value(), that.value());
/// that.remove(&other);
/// assert_eq!(this.value(), that.value());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fingerprint([u64; 4]);

impl Fingerprint {
    /// Adds an object.
    pub fn add(&mut self, object: &Checksum) {
        self.combine(object, u64::wrapping_add);
    }

    /// Removes an object that was added before.
    pub fn remove(&mut self, object: &Checksum) {
        self.combine(object, u64::wrapping_sub);
    }

    fn combine(&mut self, object: &Checksum, operation: fn(u64, u64) -> u64) {
        for (word, bytes) in self.0.iter_mut().zip(object.as_bytes().chunks_exact(8)) {
            let bytes = bytes.try_into().expect("chunks of eight bytes");
            *word = operation(*word, u64::from_be_bytes(bytes));
        }
    }

    /// Returns the fingerprint of the objects added so far.
    pub fn value(&self) -> Checksum {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        Checksum::new(bytes)
    }
}

/// Hashes one object: its type, its name, the table it belongs to, and its definition, each
/// regardless of spelling.
///
/// ```
/// use migratory_core::fingerprint::object;
///
/// let one = object(["table", "a", "a", "CREATE TABLE a (b)"]);
/// assert_eq!(one, object(["table", "A", "A", "create table \"A\" ( [b] ) -- all"]));
/// assert_ne!(one, object(["table", "a", "a", "CREATE TABLE a (b, c)"]));
/// ```
pub fn object([kind, name, table, sql]: [&str; 4]) -> Checksum {
    let mut hash = Sha256::new();
    for text in [kind, name, table] {
        field(&mut hash, &lower(text));
    }
    field(&mut hash, &normal::definition(sql));
    Checksum::new(hash.finish())
}

/// Hashes a text after its length, so that no two lists of texts hash alike.
fn field(hash: &mut Sha256, text: &str) {
    hash.update(&(text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}
