//! The icon set: a chosen part of Lucide, drawn inline.

use super::text::OptText;
use leptos::prelude::*;

/// How large an icon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IconSize {
    /// 14 pixels, beside small text.
    Sm,
    /// 16 pixels, beside ordinary text.
    #[default]
    Md,
    /// 20 pixels, in navigation.
    Lg,
    /// 32 pixels, in empty states.
    Xl,
}

impl IconSize {
    fn pixels(self) -> &'static str {
        match self {
            IconSize::Sm => "14",
            IconSize::Md => "16",
            IconSize::Lg => "20",
            IconSize::Xl => "32",
        }
    }
}

/// An icon. Without a label it is decoration and hidden from assistive technology.
#[component]
pub fn Icon(
    /// Which one.
    icon: IconName,
    /// How large.
    #[prop(optional)]
    size: IconSize,
    /// What it means, when no text beside it says so.
    #[prop(optional, into)]
    label: OptText,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> AnyView {
    let label = label.get();
    let hidden = label.is_none().then_some("true");
    let role = label.is_some().then_some("img");
    let pixels = size.pixels();
    view! {
        <svg
            class=super::text::classes(&["icon", class])
            width=pixels
            height=pixels
            viewBox="0 0 24 24"
            role=role
            aria-label=label
            aria-hidden=hidden
            inner_html=icon.data()
        ></svg>
    }
    .into_any()
}

/// An icon of ordinary size as markup, for what is written as such.
pub fn icon_markup(icon: IconName) -> String {
    let (pixels, data) = (IconSize::default().pixels(), icon.data());
    format!(
        r#"<svg class="icon" width="{pixels}" height="{pixels}" viewBox="0 0 24 24" aria-hidden="true">{data}</svg>"#
    )
}

/// The icons there are, by their Lucide names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    /// Home.
    House,
    /// Layout dashboard.
    LayoutDashboard,
    /// Boxes.
    Boxes,
    /// Box.
    Box,
    /// Circle plus.
    CirclePlus,
    /// Book open.
    BookOpen,
    /// File text.
    FileText,
    /// List checks.
    ListChecks,
    /// Search.
    Search,
    /// Sun.
    Sun,
    /// Moon.
    Moon,
    /// Monitor.
    Monitor,
    /// User.
    User,
    /// Users.
    Users,
    /// Log out.
    LogOut,
    /// Log in.
    LogIn,
    /// Settings.
    Settings,
    /// Chevron right.
    ChevronRight,
    /// Chevron down.
    ChevronDown,
    /// Chevron left.
    ChevronLeft,
    /// Chevron up.
    ChevronUp,
    /// Panel left.
    PanelLeft,
    /// Close.
    X,
    /// Check.
    Check,
    /// Copy.
    Copy,
    /// External link.
    ExternalLink,
    /// Link.
    Link,
    /// Plus.
    Plus,
    /// Minus.
    Minus,
    /// Ellipsis.
    Ellipsis,
    /// Pencil.
    Pencil,
    /// Delete.
    Trash2,
    /// Refresh cw.
    RefreshCw,
    /// Rotate ccw.
    RotateCcw,
    /// Download.
    Download,
    /// Upload.
    Upload,
    /// List filter.
    ListFilter,
    /// Arrow up.
    ArrowUp,
    /// Arrow down.
    ArrowDown,
    /// Arrow right.
    ArrowRight,
    /// Arrow up down.
    ArrowUpDown,
    /// Trending up.
    TrendingUp,
    /// Trending down.
    TrendingDown,
    /// Info.
    Info,
    /// Circle alert.
    CircleAlert,
    /// Triangle alert.
    TriangleAlert,
    /// Circle check.
    CircleCheck,
    /// Circle x.
    CircleX,
    /// Circle help.
    CircleHelp,
    /// Circle.
    Circle,
    /// Circle dashed.
    CircleDashed,
    /// Circle slash.
    CircleSlash,
    /// Clock.
    Clock,
    /// Calendar.
    Calendar,
    /// Globe.
    Globe,
    /// Git branch.
    GitBranch,
    /// Git commit horizontal.
    GitCommitHorizontal,
    /// Git pull request.
    GitPullRequest,
    /// Git merge.
    GitMerge,
    /// Tag.
    Tag,
    /// Star.
    Star,
    /// Eye.
    Eye,
    /// Eye off.
    EyeOff,
    /// Grip vertical.
    GripVertical,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// Something is going on.
    LoaderCircle,
    /// Terminal.
    Terminal,
    /// Server.
    Server,
    /// Database.
    Database,
    /// Puzzle.
    Puzzle,
    /// Network.
    Network,
    /// An organisation.
    Building2,
    /// Map pin.
    MapPin,
    /// Mail.
    Mail,
    /// Lock.
    Lock,
    /// Shield.
    Shield,
    /// Rocket.
    Rocket,
    /// Activity.
    Activity,
    /// Gauge.
    Gauge,
    /// Chart column.
    ChartColumn,
    /// Keyboard.
    Keyboard,
    /// Corner down left.
    CornerDownLeft,
    /// Package.
    Package,
    /// Component.
    Component,
    /// Code.
    Code,
    /// File code.
    FileCode,
    /// Folder.
    Folder,
    /// Inbox.
    Inbox,
    /// Menu.
    Menu,
    /// Layers.
    Layers,
    /// Workflow.
    Workflow,
    /// Timer.
    Timer,
    /// Layout template.
    LayoutTemplate,
    /// Hash.
    Hash,
    /// History.
    History,
    /// Undo 2.
    Undo2,
    /// Sliders horizontal.
    SlidersHorizontal,
    /// Wifi off.
    WifiOff,
    /// Code xml.
    CodeXml,
}

