//! A file as a table: its letters, its delimiter, its header and then one record after the other, in flat memory.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};
use sha2::{Digest, Sha256};

use super::{MOST_COLUMNS, store::BadRow};
use crate::domain::import::{
    Cells, Found, Mapping, MappingProblem, RowReason, export, guess_delimiter, mapping::MappingReason, split,
};

const CHUNK: usize = 64 * 1024;
/// A record longer than this is refused, so that one open quote does not draw the whole file into memory.
const LONGEST_RECORD: usize = 1024 * 1024;
/// A row is kept with its refusal up to so many bytes.
const LONGEST_ROW_TEXT: usize = 4_000;

/// Letters of a column's name.
const LONGEST_NAME: usize = 200;

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum FileProblem {
    #[error("this file is empty")]
    Empty,
    #[error("this file is not a table of text: it holds bytes that no text has; save it as CSV first")]
    Binary,
    #[error(
        "the first line of this file has more than {MOST_COLUMNS} columns; save a table with the columns that are needed"
    )]
    TooWide,
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Mapping(#[from] MappingProblem),
}

/// What a first look over the whole file says.
#[derive(Clone, Debug)]
pub struct Inspection {
    pub sha256: String,
    pub size: u64,
    pub encoding: &'static Encoding,
}

/// Looks at every byte once: is it text, in which encoding, and which file is it.
pub fn inspect(path: &Path) -> Result<Inspection, FileProblem> {
    let mut file = File::open(path)?;
    let (mut digest, mut size) = (Sha256::new(), 0_u64);
    let mut chunk = vec![0; CHUNK];
    let mut by_mark = None;
    let mut utf8 = Utf8Check::default();
    let mut is_blank = true;
    loop {
        let length = fill(&mut file, &mut chunk)?;
        let bytes = &chunk[..length];
        if size == 0 {
            by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
            if looks_binary(bytes, by_mark) {
                return Err(FileProblem::Binary);
            }
        }
        if length == 0 {
            break;
        }
        if !is_wide(by_mark) && bytes.contains(&0) {
            return Err(FileProblem::Binary);
        }
        is_blank &=
            bytes.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe));
        digest.update(bytes);
        utf8.check(bytes);
        size += length as u64;
    }
    if is_blank {
        return Err(FileProblem::Empty);
    }
    let encoding = by_mark.unwrap_or(if utf8.is_text() { UTF_8 } else { WINDOWS_1252 });
    let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Inspection { sha256, size, encoding })
}

fn is_wide(by_mark: Option<&'static Encoding>) -> bool {
    by_mark.is_some_and(|encoding| encoding != UTF_8)
}

/// The marks of common files that hold no zero, and more control characters than text has.
fn looks_binary(start: &[u8], by_mark: Option<&'static Encoding>) -> bool {
    let has_mark = [&b"PK\x03\x04"[..], b"%PDF-", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0"]
        .iter()
        .any(|mark| start.starts_with(mark));
    let controls = start.iter().filter(|byte| **byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12)).count();
    has_mark || (!is_wide(by_mark) && controls * 100 > start.len())
}

/// Whether all bytes so far are UTF-8, over the cuts between chunks.
#[derive(Default)]
struct Utf8Check {
    is_broken: bool,
    cut: Vec<u8>,
}

impl Utf8Check {
    fn check(&mut self, bytes: &[u8]) {
        if self.is_broken {
            return;
        }
        let joined;
        let bytes = if self.cut.is_empty() {
            bytes
        } else {
            joined = [&self.cut, bytes].concat();
            &joined
        };
        let cut = match std::str::from_utf8(bytes) {
            Ok(_) => Vec::new(),
            Err(error) => {
                self.is_broken = error.error_len().is_some();
                bytes[error.valid_up_to()..].to_vec()
            }
        };
        self.cut = cut;
    }

    fn is_text(&self) -> bool {
        !self.is_broken && self.cut.is_empty()
    }
}

/// Reads until `chunk` is full or the file ends.
fn fill(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

/// An open table, after its header.
pub struct Table {
    file: File,
    decoder: Decoder,
    delimiter: u8,
    header: Vec<String>,
    /// Decoded bytes; those before `at` are done with.
    buffer: Vec<u8>,
    at: usize,
    /// The physical line that `at` is on.
    line: u64,
    is_end: bool,
    bytes_read: u64,
}

/// The next thing in a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A record; its cells are where they were asked for.
    Row { line: u64, text: Box<str> },
    /// A line that cannot be taken apart.
    Bad { line: u64, text: Box<str>, reason: RowReason },
}

impl Next {
    /// How much of the file it is, in bytes.
    pub fn size(&self) -> usize {
        match self {
            Next::Row { text, .. } | Next::Bad { text, .. } => text.len(),
        }
    }
}

