//! The kit every page is built from: components that know nothing of the product's features.
//!
//! Conventions: every component works on the server, before hydration and without script as far as
//! the platform allows; looks live in `style/ui/<file>.css` under the component's own class; colours
//! come from tokens only; what can be one of several things is an enum. Components give back
//! `AnyView`, so that their code is in the program once instead of once per use.
//! `on:…` and `attr:…` may be put on any component and land on its outermost element.
//!
//! This file is the kit's front door: pages write `use crate::ui::*;`.

mod alert;
mod avatar;
mod badge;
mod button;
mod card;
mod chart;
mod checkbox;
mod code;
mod confirm;
mod deferred;
mod dialog;
mod field;
mod filter;
mod form_errors;
#[cfg(debug_assertions)]
pub mod gallery;
mod icon;
mod input;
mod key_value;
mod log;
mod menu;
mod page;
mod pagination;
mod progress;
mod prose;
mod segmented;
mod select;
mod skeleton;
mod stat;
mod state;
mod stepper;
mod table;
mod text;
mod time;
mod timeline;
mod toast;
mod tooltip;
mod url;

pub use alert::Alert;
pub use avatar::{Avatar, AvatarSize};
pub use badge::{Badge, StatusDot, StatusWord, Tag, Tone, badge_markup};
pub use button::{Button, ButtonKind, ButtonSize, ButtonVariant, IconButton, LinkButton};
pub use card::Card;
pub use chart::{Bar, BarChart, Segment, Sparkline, StackedBar};
pub use checkbox::{Checkbox, CheckboxGroup, RadioGroup, Switch};
pub use code::{CodeBlock, CopyButton, CopyValue, Kbd};
pub use confirm::{Confirm, ConfirmForm};
pub use deferred::{
    after_paint, begin_hydration, deferred, hydrate_deferred, yield_if_hydrating, yield_to_browser,
};
pub use dialog::{Dialog, DialogButton, DialogSize, close_dialog, open_dialog};
pub(crate) use dialog::{close_when_beside, open_by_button};
pub use field::Field;
pub use filter::{Facet, FacetList, FilterBar, FilterChip, FilterChips, FilterGroup, FilterSelect};
pub use form_errors::{FORM_ERRORS, FormError, FormErrors, focus_on};
pub use icon::{Icon, IconName, IconSize, icon_markup};
pub use input::{FileInput, InputKind, SearchInput, TextArea, TextInput};
pub use key_value::{KeyValue, KeyValueItem};
pub use log::{LogLevel, LogLine, LogView};
pub use menu::{
    Menu, MenuAlign, MenuButton, MenuLink, MenuSeparator, MenuVariant, keep_menus_open,
};
pub use page::{
    Breadcrumbs, Crumb, Page, PageWidth, Section, Tab, Tabs, WindowTitle, provide_product_name,
};
pub use pagination::Pagination;
pub use progress::{Progress, Spinner};
pub use prose::Prose;
pub use segmented::{SegmentLink, SegmentedControl, SegmentedLinks};
pub use select::{Choice, Select};
pub use skeleton::{Skeleton, SkeletonKind};
pub use stat::{Stat, Trend, TrendDirection};
pub use state::{EmptyState, ErrorState};
pub use stepper::{Step, StepState, Stepper};
pub use table::{Align, Column, LongRows, LongTable, RowLink, Sort, Table, TableLayout};
pub use text::{OptText, classes, escaped, grouped, plural};
pub use time::{RelativeTime, keep_times_fresh, now};
pub use timeline::{Timeline, TimelineItem};
pub use toast::{Toast, ToastRegion, Toasts, provide_toasts, use_toasts};
pub use tooltip::{ExternalLink, Tooltip};
pub use url::{query_url, toggle_in_query, without_in_query};