impl IconName {
    /// Every icon, for the gallery.
    pub const ALL: &'static [IconName] = &[
        IconName::House,
        IconName::LayoutDashboard,
        IconName::Boxes,
        IconName::Box,
        IconName::CirclePlus,
        IconName::BookOpen,
        IconName::FileText,
        IconName::ListChecks,
        IconName::Search,
        IconName::Sun,
        IconName::Moon,
        IconName::Monitor,
        IconName::User,
        IconName::Users,
        IconName::LogOut,
        IconName::LogIn,
        IconName::Settings,
        IconName::ChevronRight,
        IconName::ChevronDown,
        IconName::ChevronLeft,
        IconName::ChevronUp,
        IconName::PanelLeft,
        IconName::X,
        IconName::Check,
        IconName::Copy,
        IconName::ExternalLink,
        IconName::Link,
        IconName::Plus,
        IconName::Minus,
        IconName::Ellipsis,
        IconName::Pencil,
        IconName::Trash2,
        IconName::RefreshCw,
        IconName::RotateCcw,
        IconName::Download,
        IconName::Upload,
        IconName::ListFilter,
        IconName::ArrowUp,
        IconName::ArrowDown,
        IconName::ArrowRight,
        IconName::ArrowUpDown,
        IconName::TrendingUp,
        IconName::TrendingDown,
        IconName::Info,
        IconName::CircleAlert,
        IconName::TriangleAlert,
        IconName::CircleCheck,
        IconName::CircleX,
        IconName::CircleHelp,
        IconName::Circle,
        IconName::CircleDashed,
        IconName::CircleSlash,
        IconName::Clock,
        IconName::Calendar,
        IconName::Globe,
        IconName::GitBranch,
        IconName::GitCommitHorizontal,
        IconName::GitPullRequest,
        IconName::GitMerge,
        IconName::Tag,
        IconName::Star,
        IconName::Eye,
        IconName::EyeOff,
        IconName::GripVertical,
        IconName::Play,
        IconName::Pause,
        IconName::LoaderCircle,
        IconName::Terminal,
        IconName::Server,
        IconName::Database,
        IconName::Puzzle,
        IconName::Network,
        IconName::Building2,
        IconName::MapPin,
        IconName::Mail,
        IconName::Lock,
        IconName::Shield,
        IconName::Rocket,
        IconName::Activity,
        IconName::Gauge,
        IconName::ChartColumn,
        IconName::Keyboard,
        IconName::CornerDownLeft,
        IconName::Package,
        IconName::Component,
        IconName::Code,
        IconName::FileCode,
        IconName::Folder,
        IconName::Inbox,
        IconName::Menu,
        IconName::Layers,
        IconName::Workflow,
        IconName::Timer,
        IconName::LayoutTemplate,
        IconName::Hash,
        IconName::History,
        IconName::Undo2,
        IconName::SlidersHorizontal,
        IconName::WifiOff,
        IconName::CodeXml,
    ];

    /// What stands inside the `svg` element.
    fn data(self) -> &'static str {
        match self {
            IconName::House => icondata_lu::LuHouse.data,
            IconName::LayoutDashboard => icondata_lu::LuLayoutDashboard.data,
            IconName::Boxes => icondata_lu::LuBoxes.data,
            IconName::Box => icondata_lu::LuBox.data,
            IconName::CirclePlus => icondata_lu::LuCirclePlus.data,
            IconName::BookOpen => icondata_lu::LuBookOpen.data,
            IconName::FileText => icondata_lu::LuFileText.data,
            IconName::ListChecks => icondata_lu::LuListChecks.data,
            IconName::Search => icondata_lu::LuSearch.data,
            IconName::Sun => icondata_lu::LuSun.data,
            IconName::Moon => icondata_lu::LuMoon.data,
            IconName::Monitor => icondata_lu::LuMonitor.data,
            IconName::User => icondata_lu::LuUser.data,
            IconName::Users => icondata_lu::LuUsers.data,
            IconName::LogOut => icondata_lu::LuLogOut.data,
            IconName::LogIn => icondata_lu::LuLogIn.data,
            IconName::Settings => icondata_lu::LuSettings.data,
            IconName::ChevronRight => icondata_lu::LuChevronRight.data,
            IconName::ChevronDown => icondata_lu::LuChevronDown.data,
            IconName::ChevronLeft => icondata_lu::LuChevronLeft.data,
            IconName::ChevronUp => icondata_lu::LuChevronUp.data,
            IconName::PanelLeft => icondata_lu::LuPanelLeft.data,
            IconName::X => icondata_lu::LuX.data,
            IconName::Check => icondata_lu::LuCheck.data,
            IconName::Copy => icondata_lu::LuCopy.data,
            IconName::ExternalLink => icondata_lu::LuExternalLink.data,
            IconName::Link => icondata_lu::LuLink.data,
            IconName::Plus => icondata_lu::LuPlus.data,
            IconName::Minus => icondata_lu::LuMinus.data,
            IconName::Ellipsis => icondata_lu::LuEllipsis.data,
            IconName::Pencil => icondata_lu::LuPencil.data,
            IconName::Trash2 => icondata_lu::LuTrash2.data,
            IconName::RefreshCw => icondata_lu::LuRefreshCw.data,
            IconName::RotateCcw => icondata_lu::LuRotateCcw.data,
            IconName::Download => icondata_lu::LuDownload.data,
            IconName::Upload => icondata_lu::LuUpload.data,
            IconName::ListFilter => icondata_lu::LuListFilter.data,
            IconName::ArrowUp => icondata_lu::LuArrowUp.data,
            IconName::ArrowDown => icondata_lu::LuArrowDown.data,
            IconName::ArrowRight => icondata_lu::LuArrowRight.data,
            IconName::ArrowUpDown => icondata_lu::LuArrowUpDown.data,
            IconName::TrendingUp => icondata_lu::LuTrendingUp.data,
            IconName::TrendingDown => icondata_lu::LuTrendingDown.data,
            IconName::Info => icondata_lu::LuInfo.data,
            IconName::CircleAlert => icondata_lu::LuCircleAlert.data,
            IconName::TriangleAlert => icondata_lu::LuTriangleAlert.data,
            IconName::CircleCheck => icondata_lu::LuCircleCheck.data,
            IconName::CircleX => icondata_lu::LuCircleX.data,
            IconName::CircleHelp => icondata_lu::LuCircleHelp.data,
            IconName::Circle => icondata_lu::LuCircle.data,
            IconName::CircleDashed => icondata_lu::LuCircleDashed.data,
            IconName::CircleSlash => icondata_lu::LuCircleSlash.data,
            IconName::Clock => icondata_lu::LuClock.data,
            IconName::Calendar => icondata_lu::LuCalendar.data,
            IconName::Globe => icondata_lu::LuGlobe.data,
            IconName::GitBranch => icondata_lu::LuGitBranch.data,
            IconName::GitCommitHorizontal => icondata_lu::LuGitCommitHorizontal.data,
            IconName::GitPullRequest => icondata_lu::LuGitPullRequest.data,
            IconName::GitMerge => icondata_lu::LuGitMerge.data,
            IconName::Tag => icondata_lu::LuTag.data,
            IconName::Star => icondata_lu::LuStar.data,
            IconName::Eye => icondata_lu::LuEye.data,
            IconName::EyeOff => icondata_lu::LuEyeOff.data,
            IconName::GripVertical => icondata_lu::LuGripVertical.data,
            IconName::Play => icondata_lu::LuPlay.data,
            IconName::Pause => icondata_lu::LuPause.data,
            IconName::LoaderCircle => icondata_lu::LuLoaderCircle.data,
            IconName::Terminal => icondata_lu::LuTerminal.data,
            IconName::Server => icondata_lu::LuServer.data,
            IconName::Database => icondata_lu::LuDatabase.data,
            IconName::Puzzle => icondata_lu::LuPuzzle.data,
            IconName::Network => icondata_lu::LuNetwork.data,
            IconName::Building2 => icondata_lu::LuBuilding2.data,
            IconName::MapPin => icondata_lu::LuMapPin.data,
            IconName::Mail => icondata_lu::LuMail.data,
            IconName::Lock => icondata_lu::LuLock.data,
            IconName::Shield => icondata_lu::LuShield.data,
            IconName::Rocket => icondata_lu::LuRocket.data,
            IconName::Activity => icondata_lu::LuActivity.data,
            IconName::Gauge => icondata_lu::LuGauge.data,
            IconName::ChartColumn => icondata_lu::LuChartColumn.data,
            IconName::Keyboard => icondata_lu::LuKeyboard.data,
            IconName::CornerDownLeft => icondata_lu::LuCornerDownLeft.data,
            IconName::Package => icondata_lu::LuPackage.data,
            IconName::Component => icondata_lu::LuComponent.data,
            IconName::Code => icondata_lu::LuCode.data,
            IconName::FileCode => icondata_lu::LuFileCode.data,
            IconName::Folder => icondata_lu::LuFolder.data,
            IconName::Inbox => icondata_lu::LuInbox.data,
            IconName::Menu => icondata_lu::LuMenu.data,
            IconName::Layers => icondata_lu::LuLayers.data,
            IconName::Workflow => icondata_lu::LuWorkflow.data,
            IconName::Timer => icondata_lu::LuTimer.data,
            IconName::LayoutTemplate => icondata_lu::LuLayoutTemplate.data,
            IconName::Hash => icondata_lu::LuHash.data,
            IconName::History => icondata_lu::LuHistory.data,
            IconName::Undo2 => icondata_lu::LuUndo2.data,
            IconName::SlidersHorizontal => icondata_lu::LuSlidersHorizontal.data,
            IconName::WifiOff => icondata_lu::LuWifiOff.data,
            IconName::CodeXml => icondata_lu::LuCodeXml.data,
        }
    }
}
