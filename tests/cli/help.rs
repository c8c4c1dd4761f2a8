//! The help of every command fits into 80 columns.

use super::run_with;

/// Names of commands below this one.
fn commands(help: &str) -> Vec<String> {
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed = listed.take_while(|line| !line.is_empty());
    // A description that goes on is indented further.
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    names
        .filter(|name| !name.is_empty() && *name != "help")
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn no_line_of_help_is_wider_than_80_columns() {
    let mut todo: Vec<Vec<String>> = vec![Vec::new()];
    let (mut wide, mut seen) = (Vec::new(), 0);
    while let Some(command) = todo.pop() {
        for flag in ["--help", "-h"] {
            let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
            arguments.push(flag);
            let said = run_with(&arguments, &[]).await;
            assert_eq!(said.code, Some(0), "hop {}", arguments.join(" "));
            let lines = said.text.lines().filter(|line| line.chars().count() > 80);
            wide.extend(lines.map(|line| format!("hop {}: {line}", arguments.join(" "))));
            if flag == "--help" {
                seen += 1;
                todo.extend(
                    commands(&said.text)
                        .into_iter()
                        .map(|name| [command.clone(), vec![name]].concat()),
                );
            }
        }
    }
    assert!(seen > 20, "{seen} commands");
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
