//! The choice of columns on the page, as a mapping and back.

use std::{borrow::Cow, collections::BTreeMap, path::Path};

use encoding_rs::UTF_8;
use jiff::tz::TimeZone;

use super::{
    FieldChoice, MappedField,
    file::{FileProblem, Table},
    run,
};
use crate::{
    domain::import::{
        Cells, Kind, Mapping, MappingProblem, NoColumn, Reading, Source, Study, Zones, field::Shape, find_column,
        mapping::MappingReason,
    },
    error::{AppError, Problem, Reason},
};

/// Rows shown beside the columns.
const SHOWN_ROWS: usize = 10;

/// The columns of a file, and its first rows.
pub fn sample(path: &Path, kind: Kind, mapping: &Mapping) -> Result<(Vec<String>, Vec<Vec<String>>), FileProblem> {
    let mut table = Table::open(path, UTF_8, kind, Some(mapping))?;
    let mut cells = Cells::default();
    let mut rows = Vec::new();
    while rows.len() < SHOWN_ROWS && table.next(&mut cells)?.is_some() {
        let mut row: Vec<String> = cells.iter().take(table.header().len()).map(Cow::into_owned).collect();
        // A row that is too short is shown with what it lacks.
        row.resize(table.header().len(), String::new());
        rows.push(row);
    }
    Ok((table.header().to_vec(), rows))
}

/// What was chosen, with how its columns are written where the whole file says it, and what is wrong with it.
pub fn studied(path: &Path, kind: Kind, mut mapping: Mapping) -> Result<(Mapping, Vec<MappingProblem>), FileProblem> {
    let (header, rows) = sample(path, kind, &mapping)?;
    let reading = Reading::of_what_is_there(kind, &mapping, &header);
    let study = run::study(path, UTF_8, kind, Some(&mapping), &reading, |_| {})?;
    study.describe(&reading, &mut mapping, &rows);
    let problems = match Reading::new(kind, &mapping, &header) {
        Ok(reading) => study.open_questions(&reading),
        Err(problems) => problems,
    };
    Ok((mapping, problems))
}

/// Each field of the kind with what is chosen for it.
pub fn fields(kind: Kind, mapping: &Mapping, columns: &[String], sample: &[Vec<String>]) -> Vec<MappedField> {
    let reading = Reading::of_what_is_there(kind, mapping, columns);
    let mut study = Study::new(&reading);
    let mut cells = Cells::default();
    for row in sample {
        cells.fill(row);
        study.look(&reading, &cells);
    }
    let (reading, zones) = (study.settle(&reading), Zones::all(TimeZone::UTC));
    let field = |field: &'static crate::domain::import::field::Field| {
        let source = mapping.fields.get(field.name).cloned().unwrap_or_default();
        let at = source.column.as_ref().and_then(|column| find_column(columns, column).ok());
        let cell = at.and_then(|at| sample.first()?.get(at)).cloned();
        let mut formats: Vec<String> = field.shape.formats().iter().map(|way| (*way).to_owned()).collect();
        formats.extend(source.format.clone().filter(|format| !formats.contains(format)));
        MappedField {
            name: field.name.to_owned(),
            label: field.label.to_owned(),
            is_needed: field.is_needed,
            formats,
            unless_chosen: "as the file shows".to_owned(),
            is_yes_or_no: field.shape == Shape::YesNo,
            read: (field.shape.is_date() || field.shape.is_number())
                .then(|| reading.preview(field.name, sample, &zones).into_iter().next())
                .flatten(),
            first: cell.or_else(|| source.value.clone()).unwrap_or_default(),
            choice: FieldChoice {
                // As the file writes it, so that the page finds it among the columns.
                column: at.and_then(|at| columns.get(at)).cloned().or(source.column).unwrap_or_default(),
                value: source.value.unwrap_or_default(),
                format: source.format.unwrap_or_default(),
                yes: source.yes.join(", "),
            },
        }
    };
    kind.fields().iter().map(field).collect()
}

/// What was chosen, with the delimiter and the encoding that were found before.
pub fn chosen(kind: Kind, before: &Mapping, choices: &BTreeMap<String, FieldChoice>) -> Mapping {
    let told = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned);
    let sources = kind.fields().iter().filter_map(|field| {
        let choice = choices.get(field.name)?;
        let source = Source {
            column: told(&choice.column),
            value: told(&choice.value),
            format: told(&choice.format).filter(|_| !field.shape.formats().is_empty()),
            time: before.fields.get(field.name).and_then(|source| source.time.clone()),
            covers: before.fields.get(field.name).and_then(|source| source.covers.clone()),
            yes: choice.yes.split(',').filter_map(told).filter(|_| field.shape == Shape::YesNo).collect(),
            means: before.fields.get(field.name).map(|source| source.means.clone()).unwrap_or_default(),
            shape: None,
        };
        // One that is looked for by its name, and left empty here, is left out.
        (source.column.is_some() || source.value.is_some() || field.is_telling).then(|| (field.name.to_owned(), source))
    });
    Mapping { fields: sources.collect(), ..before.clone() }
}

/// The same problems as a form shows them.
pub fn refusal(problems: &[MappingProblem]) -> AppError {
    let problem = |problem: &MappingProblem| Problem { field: problem.field.clone(), reason: reason(&problem.reason) };
    AppError::Invalid { problems: problems.iter().map(problem).collect(), kept: Vec::new() }
}

fn reason(reason: &MappingReason) -> Reason {
    match reason {
        MappingReason::NotMapped => Reason::NotMapped,
        MappingReason::NoColumn(NoColumn::Missing(_)) => Reason::NoSuchColumn,
        MappingReason::NoColumn(NoColumn::Ambiguous(_)) => Reason::AmbiguousColumn,
        MappingReason::ColumnAndValue => Reason::ColumnOrValue,
        MappingReason::DateFormat(_) | MappingReason::AmountFormat(_) | MappingReason::NoFormat => Reason::NotAFormat,
        MappingReason::Value(_) => Reason::ValueDoesNotFit,
        MappingReason::MonthAlone | MappingReason::NotMinor => Reason::NotAFormat,
        MappingReason::TwoWays { .. } => Reason::TwoWays,
        MappingReason::UnknownField(_)
        | MappingReason::NoTime
        | MappingReason::NoCover
        | MappingReason::NoYes
        | MappingReason::NoMeaning
        | MappingReason::OtherShape(_)
        | MappingReason::NotADelimiter
        | MappingReason::NotAnEncoding => Reason::NotAMapping,
    }
}