impl Table {
    /// Opens an inspected file; what the mapping says of delimiter and encoding goes before what is found.
    pub fn open(path: &Path, found: &'static Encoding, mapping: Option<&Mapping>) -> Result<Self, FileProblem> {
        let encoding = match mapping.and_then(|mapping| mapping.encoding.as_deref()) {
            None => found,
            Some(name) => Encoding::for_label(name.as_bytes())
                .ok_or_else(|| MappingProblem::new("encoding", MappingReason::NotAnEncoding))?,
        };
        let mut table = Self {
            file: File::open(path)?,
            decoder: encoding.new_decoder_with_bom_removal(),
            delimiter: b',',
            header: Vec::new(),
            buffer: Vec::new(),
            at: 0,
            line: 1,
            is_end: false,
            bytes_read: 0,
        };
        table.more()?;
        table.delimiter = match mapping.map_or(Ok(None), Mapping::delimiter)? {
            Some(delimiter) => delimiter,
            None => guess_delimiter(&table.buffer, table.is_end),
        };
        let mut cells = Cells::default();
        match table.next(&mut cells)? {
            Some(Next::Row { .. }) => {
                if cells.len() > MOST_COLUMNS as usize {
                    return Err(FileProblem::TooWide);
                }
                // A name is shown and kept, so nothing invisible stays in it, and not more than a name is long.
                let clean =
                    |name: &str| name.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
                table.header = cells.iter().map(|name| clean(&name)).collect();
                Ok(table)
            }
            Some(Next::Bad { reason: RowReason::RowTooLong, .. }) => Err(FileProblem::TooWide),
            Some(Next::Bad { .. }) => Err(FileProblem::Binary),
            None => Err(FileProblem::Empty),
        }
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    pub fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// How far into the file it was read, in bytes.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// The next record that is not blank; nothing at the end.
    pub fn next(&mut self, cells: &mut Cells) -> io::Result<Option<Next>> {
        loop {
            if self.at == self.buffer.len() && self.is_end {
                return Ok(None);
            }
            let rest = &self.buffer[self.at..];
            match split(rest, self.delimiter, self.is_end, cells) {
                Found::Record { used, lines } => {
                    let (line, from) = (self.line, self.at);
                    self.at += used;
                    self.line += lines;
                    if !cells.are_blank() {
                        let text = String::from_utf8_lossy(&self.buffer[from..self.at]).into();
                        return Ok(Some(Next::Row { line, text }));
                    }
                }
                Found::Incomplete if rest.len() < LONGEST_RECORD => self.more()?,
                Found::Incomplete => return self.skip_line(RowReason::RowTooLong).map(Some),
                Found::Unclosed => return self.skip_line(RowReason::UnclosedQuote).map(Some),
            }
        }
    }

    /// Gives up one physical line, so that the lines after it are read on their own.
    fn skip_line(&mut self, reason: RowReason) -> io::Result<Next> {
        let line = self.line;
        let rest = String::from_utf8_lossy(&self.buffer[self.at..(self.at + LONGEST_ROW_TEXT).min(self.buffer.len())]);
        let text = rest.lines().next().unwrap_or_default().into();
        loop {
            let end = self.buffer[self.at..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            match end {
                Some(end) => {
                    let is_pair = self.buffer[self.at + end..].starts_with(b"\r\n");
                    self.at += end + if is_pair { 2 } else { 1 };
                    break;
                }
                None => {
                    self.at = self.buffer.len();
                    if self.is_end {
                        break;
                    }
                    self.more()?;
                }
            }
        }
        self.line += 1;
        Ok(Next::Bad { line, text, reason })
    }

    /// Reads and decodes the next chunk, dropping what is done with.
    fn more(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.at = 0;
        let mut chunk = vec![0; CHUNK];
        let length = fill(&mut self.file, &mut chunk)?;
        self.bytes_read += length as u64;
        self.is_end = length < CHUNK;
        let start = self.buffer.len();
        let room = self.decoder.max_utf8_buffer_length(length).unwrap_or(CHUNK * 4);
        self.buffer.resize(start + room, 0);
        let (_, _, written, _) = self.decoder.decode_to_utf8(&chunk[..length], &mut self.buffer[start..], self.is_end);
        self.buffer.truncate(start + written);
        Ok(())
    }
}

impl BadRow {
    pub fn new(line: u64, column: Option<String>, reason: &RowReason, text: &str, delimiter: u8) -> Self {
        let mut cells = Cells::default();
        split(text.as_bytes(), delimiter, true, &mut cells);
        let mut row_text = if cells.is_empty() { text.to_owned() } else { export::line(cells.iter()) };
        if row_text.len() > LONGEST_ROW_TEXT {
            let end = (0..=LONGEST_ROW_TEXT).rev().find(|end| row_text.is_char_boundary(*end)).unwrap_or_default();
            row_text.truncate(end);
        }
        // No database keeps a zero in a text.
        let kept = |text: String| text.replace('\0', "\u{fffd}");
        Self {
            line: i64::try_from(line).unwrap_or(i64::MAX),
            column,
            reason: kept(reason.to_string()),
            row_text: kept(row_text),
        }
    }
}
