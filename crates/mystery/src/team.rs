//! Names of a team's services, `red-orders`: the evidence has the hops' own names, and nothing of other teams.

use ask::lines::Line;
use zipkin::{Endpoint, Span, Waterfall, waterfall};

use crate::hop::Hop;

/// The names of gateway, orders and inventory in traces and lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names([String; 3]);

impl Names {
    /// These, from the edge inwards, in lower case, as Zipkin keeps them. One that is empty is the hop's own.
    pub fn of(names: [String; 3]) -> Self {
        let mut own = Hop::ALL.into_iter();
        Self(names.map(|name| {
            let hop = own.next().map_or("", Hop::name);
            if name.is_empty() {
                hop.to_owned()
            } else {
                name.to_lowercase()
            }
        }))
    }

    /// The name of the edge.
    pub fn edge(&self) -> &str {
        let [edge, _, _] = &self.0;
        edge
    }

    /// All three.
    pub(crate) fn all(&self) -> &[String; 3] {
        &self.0
    }

    /// Whether they are the hops' own.
    pub(crate) fn are_plain(&self) -> bool {
        let named = Hop::ALL.into_iter().zip(&self.0);
        named.into_iter().all(|(hop, name)| hop.name() == name)
    }

    /// The hop of a service.
    fn hop(&self, service: &str) -> Option<Hop> {
        let mut named = Hop::ALL.into_iter().zip(&self.0);
        named.find_map(|(hop, name)| (*name == service.to_lowercase()).then_some(hop))
    }

    /// The trace with the hops' own names; nothing where it is another team's.
    pub(crate) fn trace(&self, trace: Waterfall) -> Option<Waterfall> {
        if self.are_plain() {
            return Some(trace);
        }
        let spans = trace.rows.into_iter().map(|row| row.span);
        let spans: Option<Vec<Span>> = spans.map(|span| self.span(span)).collect();
        waterfall(&spans?)
    }

    fn span(&self, mut span: Span) -> Option<Span> {
        for endpoint in [&mut span.local_endpoint, &mut span.remote_endpoint] {
            let service: Option<&mut Endpoint> = endpoint.as_mut();
            if let Some(name) = service.and_then(|endpoint| endpoint.service_name.as_mut()) {
                match self.hop(name) {
                    Some(hop) => hop.name().clone_into(name),
                    None if is_of_a_team(name) => return None,
                    None => {}
                }
            }
        }
        Some(span)
    }

    /// The lines of the hops, under their own names; none where no hop's line is there.
    pub(crate) fn lines(&self, lines: Vec<Line>) -> Option<Vec<Line>> {
        if self.are_plain() {
            return Some(lines);
        }
        let own = lines.into_iter().filter_map(|mut line| {
            line.service = self.hop(&line.service)?.name().to_owned();
            Some(line)
        });
        let own: Vec<Line> = own.collect();
        (!own.is_empty()).then_some(own)
    }

    /// The hops' own names of services that report.
    pub(crate) fn services(&self, services: Vec<String>) -> Vec<String> {
        let named = |service: String| match self.hop(&service) {
            Some(hop) => hop.name().to_owned(),
            None => service,
        };
        services.into_iter().map(named).collect()
    }
}

/// Whether a team has a hop of this name, be it ours or another.
fn is_of_a_team(service: &str) -> bool {
    Hop::ALL
        .into_iter()
        .any(|hop| probe::is_named(service, hop.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red() -> Names {
        Names::of(["red-gateway", "red-orders", "red-inventory"].map(str::to_owned))
    }

    #[test]
    fn names_are_those_that_zipkin_keeps() {
        let names = |names: [&str; 3]| Names::of(names.map(str::to_owned));
        assert_eq!(names(["RED-gateway", "Red-Orders", "red-inventory"]), red());
        assert!(names(["", "", ""]).are_plain());
        let line = Line {
            service: "RED-orders".to_owned(),
            ..Line::default()
        };
        assert!(red().lines(vec![line]).is_some());
    }

    fn trace(local: &str, remote: &str) -> Waterfall {
        let span = format!(
            r#"[{{"traceId":"1","id":"2","kind":"CLIENT","localEndpoint":{{"serviceName":"{local}"}},"remoteEndpoint":{{"serviceName":"{remote}"}}}}]"#
        );
        waterfall(&zipkin::decode::list(span.as_bytes()).unwrap()).unwrap()
    }

    #[test]
    fn a_teams_trace_has_the_hops_names_and_others_are_out() {
        let own = red().trace(trace("red-gateway", "red-orders")).unwrap();
        assert_eq!(own.services, ["gateway"]);
        assert_eq!(own.rows[0].span.remote_service(), Some("orders"));
        assert!(red().trace(trace("load", "red-gateway")).is_some());
        assert!(red().trace(trace("curl", "zipkin")).is_some());
        for (local, remote) in [
            ("load", "blue-gateway"),
            ("gateway", "orders"),
            ("blue-orders", "x"),
        ] {
            assert_eq!(red().trace(trace(local, remote)), None, "{local} {remote}");
        }
    }

    #[test]
    fn lines_of_other_teams_are_out() {
        let line = |service: &str| Line {
            service: service.to_owned(),
            ..Line::default()
        };
        let own = red().lines(vec![line("red-orders"), line("blue-orders"), line("orders")]);
        let services = own.map(|lines| lines.into_iter().map(|line| line.service).collect::<Vec<_>>());
        assert_eq!(services, Some(vec!["orders".to_owned()]));
        assert_eq!(red().lines(vec![line("blue-orders")]), None);
    }
}
