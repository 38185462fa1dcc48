//! Input that cannot take all memory: lines and files up to a stated size.

use std::io::{self, BufRead, Read};

/// Most bytes in a line.
pub const MOST_IN_LINE: usize = 4 << 20;

/// A line without its end, or the fact that it was too long and was passed over.
#[derive(Debug, PartialEq, Eq)]
pub enum BoundedLine {
    Whole,
    TooLong,
}

/// Reads the next line into `line`; `None` at the end of the input.
pub fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>, most: usize) -> io::Result<Option<BoundedLine>> {
    line.clear();
    let (mut is_any, mut is_too_long) = (false, false);
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let end = chunk.iter().position(|&byte| byte == b'\n');
        let part = &chunk[..end.unwrap_or(chunk.len())];
        is_any |= !chunk.is_empty();
        if part.len() > most.saturating_sub(line.len()) {
            is_too_long = true;
        }
        if !is_too_long {
            line.extend_from_slice(part);
        }
        let (is_end_of_input, used) = (chunk.is_empty(), end.map_or(chunk.len(), |end| end + 1));
        input.consume(used);
        if is_end_of_input && !is_any {
            return Ok(None);
        }
        if is_end_of_input || end.is_some() {
            return Ok(Some(if is_too_long { BoundedLine::TooLong } else { BoundedLine::Whole }));
        }
    }
}

/// All of an input; an error of kind `FileTooLarge` where it has more than `most` bytes.
pub fn read_whole(input: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(most as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_is_passed_over_and_the_next_is_read() {
        let mut input = io::BufReader::with_capacity(3, &b"short\n12345678901\n\nlast"[..]);
        let mut line = Vec::new();
        let mut lines = Vec::new();
        while let Some(kind) = next_line(&mut input, &mut line, 10).unwrap() {
            lines.push((kind == BoundedLine::Whole).then(|| String::from_utf8(line.clone()).unwrap()));
            assert!(line.len() <= 10);
        }
        assert_eq!(lines, [Some("short".to_owned()), None, Some(String::new()), Some("last".to_owned())]);
    }

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        assert_eq!(read_whole(&b"12345"[..], 5).unwrap(), b"12345");
        assert!(read_whole(&b"123456"[..], 5).is_err());
        assert!(read_whole(io::repeat(0), 1000).is_err());
    }
}
