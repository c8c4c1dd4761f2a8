//! The needs of tracing at a given size: sampling, transport, storage and what breaks first, from measured figures.
//!
//! ```text
//! Args (sizes, spans, sampling, retention) + constants → Plan a column → Markdown
//!                                                         queue (an outage of the collector)
//! ```

use self::plan::Plan;

/// The size to plan for.
mod args;

/// Measured figures and other people's, each with its source.
mod constants;

/// One column: everything that follows from one size.
mod plan;

/// An outage of the collector.
mod queue;

pub use args::Args;

pub const EXAMPLES: &str = "\
Examples:
  cargo run --release -p bench -- scaling                                    the table of docs/scaling.md
  cargo run --release -p bench -- scaling --requests-per-second 20000 --sampling 0.05
  cargo run --release -p bench -- scaling --requests-per-second 1000 --retention-days 30 --core-month 20 --gigabyte-month 0.1";

/// Requests a second and sampling of the table in docs/scaling.md.
const SIZES: [(f64, f64); 5] = [(1e3, 1.0), (1e5, 1.0), (1e5, 0.01), (1e7, 1.0), (1e7, 0.0001)];

/// Prints the table.
pub fn run(args: &Args) {
    print!("{}", markdown(args));
}

fn markdown(args: &Args) -> String {
    let columns: Vec<Plan> = match args.requests_per_second {
        Some(requests) => vec![Plan::of(args, requests, args.sampling)],
        None => SIZES
            .iter()
            .map(|(requests, sampling)| Plan::of(args, *requests, *sampling))
            .collect(),
    };
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut table = row(columns.iter().fold(
        vec!["requests a second, recorded".to_owned()],
        |mut cells, plan| {
            cells.push(plan.title());
            cells
        },
    ));
    table += &format!("|---{}|\n", "|--:".repeat(columns.len()));
    let all: Vec<_> = columns.iter().map(Plan::rows).collect();
    for (index, (name, _)) in all.first().into_iter().flatten().enumerate() {
        let cells = all
            .iter()
            .filter_map(|rows| rows.get(index))
            .map(|(_, cell)| cell.clone());
        table += &row(std::iter::once((*name).to_owned()).chain(cells).collect());
    }
    table
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        args: Args,
    }

    fn printed(args: &[&str]) -> String {
        let words = std::iter::once("scaling").chain(args.iter().copied());
        markdown(&Cli::try_parse_from(words).unwrap().args)
    }

    #[test]
    fn the_table_in_the_document_is_what_this_prints() {
        let document = include_str!("../../../docs/scaling.md");
        let table = printed(&[]);
        assert!(
            document.contains(&table),
            "docs/scaling.md should have this table:\n{table}"
        );
    }

    #[test]
    fn a_tenth_of_the_traces_takes_a_tenth_of_the_storage() {
        let whole = printed(&["--requests-per-second", "1000"]);
        let tenth = printed(&["--requests-per-second", "10000", "--sampling", "0.1"]);
        let spans = |table: &str| {
            table
                .lines()
                .find(|line| line.starts_with("| spans"))
                .map(str::to_owned)
        };
        assert_eq!(spans(&whole), spans(&tenth));
        assert!(spans(&whole).unwrap().ends_with("| 8,000 |"), "{whole}");
    }
}
