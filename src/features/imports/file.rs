//! A file as a table: its letters, its delimiter, its header and then one record after the other, in flat memory.

use std::{
    fmt::Display,
    fs::File,
    io::{self, Read},
    path::Path,
};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};

use super::{
    MOST_COLUMNS,
    store::{BadRow, Costs},
};
use crate::domain::import::{
    Cells, Found, Kind, Mapping, MappingProblem, RowReason, by_names, export, find_column, guess_delimiter,
    mapping::MappingReason, split,
};

const CHUNK: usize = 64 * 1024;
/// A record longer than this is refused, so that one open quote does not draw the whole file into memory.
const LONGEST_RECORD: usize = 1024 * 1024;
/// A row is kept with its refusal up to so many bytes.
const LONGEST_ROW_TEXT: usize = 4_000;

/// Rows in which the names of the columns are looked for.
const TITLES: usize = 30;
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

/// Looks at every byte once: is it text, in which encoding, and which file is it. A mapping that names the encoding is
/// believed.
pub fn inspect(path: &Path, mapping: Option<&Mapping>) -> Result<Inspection, FileProblem> {
    let told = told_encoding(mapping)?;
    let mut file = File::open(path)?;
    let (mut digest, mut size) = (Sha256::new(), 0_u64);
    let mut chunk = vec![0; CHUNK];
    let mut known = told;
    let mut utf8 = Utf8Check::default();
    let mut is_blank = true;
    loop {
        let length = fill(&mut file, &mut chunk)?;
        let bytes = &chunk[..length];
        if size == 0 {
            let by_mark = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
            known = known.or(by_mark).or_else(|| wide_without_mark(bytes));
            if told.is_none() && looks_binary(bytes, known) {
                return Err(FileProblem::Binary);
            }
        }
        if length == 0 {
            break;
        }
        if !is_wide(known) && bytes.contains(&0) {
            return Err(FileProblem::Binary);
        }
        is_blank &=
            bytes.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe));
        digest.update(bytes);
        if known.is_none() {
            utf8.check(bytes);
        }
        size += length as u64;
    }
    if is_blank {
        return Err(FileProblem::Empty);
    }
    let encoding = known.unwrap_or(if utf8.is_likely() { UTF_8 } else { WINDOWS_1252 });
    let sha256 = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Inspection { sha256, size, encoding })
}

fn told_encoding(mapping: Option<&Mapping>) -> Result<Option<&'static Encoding>, MappingProblem> {
    let Some(name) = mapping.and_then(|mapping| mapping.encoding.as_deref()) else { return Ok(None) };
    let encoding = Encoding::for_label(name.as_bytes());
    encoding.map(Some).ok_or_else(|| MappingProblem::new("encoding", MappingReason::NotAnEncoding))
}

/// Letters of two bytes, as a table with names of columns has them: every other byte is zero, in the same place of its pair.
fn wide_without_mark(start: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second, pairs) = (zeros(0), zeros(1), start.len() / 2);
    match (first.max(second) * 10, first.min(second) * 10) {
        (many, few) if pairs < 4 || many < pairs * 3 || few > pairs => None,
        _ if second > first => Some(UTF_16LE),
        _ => Some(UTF_16BE),
    }
}

fn is_wide(known: Option<&'static Encoding>) -> bool {
    known.is_some_and(|encoding| encoding == UTF_16LE || encoding == UTF_16BE)
}

/// The marks of common files that hold no zero, and more control characters than text has.
fn looks_binary(start: &[u8], known: Option<&'static Encoding>) -> bool {
    let has_mark = [&b"PK\x03\x04"[..], b"%PDF-", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0"]
        .iter()
        .any(|mark| start.starts_with(mark));
    let controls = start.iter().filter(|byte| **byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 12)).count();
    has_mark || (!is_wide(known) && controls * 100 > start.len())
}

/// Letters of several bytes that are UTF-8, and bytes that are not, over the cuts between chunks.
#[derive(Default)]
struct Utf8Check {
    letters: u64,
    broken: u64,
    cut: Vec<u8>,
}

