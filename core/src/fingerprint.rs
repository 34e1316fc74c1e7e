//! What a schema is, in 32 bytes.

use crate::sql::normal;
use crate::{Checksum, Sha256};

/// The sum of the hashes of objects, so that one more or one less does not ask for the others.
///
/// No schema has an object twice, and nobody gains by forging one: that hashes could be chosen so that their sums are
/// equal does not matter.
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
    /// Takes in an object.
    pub fn add(&mut self, object: &Checksum) {
        self.combine(object, u64::wrapping_add);
    }

    /// Takes out an object that was taken in.
    pub fn remove(&mut self, object: &Checksum) {
        self.combine(object, u64::wrapping_sub);
    }

    fn combine(&mut self, object: &Checksum, operation: fn(u64, u64) -> u64) {
        for (word, bytes) in self.0.iter_mut().zip(object.as_bytes().chunks_exact(8)) {
            let bytes = bytes.try_into().expect("chunks of eight bytes");
            *word = operation(*word, u64::from_be_bytes(bytes));
        }
    }

    /// The fingerprint of what was taken in.
    pub fn value(&self) -> Checksum {
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        Checksum::new(bytes)
    }
}

/// The hash of one object: its type, its name, the table it hangs on, and its definition, each however it is spelled.
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
        field(&mut hash, &text.to_ascii_lowercase());
    }
    field(&mut hash, &normal::definition(sql));
    Checksum::new(hash.finish())
}

/// Takes in a text and its length, so that no two lists of texts are taken for one another.
fn field(hash: &mut Sha256, text: &str) {
    hash.update(&(text.len() as u64).to_be_bytes());
    hash.update(text.as_bytes());
}
