//! What comes from outside, broken on purpose: every reader gives a value or an error, as small as its text allows.
//!
//! Each property starts from arbitrary bytes or from a valid text with damage done to it. Memory is bounded by what is
//! asserted of the answers: their parts, and the length of their words, as a multiple of the bytes that came.

mod prices;
mod rules;
mod tables;
#[cfg(feature = "ssr")]
mod tariffs;

use proptest::{collection::vec, prelude::*, sample::Index};

/// What breaks readers of text: marks of their grammars, ends, halves of letters, numbers beyond every type.
const SPLINTERS: [&[u8]; 44] = [
    b"\"",
    b"\"\"",
    b"'",
    b"\0",
    b"\r",
    b"\n",
    b"\r\n",
    b",",
    b";",
    b"\t",
    b"|",
    b":",
    b"{",
    b"}",
    b"[",
    b"]",
    b"{}",
    b"[]",
    b"[[[[",
    b"\\",
    b"\\u",
    b"\\ud800",
    b"\\u0000",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xc3",
    b"\xf0\x9f",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"null",
    b"true",
    b"-",
    b"-1",
    b"0",
    b".",
    b"1e999999999",
    b"1e-999999999",
    b"1e38",
    b"1e-38",
    b"99999999999999999999999999999999999999",
    b"-9223372036854775808",
    b"9999-12-31",
    b"-009999-01-01",
    b"2024-02-30",
];

/// Bytes that are repeated thousands of times: digits, letters, marks.
const FILLINGS: [u8; 14] = *b"09a\"[{,;\n -.\0\xff";

/// One thing that happens to a text on its way.
#[derive(Clone, Debug)]
enum Damage {
    Flip {
        at: Index,
        bit: u8,
    },
    Put {
        at: Index,
        byte: u8,
    },
    Delete {
        at: Index,
        length: usize,
    },
    Duplicate {
        at: Index,
        length: usize,
        times: usize,
    },
    /// A stretch from elsewhere in the same text.
    Splice {
        at: Index,
        from: Index,
        length: usize,
    },
    Splinter {
        at: Index,
        splinter: &'static [u8],
    },
    Fill {
        at: Index,
        filling: u8,
        length: usize,
    },
}

impl Damage {
    fn done_to(self, text: &mut Vec<u8>) {
        let within = |at: Index| at.index(text.len() + 1);
        match self {
            _ if text.is_empty() => {}
            Damage::Flip { at, bit } => {
                let at = at.index(text.len());
                text[at] ^= 1 << bit;
            }
            Damage::Put { at, byte } => {
                let at = at.index(text.len());
                text[at] = byte;
            }
            Damage::Delete { at, length } => {
                let at = within(at);
                text.drain(at..(at + length).min(text.len()));
            }
            Damage::Duplicate { at, length, times } => {
                let at = within(at);
                let again = text[at..(at + length).min(text.len())].repeat(times);
                text.splice(at..at, again);
            }
            Damage::Splice { at, from, length } => {
                let (at, from) = (within(at), within(from));
                let stretch = text[from..(from + length).min(text.len())].to_vec();
                text.splice(at..at, stretch);
            }
            Damage::Splinter { at, splinter } => {
                let at = within(at);
                text.splice(at..at, splinter.iter().copied());
            }
            Damage::Fill { at, filling, length } => {
                let at = within(at);
                text.splice(at..at, std::iter::repeat_n(filling, length));
            }
        }
    }
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0..8_u8).prop_map(|(at, bit)| Damage::Flip { at, bit }),
        4 => (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Put { at, byte }),
        4 => (at(), 1..30_usize).prop_map(|(at, length)| Damage::Delete { at, length }),
        3 => (at(), 1..60_usize, 1..4_usize)
            .prop_map(|(at, length, times)| Damage::Duplicate { at, length, times }),
        3 => (at(), at(), 1..60_usize).prop_map(|(at, from, length)| Damage::Splice { at, from, length }),
        8 => (at(), prop::sample::select(SPLINTERS.to_vec()))
            .prop_map(|(at, splinter)| Damage::Splinter { at, splinter }),
        1 => (at(), prop::sample::select(FILLINGS.to_vec()), 1..5_000_usize)
            .prop_map(|(at, filling, length)| Damage::Fill { at, filling, length }),
    ]
}

/// One of these valid texts after some damage, now and then after none.
fn damaged(valid: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    (prop::sample::select(valid), vec(damage(), 0..6)).prop_map(|(text, damages)| {
        let mut bytes = text.into_bytes();
        damages.into_iter().for_each(|damage| damage.done_to(&mut bytes));
        bytes
    })
}

/// Any bytes at all.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

/// The bytes as the text that a reader of text gets.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// So many brackets that a reader which calls itself for each would run out of stack.
const DEEP: usize = 100_000;

/// Values nested in each other, closed and left open, in lists and in objects.
fn nested() -> [String; 4] {
    let within = |open: &str, close: &str| format!("{}1{}", open.repeat(DEEP), close.repeat(DEEP));
    [within("[", "]"), within("{\"a\":", "}"), within("[", ""), within("{\"a\":[", "")]
}
