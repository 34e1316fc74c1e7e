//! Makes texts that match a LIKE or GLOB pattern, or that a date function accepts.

/// Added to serial numbers in texts, so that they are also Julian days, and thus dates.
pub(super) const DAY: i64 = 2_400_000;

/// Returns the digits of a text that contains nothing else.
pub(super) fn digits(serial: i64) -> String {
    (DAY + serial).to_string()
}

/// Returns a text that `LIKE pattern ESCAPE escape` matches, with digits of `serial` for the
/// wildcards.
pub(super) fn like(pattern: &str, escape: Option<char>, serial: i64) -> String {
    let mut digits = Digits::new(serial);
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            _ if Some(letter) == escape => text.extend(letters.next()),
            '%' => text.push_str(&digits.all()),
            '_' => text.push(digits.next()),
            other => text.push(other),
        }
    }
    text
}

/// Returns a text that `GLOB pattern` matches; `stars` says whether each `*` stands for something.
pub(super) fn glob(pattern: &str, serial: i64, stars: bool) -> String {
    let mut digits = Digits::new(serial);
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        rest = &rest[letter.len_utf8()..];
        match letter {
            '*' if stars => text.push_str(&digits.all()),
            '*' => {}
            '?' => text.push(digits.next()),
            '[' => {
                let end = set_end(rest);
                text.push(member(&rest[..end], digits.next()));
                rest = rest.get(end + 1..).unwrap_or_default();
            }
            other => text.push(other),
        }
    }
    text
}

/// Returns the end of a character set; a `]` in the first place is a member.
fn set_end(rest: &str) -> usize {
    let from = if rest.starts_with("^]") { 2 } else { usize::from(rest.starts_with(']')) };
    rest[from..].find(']').map_or(rest.len(), |at| from + at)
}

/// Returns a member of the set: the digit, if it is one.
fn member(set: &str, digit: char) -> char {
    let (letters, negated) = match set.strip_prefix('^') {
        Some(letters) => (letters, true),
        None => (set, false),
    };
    let letters: Vec<char> = letters.chars().collect();
    let holds = |letter: char| {
        letters.contains(&letter)
            || letters.windows(3).any(|span| {
                span[1] == '-' && (span[0]..=span[2]).contains(&letter) && letter != '-'
            })
    };
    let turn = digit.to_digit(10).unwrap_or_default() as usize;
    let good: Vec<char> = ('0'..='9')
        .chain('a'..='z')
        .chain('A'..='Z')
        .chain(['é'])
        .chain(letters.iter().copied())
        .filter(|&letter| holds(letter) != negated)
        .collect();
    if good.contains(&digit) {
        return digit;
    }
    good.get(turn % good.len().max(1)).copied().unwrap_or(digit)
}

/// Returns days and moments in the formats that people store; a greater number gives a later one.
pub(super) fn moments(serial: i64) -> [String; 6] {
    [
        moment("%Y-%m-%d", serial),
        moment("%Y-%m-%d %H:%M:%S", serial),
        moment("%Y-%m-%dT%H:%M:%SZ", serial),
        moment("%Y-%m-%dT%H:%M:%fZ", serial),
        moment("%H:%M:%S", serial),
        moment("%H:%M", serial),
    ]
}

/// Returns a moment in the format that `strftime` would print.
pub(super) fn moment(format: &str, serial: i64) -> String {
    let day = serial.rem_euclid(28) + 1;
    let month = serial.div_euclid(28).rem_euclid(12) + 1;
    let year = 2000 + serial.div_euclid(336).rem_euclid(1000);
    [
        ("%Y", format!("{year:04}")),
        ("%m", format!("{month:02}")),
        ("%d", format!("{day:02}")),
        ("%F", format!("{year:04}-{month:02}-{day:02}")),
        ("%T", format!("{:02}:{day:02}:00", serial.rem_euclid(24))),
        ("%H", format!("{:02}", serial.rem_euclid(24))),
        ("%M", format!("{:02}", serial.rem_euclid(60))),
        ("%S", "00".to_owned()),
        ("%f", "00.000".to_owned()),
    ]
    .iter()
    .fold(format.to_owned(), |text, (field, value)| text.replace(field, value))
}

/// The digits of a number, the last one first, in a cycle.
struct Digits {
    serial: i64,
    at: u32,
}

impl Digits {
    fn new(serial: i64) -> Self {
        Self { serial, at: 0 }
    }

    fn all(&self) -> String {
        digits(self.serial)
    }

    fn next(&mut self) -> char {
        let digit = self.serial.div_euclid(10_i64.pow(self.at)).rem_euclid(10);
        self.at = (self.at + 1) % 6;
        u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10)).unwrap_or('0')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_met() {
        for (pattern, expected) in
            [("%@%", "2400123@2400123"), ("a__", "a32"), ("http://%", "http://2400123")]
        {
            assert_eq!(like(pattern, None, 123), expected, "{pattern}");
        }
        assert_eq!(like(r"_\_\%%", Some('\\'), 123), "3_%2400123");
        for (pattern, expected) in [
            ("[A-Z][a-z]?", "Dc1"),
            ("#*", "#2400123"),
            ("[^0-9]x", "dx"),
            ("[0-9]]", "3]"),
            ("[]]", "]"),
            ("[", "3"),
            ("é?", "é3"),
        ] {
            assert_eq!(glob(pattern, 123, true), expected, "{pattern}");
        }
        assert_eq!(glob("a*b*", 123, false), "ab");
    }

    #[test]
    fn moments_are_real_and_grow() {
        assert_eq!(moments(101)[2], "2000-04-18T05:41:00Z");
        assert!((101..2000).all(|serial| moments(serial)[0] < moments(serial + 1)[0]));
    }
}
