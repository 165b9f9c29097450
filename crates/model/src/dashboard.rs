//! A dashboard: which widgets stand where, and how a person changed that.

use crate::attention::CatalogAttention;
use crate::catalog::CatalogSummary;
use crate::clock::WorldClock;
use crate::docs::DocsSummary;
use crate::dora::DoraReport;
use crate::provenance::Provenance;
use crate::repository::RepositoryActivity;
use crate::task::TaskSummary;
use serde::{Deserialize, Serialize};

/// The widgets there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WidgetKind {
    /// The four keys of software delivery.
    Dora,
    /// What is in the catalog.
    Catalog,
    /// Documentation sites.
    Techdocs,
    /// Time around the world.
    WorldClock,
    /// What happens in a repository.
    RepositoryActivity,
}

impl WidgetKind {
    /// Every widget, in the order of the shipped dashboard.
    pub const ALL: [WidgetKind; 5] = [
        WidgetKind::Dora,
        WidgetKind::Catalog,
        WidgetKind::RepositoryActivity,
        WidgetKind::Techdocs,
        WidgetKind::WorldClock,
    ];

    /// The name in layout files, addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            WidgetKind::Dora => "dora",
            WidgetKind::Catalog => "catalog",
            WidgetKind::Techdocs => "techdocs",
            WidgetKind::WorldClock => "world-clock",
            WidgetKind::RepositoryActivity => "repository-activity",
        }
    }

    /// The widget of this name.
    pub fn parse(text: &str) -> Option<WidgetKind> {
        WidgetKind::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The title above it.
    pub fn title(self) -> &'static str {
        match self {
            WidgetKind::Dora => "Delivery",
            WidgetKind::Catalog => "Catalog",
            WidgetKind::Techdocs => "Docs",
            WidgetKind::WorldClock => "World clock",
            WidgetKind::RepositoryActivity => "Repository activity",
        }
    }
}

/// What a widget shows. One type for all of them, so that a page has one way to load, wait for and
/// fail to get a widget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WidgetData {
    /// The four keys of software delivery.
    Dora(DoraReport),
    /// What is in the catalog.
    Catalog(CatalogSummary),
    /// Documentation sites.
    Techdocs(DocsSummary),
    /// Time around the world.
    WorldClock(WorldClock),
    /// What happens in a repository.
    RepositoryActivity(RepositoryActivity),
}

impl WidgetData {
    /// Where it comes from and how old it is.
    pub fn provenance(&self) -> &Provenance {
        match self {
            WidgetData::Dora(data) => &data.provenance,
            WidgetData::Catalog(data) => &data.provenance,
            WidgetData::Techdocs(data) => &data.provenance,
            WidgetData::WorldClock(data) => &data.provenance,
            WidgetData::RepositoryActivity(data) => &data.provenance,
        }
    }
}

/// What waits for the person who looks, across all of the portal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NeedsYou {
    /// The person's runs that failed lately and were not made good by a later one: the first of
    /// them, the newest first.
    pub failed_runs: Vec<TaskSummary>,
    /// How many there are.
    pub failed_total: u32,
    /// What waits in the catalog.
    pub catalog: CatalogAttention,
}

impl NeedsYou {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.failed_total == 0 && self.catalog.is_empty()
    }
}

/// How much room a widget takes on a wide screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WidgetWidth {
    /// Half a row.
    #[default]
    Half,
    /// A whole row.
    Full,
}

/// One widget on a dashboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WidgetPlacement {
    /// Which one.
    pub kind: WidgetKind,
    /// How wide.
    #[serde(default)]
    pub width: WidgetWidth,
    /// Whether it is out of sight.
    #[serde(default)]
    pub hidden: bool,
}

/// A dashboard as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DashboardLayout {
    /// The title of the page.
    pub title: String,
    /// The widgets from top to bottom.
    pub widgets: Vec<WidgetPlacement>,
    /// Whether the person changed the shipped layout.
    #[serde(default)]
    pub personal: bool,
}

impl Default for DashboardLayout {
    fn default() -> Self {
        let place = |kind| WidgetPlacement {
            kind,
            width: if kind == WidgetKind::Dora { WidgetWidth::Full } else { WidgetWidth::Half },
            hidden: false,
        };
        DashboardLayout {
            title: "Home".to_owned(),
            widgets: WidgetKind::ALL.into_iter().map(place).collect(),
            personal: false,
        }
    }
}

/// A change of the arrangement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayoutChange {
    /// Before its neighbour.
    Earlier,
    /// After its neighbour.
    Later,
    /// Out of sight.
    Hide,
    /// Back in sight.
    Show,
    /// A whole row.
    Widen,
    /// Half a row.
    Narrow,
}