impl Utf8Check {
    fn check(&mut self, bytes: &[u8]) {
        let joined;
        let mut bytes = if self.cut.is_empty() {
            bytes
        } else {
            joined = [&self.cut, bytes].concat();
            &joined
        };
        let mut cut = Vec::new();
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => self.count(text),
                Err(error) => {
                    let (good, rest) = bytes.split_at(error.valid_up_to());
                    self.count(std::str::from_utf8(good).unwrap_or_default());
                    match error.error_len() {
                        None => cut = rest.to_vec(),
                        Some(length) => {
                            self.broken += 1;
                            bytes = &rest[length..];
                            continue;
                        }
                    }
                }
            }
            break;
        }
        self.cut = cut;
    }

    fn count(&mut self, text: &str) {
        // Each letter of several bytes starts with one of these.
        self.letters += text.bytes().filter(|byte| *byte >= 0xc0).count() as u64;
    }

    /// A single byte is no reason to read every other letter as something else: letters of several bytes do not come about
    /// by chance.
    fn is_likely(&self) -> bool {
        let broken = self.broken + u64::from(!self.cut.is_empty());
        broken == 0 || self.letters >= broken
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
    above: u64,
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

enum Step {
    Record { line: u64, from: usize },
    Bad(Next),
}

/// A name is shown and kept, so nothing invisible stays in it, and not more than a name is long.
fn names(cells: &Cells) -> Vec<String> {
    let clean = |name: &str| name.trim().chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
    cells.iter().map(|name| clean(&name)).collect()
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
    /// Opens an inspected file; what the mapping says of delimiter, encoding and rows above goes before what is found.
    pub fn open(
        path: &Path,
        found: &'static Encoding,
        kind: Kind,
        mapping: Option<&Mapping>,
    ) -> Result<Self, FileProblem> {
        let encoding = told_encoding(mapping)?.unwrap_or(found);
        let mut table = Self {
            file: File::open(path)?,
            decoder: encoding.new_decoder_with_bom_removal(),
            delimiter: b',',
            header: Vec::new(),
            above: 0,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            is_end: false,
            bytes_read: 0,
        };
        table.more()?;
        let hint = table.hint();
        let skipped = mapping.and_then(|mapping| mapping.skip_rows);
        while table.line <= u64::from(skipped.unwrap_or_default()) && !(table.is_end && table.at == table.buffer.len())
        {
            table.skip_line(RowReason::UnclosedQuote)?;
        }
        table.delimiter = match mapping.map_or(Ok(None), Mapping::delimiter)?.or(hint) {
            Some(delimiter) => delimiter,
            None => guess_delimiter(&table.buffer[table.at..], table.is_end),
        };
        if skipped.is_none() {
            table.pass_titles(kind, mapping);
        }
        let mut cells = Cells::default();
        match table.next(&mut cells)? {
            Some(Next::Row { line, .. }) => {
                if cells.len() > MOST_COLUMNS as usize {
                    return Err(FileProblem::TooWide);
                }
                table.header = names(&cells);
                table.above = line - 1;
                Ok(table)
            }
            Some(Next::Bad { reason: RowReason::RowTooLong, .. }) => Err(FileProblem::TooWide),
            Some(Next::Bad { .. }) => Err(FileProblem::Binary),
            None => Err(FileProblem::Empty),
        }
    }

    /// A first line such as `sep=;`, by which a spreadsheet says what parts its cells.
    fn hint(&mut self) -> Option<u8> {
        let end = self.buffer.iter().take(16).position(|byte| matches!(byte, b'\n' | b'\r'))?;
        let line = std::str::from_utf8(&self.buffer[..end]).ok()?.trim().trim_matches('"');
        let is_hint = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="));
        let &[mark] = is_hint.then(|| line.as_bytes().get(4..)).flatten()? else { return None };
        let is_pair = self.buffer[end..].starts_with(b"\r\n");
        (self.at, self.line) = (end + if is_pair { 2 } else { 1 }, 2);
        Some(mark)
    }

    /// Goes to the first row that names the columns that are looked for, past titles above it; stays where none does better
    /// than the first.
    fn pass_titles(&mut self, kind: Kind, mapping: Option<&Mapping>) {
        let wanted = match mapping {
            Some(mapping) => mapping.fields.values().filter(|source| source.column.is_some()).count(),
            None => kind.fields().iter().filter(|field| field.is_needed).count(),
        };
        let named = |header: &[String]| match mapping {
            Some(mapping) => {
                let columns = mapping.fields.values().filter_map(|source| source.column.as_deref());
                columns.filter(|column| find_column(header, column).is_ok()).count()
            }
            None => {
                let found = by_names(kind, header);
                kind.fields().iter().filter(|field| field.is_needed && found.fields.contains_key(field.name)).count()
            }
        };
        let (mut at, mut line, mut best) = (self.at, self.line, (0, self.at, self.line));
        let mut cells = Cells::default();
        for _ in 0..TITLES {
            let Found::Record { used, lines } = split(&self.buffer[at..], self.delimiter, self.is_end, &mut cells)
            else {
                break;
            };
            let found = if cells.len() > MOST_COLUMNS as usize { 0 } else { named(&names(&cells)) };
            if found > best.0 {
                best = (found, at, line);
            }
            (at, line) = (at + used, line + lines);
            if found == wanted || used == 0 || at == self.buffer.len() {
                break;
            }
        }
        (_, self.at, self.line) = best;
    }

    /// Lines above the names of the columns.
    pub fn above(&self) -> u64 {
        self.above
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
        Ok(match self.step(cells)? {
            None => None,
            Some(Step::Bad(bad)) => Some(bad),
            Some(Step::Record { line, from }) => {
                let text = String::from_utf8_lossy(&self.buffer[from..self.at]).into();
                Some(Next::Row { line, text })
            }
        })
    }

    /// The cells of the next record and its line, for a look over a whole file that keeps no row.
    pub fn skim(&mut self, cells: &mut Cells) -> io::Result<Option<u64>> {
        loop {
            match self.step(cells)? {
                None => return Ok(None),
                Some(Step::Record { line, .. }) => return Ok(Some(line)),
                Some(Step::Bad(_)) => {}
            }
        }
    }

    fn step(&mut self, cells: &mut Cells) -> io::Result<Option<Step>> {
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
                        return Ok(Some(Step::Record { line, from }));
                    }
                }
                Found::Incomplete if rest.len() < LONGEST_RECORD => self.more()?,
                Found::Incomplete => return self.skip_line(RowReason::RowTooLong).map(|bad| Some(Step::Bad(bad))),
                Found::Unclosed => return self.skip_line(RowReason::UnclosedQuote).map(|bad| Some(Step::Bad(bad))),
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
    pub fn new(line: u64, column: Option<String>, reason: &impl Display, text: &str, delimiter: u8) -> Self {
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
            costs: Costs::Row,
        }
    }
}
