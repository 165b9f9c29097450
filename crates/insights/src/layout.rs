//! The layout file: which widgets stand where.

use model::dashboard::{DashboardLayout, WidgetKind, WidgetPlacement, WidgetWidth};
use yaml::{Node, Value};

/// Reads a layout file: `title`, and `widgets` with `kind`, `width` (half or full) and `hidden`.
/// Every mistake is reported with its line and column.
pub fn read_layout(text: &str) -> Result<DashboardLayout, Vec<String>> {
    let root = yaml::parse_one(text).map_err(|error| vec![error.to_string()])?;
    let mut problems = Vec::new();
    let mut layout = DashboardLayout { widgets: Vec::new(), ..DashboardLayout::default() };
    for entry in entries(&root, "the layout", &mut problems) {
        match (entry.key.as_str(), &entry.value.value) {
            ("title", Value::String(title)) => layout.title = title.clone(),
            ("widgets", Value::Sequence(list)) => {
                for node in list {
                    let placed = placement(node, &mut problems);
                    let Some(placed) = placed else { continue };
                    match layout.widgets.iter().any(|known| known.kind == placed.kind) {
                        true => problems.push(at(node, "this widget is there already")),
                        false => layout.widgets.push(placed),
                    }
                }
            }
            ("title" | "widgets", _) => {
                problems.push(at(&entry.value, "expected a text for title and a list for widgets"))
            }
            (other, _) => problems.push(format!(
                "line {}, column {}: there is no key \"{other}\" here; expected title or widgets",
                entry.key_mark.line, entry.key_mark.column
            )),
        }
    }
    if problems.is_empty() { Ok(layout) } else { Err(problems) }
}

fn placement(node: &Node, problems: &mut Vec<String>) -> Option<WidgetPlacement> {
    let (mut kind, mut width, mut hidden) = (None, WidgetWidth::Half, false);
    for entry in entries(node, "a widget", problems) {
        match (entry.key.as_str(), &entry.value.value) {
            ("kind", Value::String(name)) => match WidgetKind::parse(name) {
                Some(found) => kind = Some(found),
                None => {
                    let known = WidgetKind::ALL.map(WidgetKind::as_str).join(", ");
                    let message = format!("there is no widget \"{name}\"; expected one of {known}");
                    problems.push(at(&entry.value, &message));
                    return None;
                }
            },
            ("width", Value::String(name)) if name == "half" => width = WidgetWidth::Half,
            ("width", Value::String(name)) if name == "full" => width = WidgetWidth::Full,
            ("hidden", Value::Bool(value)) => hidden = *value,
            ("kind" | "width" | "hidden", _) => problems.push(at(
                &entry.value,
                "expected a widget's name for kind, half or full for width, true or false for \
                 hidden",
            )),
            (other, _) => problems.push(at(
                &entry.value,
                &format!("there is no key \"{other}\" here; expected kind, width or hidden"),
            )),
        }
    }
    if kind.is_none() {
        problems.push(at(node, "expected kind, the widget's name"));
    }
    kind.map(|kind| WidgetPlacement { kind, width, hidden })
}

fn entries<'n>(node: &'n Node, what: &str, problems: &mut Vec<String>) -> &'n [yaml::Entry] {
    match &node.value {
        Value::Mapping(entries) => entries,
        _ => {
            problems.push(at(node, &format!("expected {what} as a mapping")));
            &[]
        }
    }
}

fn at(node: &Node, message: &str) -> String {
    format!("line {}, column {}: {message}", node.mark.line, node.mark.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_order_width_and_what_is_hidden() {
        let layout = read_layout(
            "title: Team\nwidgets:\n  - kind: world-clock\n    width: full\n  - kind: dora\n    hidden: true\n",
        )
        .unwrap();
        assert_eq!(layout.title, "Team");
        assert_eq!(layout.widgets[0].kind, WidgetKind::WorldClock);
        assert_eq!(layout.widgets[0].width, WidgetWidth::Full);
        assert!(layout.widgets[1].hidden);
    }

    #[test]
    fn reports_each_mistake_with_its_place() {
        let problems = read_layout("widgets:\n  - kind: weather\n  - width: half\n").unwrap_err();
        assert_eq!(problems.len(), 2);
        assert!(problems[0].starts_with("line 2, column 11: there is no widget \"weather\""));
        assert!(problems[1].contains("expected kind"), "{problems:?}");
    }
}