impl LayoutChange {
    /// The change of this name.
    pub fn parse(text: &str) -> Option<LayoutChange> {
        Some(match text {
            "earlier" => LayoutChange::Earlier,
            "later" => LayoutChange::Later,
            "hide" => LayoutChange::Hide,
            "show" => LayoutChange::Show,
            "widen" => LayoutChange::Widen,
            "narrow" => LayoutChange::Narrow,
            _ => return None,
        })
    }
}

impl DashboardLayout {
    /// The widgets that are in sight, each with whether it takes a whole row: those that are set to,
    /// and those whose place beside them would stay empty.
    pub fn rows(&self) -> Vec<(WidgetKind, bool)> {
        let shown = self.widgets.iter().filter(|widget| !widget.hidden);
        let mut rows: Vec<(WidgetKind, bool)> =
            shown.map(|widget| (widget.kind, widget.width == WidgetWidth::Full)).collect();
        let mut begun: Option<usize> = None;
        for at in 0..rows.len() {
            match (rows[at].1, begun.take()) {
                (true, Some(alone)) => rows[alone].1 = true,
                (false, None) => begun = Some(at),
                _ => {}
            }
        }
        if let Some(alone) = begun {
            rows[alone].1 = true;
        }
        rows
    }

    /// Carries out a change; a widget that is not on the dashboard is put at its end first.
    pub fn apply(&mut self, kind: WidgetKind, change: LayoutChange) {
        self.personal = true;
        let at = match self.widgets.iter().position(|widget| widget.kind == kind) {
            Some(at) => at,
            None => {
                let hidden = change != LayoutChange::Show;
                self.widgets.push(WidgetPlacement { kind, width: WidgetWidth::Half, hidden });
                self.widgets.len() - 1
            }
        };
        match change {
            // Hidden widgets are skipped, so that every press moves something one can see.
            LayoutChange::Earlier => {
                if let Some(to) = (0..at).rev().find(|index| !self.widgets[*index].hidden) {
                    self.widgets.swap(at, to);
                }
            }
            LayoutChange::Later => {
                let after = at + 1..self.widgets.len();
                if let Some(to) = after.into_iter().find(|index| !self.widgets[*index].hidden) {
                    self.widgets.swap(at, to);
                }
            }
            LayoutChange::Hide => self.widgets[at].hidden = true,
            LayoutChange::Show => self.widgets[at].hidden = false,
            LayoutChange::Widen => self.widgets[at].width = WidgetWidth::Full,
            LayoutChange::Narrow => self.widgets[at].width = WidgetWidth::Half,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visible(layout: &DashboardLayout) -> Vec<&'static str> {
        let shown = layout.widgets.iter().filter(|widget| !widget.hidden);
        shown.map(|widget| widget.kind.as_str()).collect()
    }

    #[test]
    fn moves_past_what_is_hidden() {
        let mut layout = DashboardLayout::default();
        layout.apply(WidgetKind::Catalog, LayoutChange::Hide);
        layout.apply(WidgetKind::RepositoryActivity, LayoutChange::Earlier);
        assert_eq!(visible(&layout), ["repository-activity", "dora", "techdocs", "world-clock"]);
        layout.apply(WidgetKind::RepositoryActivity, LayoutChange::Earlier);
        assert_eq!(visible(&layout)[0], "repository-activity");
        layout.apply(WidgetKind::Catalog, LayoutChange::Show);
        assert_eq!(visible(&layout).len(), 5);
        assert!(layout.personal);
    }

    #[test]
    fn no_place_beside_a_widget_stays_empty() {
        let mut layout = DashboardLayout::default();
        let wide = |layout: &DashboardLayout| -> Vec<bool> {
            layout.rows().into_iter().map(|(_, wide)| wide).collect()
        };
        assert_eq!(wide(&layout), [true, false, false, false, false]);
        // One of a pair is hidden: the other takes its place.
        layout.apply(WidgetKind::WorldClock, LayoutChange::Hide);
        assert_eq!(wide(&layout), [true, false, false, true]);
        // A whole row after one half: the half fills its row.
        layout.apply(WidgetKind::RepositoryActivity, LayoutChange::Widen);
        assert_eq!(wide(&layout), [true, true, true, true]);
        layout.apply(WidgetKind::WorldClock, LayoutChange::Show);
        assert_eq!(wide(&layout), [true, true, true, false, false]);
    }

    #[test]
    fn every_widget_is_found_by_its_name() {
        for kind in WidgetKind::ALL {
            assert_eq!(WidgetKind::parse(kind.as_str()), Some(kind));
            let text = serde_json::to_string(&kind).unwrap();
            assert_eq!(text, format!("\"{}\"", kind.as_str()));
        }
        assert_eq!(WidgetKind::parse("weather"), None);
    }
}
