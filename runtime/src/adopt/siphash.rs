//! `SipHash`-1-3 with zero keys, the checksum that refinery records.
//!
//! Rust's default hasher uses the same algorithm today, but doesn't promise to keep it. A value
//! stored in a database must stay readable.

/// Computes the hash of these bytes.
pub(crate) fn siphash13(bytes: &[u8]) -> u64 {
    let mut state = State::new();
    let mut words = bytes.chunks_exact(8);
    for word in words.by_ref() {
        state.absorb(little_endian(word));
    }
    // The top byte of the last word is the low byte of the length.
    let mut last = words.remainder().to_vec();
    last.resize(7, 0);
    last.push(bytes.len().to_le_bytes()[0]);
    state.absorb(little_endian(&last));
    state.finish()
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte))
}

struct State([u64; 4]);

impl State {
    /// The state for zero keys; the words are the ASCII of "somepseudorandomlygeneratedbytes".
    fn new() -> Self {
        Self([
            u64::from_be_bytes(*b"somepseu"),
            u64::from_be_bytes(*b"dorandom"),
            u64::from_be_bytes(*b"lygenera"),
            u64::from_be_bytes(*b"tedbytes"),
        ])
    }

    fn absorb(&mut self, word: u64) {
        self.0[3] ^= word;
        self.round();
        self.0[0] ^= word;
    }

    fn finish(mut self) -> u64 {
        self.0[2] ^= 0xff;
        for _ in 0..3 {
            self.round();
        }
        self.0.into_iter().fold(0, |hash, word| hash ^ word)
    }

    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.0;
        a = a.wrapping_add(b);
        c = c.wrapping_add(d);
        b = b.rotate_left(13) ^ a;
        d = d.rotate_left(16) ^ c;
        a = a.rotate_left(32).wrapping_add(d);
        c = c.wrapping_add(b);
        d = d.rotate_left(21) ^ a;
        b = b.rotate_left(17) ^ c;
        self.0 = [a, b, c.rotate_left(32), d];
    }
}

#[cfg(test)]
mod tests {
    use super::siphash13;
    use std::hash::{DefaultHasher, Hash, Hasher};

    #[test]
    fn agrees_with_rusts_hasher_at_every_length() {
        let bytes: Vec<u8> = (0..300u32).map(|n| (n * 7 % 251) as u8).collect();
        for length in 0..bytes.len() {
            let mut hasher = DefaultHasher::new();
            hasher.write(&bytes[..length]);
            assert_eq!(siphash13(&bytes[..length]), hasher.finish(), "{length}");
        }
    }

    #[test]
    fn values_hash_like_their_bytes_in_sequence() {
        let (name, number, sql) = ("größe", -7_i32, "SELECT 1;\n");
        let bytes =
            [name.as_bytes(), &[0xff], &number.to_ne_bytes(), sql.as_bytes(), &[0xff]].concat();
        let mut hasher = DefaultHasher::new();
        (name, number, sql).hash(&mut hasher);
        assert_eq!(siphash13(&bytes), hasher.finish());
    }
}
