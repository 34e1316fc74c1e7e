//! SHA-256 (FIPS 180-4).
//!
//! It is implemented here because this crate has no dependencies. The tests compare it with the
//! crate `sha2`.

const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

#[rustfmt::skip]
static ROUNDS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

const BLOCK: usize = 64;

/// A SHA-256 computation in progress.
///
/// ```
/// use migratory_core::{Checksum, Sha256};
///
/// let mut hash = Sha256::new();
/// hash.update(b"ab");
/// hash.update(b"c");
/// let digest = Checksum::new(hash.finish()).to_string();
/// assert!(digest.starts_with("ba7816bf8f01cfea"));
/// ```
#[derive(Clone, Debug)]
pub struct Sha256 {
    state: [u32; 8],
    pending: [u8; BLOCK],
    filled: usize,
    length: u64,
}

impl Default for Sha256 {
    fn default() -> Self {
        Self::new()
    }
}

impl Sha256 {
    /// Starts a computation with no input.
    pub fn new() -> Self {
        Self { state: INITIAL, pending: [0; BLOCK], filled: 0, length: 0 }
    }

    /// Adds bytes to the input.
    #[inline(never)]
    pub fn update(&mut self, mut bytes: &[u8]) {
        self.length += bytes.len() as u64;
        if self.filled > 0 {
            let (taken, rest) = bytes.split_at(bytes.len().min(BLOCK - self.filled));
            self.keep(taken);
            bytes = rest;
            if self.filled < BLOCK {
                return;
            }
            compress(&mut self.state, &self.pending);
            self.filled = 0;
        }
        while let Some((block, rest)) = bytes.split_first_chunk() {
            compress(&mut self.state, block);
            bytes = rest;
        }
        self.keep(bytes);
    }

    /// Keeps bytes of a block that is not full yet.
    fn keep(&mut self, bytes: &[u8]) {
        self.pending[self.filled..self.filled + bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Returns the digest of the whole input.
    pub fn finish(mut self) -> [u8; 32] {
        let bits = self.length * 8;
        let mut padding = [0; BLOCK + 8];
        padding[0] = 0x80;
        // One bit, and zeros until there is room for the length at the end of a block.
        let zeros = (BLOCK + 55 - self.filled) % BLOCK;
        padding[1 + zeros..][..8].copy_from_slice(&bits.to_be_bytes());
        self.update(&padding[..zeros + 9]);
        let mut digest = [0; 32];
        for (bytes, word) in digest.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }
}

// The loops count instead of iterating, because macros run them in unoptimised builds.

#[allow(clippy::many_single_char_names, reason = "the standard names them so")]
fn compress(state: &mut [u32; 8], block: &[u8; BLOCK]) {
    let words = schedule(block);
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    let mut at = 0;
    while at < words.len() {
        let first = h
            .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
            .wrapping_add(g ^ (e & (f ^ g)))
            .wrapping_add(ROUNDS[at])
            .wrapping_add(words[at]);
        let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
            .wrapping_add((a & b) | (c & (a | b)));
        h = g;
        g = f;
        f = e;
        e = d.wrapping_add(first);
        d = c;
        c = b;
        b = a;
        a = first.wrapping_add(second);
        at += 1;
    }
    for (sum, word) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *sum = sum.wrapping_add(word);
    }
}

fn schedule(block: &[u8; BLOCK]) -> [u32; 64] {
    let mut words = [0; 64];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    let mut at = 16;
    while at < words.len() {
        let (early, late): (u32, u32) = (words[at - 15], words[at - 2]);
        words[at] = words[at - 16]
            .wrapping_add(early.rotate_right(7) ^ early.rotate_right(18) ^ (early >> 3))
            .wrapping_add(words[at - 7])
            .wrapping_add(late.rotate_right(17) ^ late.rotate_right(19) ^ (late >> 10));
        at += 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Sha256;
    use sha2::Digest;

    #[test]
    fn agrees_with_the_crate_sha2_at_every_length_around_the_blocks() {
        let bytes: Vec<u8> = (0..300u32).map(|n| (n * 7 % 251) as u8).collect();
        for length in 0..bytes.len() {
            let mut ours = Sha256::new();
            for part in bytes[..length].chunks(13) {
                ours.update(part);
            }
            assert_eq!(ours.finish()[..], sha2::Sha256::digest(&bytes[..length])[..], "{length}");
        }
    }
}
