//! Zooming, panning and highlighting a diagram in the browser. Without it the diagram scrolls within
//! its frame, and everything in it is there.

use crate::catalog::diagram::trace;
use crate::ui::*;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, TouchEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;
use model::graph::{EntityGraph, NODE_HEIGHT, NODE_WIDTH};
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, EventTarget, Node, SvgElement};

/// The smallest and the largest scale, and what one press of a button multiplies it with.
const SMALLEST: f64 = 0.1;
const LARGEST: f64 = 3.0;
const STEP: f64 = 1.25;

/// The smallest scale that a diagram opens at.
const SMALLEST_AT_FIRST: f64 = 0.5;

/// How far the pointer moves before a press is a drag, in pixels.
const DRAG_FROM: i32 = 4;

/// How large a diagram is at first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// As it is drawn; one pans.
    Natural,
    /// All of it is seen, unless it would be too small to be read.
    Fitted,
}

/// What somebody does with an open diagram.
#[derive(Clone, Copy)]
pub struct Viewer {
    /// What scrolls.
    pub frame: NodeRef<html::Div>,
    graph: StoredValue<Arc<EntityGraph>>,
    scale: StoredValue<f64>,
    drag: StoredValue<Option<Drag>>,
    /// How far two fingers are apart.
    pinch: StoredValue<Option<f64>>,
}

/// A press that may have become a drag.
#[derive(Clone, Copy)]
struct Drag {
    pointer: (i32, i32),
    scroll: (i32, i32),
    moved: bool,
    released: bool,
}

impl Viewer {
    /// For this graph, at its natural size.
    pub fn new(graph: &Arc<EntityGraph>) -> Viewer {
        Viewer {
            frame: NodeRef::new(),
            graph: StoredValue::new(graph.clone()),
            scale: StoredValue::new(1.0),
            drag: StoredValue::new(None),
            pinch: StoredValue::new(None),
        }
    }

    /// Buttons for those who have neither wheel nor fingers on the picture. Zooming needs script.
    pub fn tools(self) -> AnyView {
        let start = self.start().is_some().then(|| {
            let center = move |event: MouseEvent| {
                event.prevent_default();
                self.center();
                focus_start();
            };
            view! {
                <a class="btn btn-ghost btn-sm" href="#graph-start" on:click=center>
                    "Center"
                </a>
            }
        });
        let button = |icon: IconName, label: &'static str, factor: f64| {
            view! {
                <IconButton
                    icon
                    label
                    size=ButtonSize::Sm
                    on:click=move |_| self.zoom_by(factor, None)
                />
            }
        };
        view! {
            <div class="graph-tools" role="group" aria-label="Diagram view">
                <span class="graph-zoom">
                    {button(IconName::Minus, "Zoom out", 1.0 / STEP)}
                    {button(IconName::Plus, "Zoom in", STEP)}
                    <button
                        type="button"
                        class="btn btn-ghost btn-sm"
                        on:click=move |_| self.fit()
                    >
                        "Fit"
                    </button>
                </span>
                {start}
            </div>
        }
        .into_any()
    }

    /// The place of the entity that the diagram is about.
    pub fn start(self) -> Option<(u32, u32)> {
        self.graph.with_value(|graph| start(graph))
    }

    /// Brings the entity that the diagram is about into the middle of the frame.
    pub fn center(self) {
        let (Some(frame), Some((x, y))) = (self.frame.get_untracked(), self.start()) else {
            return;
        };
        let scale = self.scale.get_value();
        let middle = |at: u32, size: u32| f64::from(at + size / 2) * scale;
        frame.set_scroll_left(middle(x, NODE_WIDTH) as i32 - frame.client_width() / 2);
        frame.set_scroll_top(middle(y, NODE_HEIGHT) as i32 - frame.client_height() / 2);
    }

    /// Shows it for the first time.
    pub fn open(self, opening: Opening) {
        if opening == Opening::Fitted
            && let Some(scale) = self.fitting()
        {
            self.zoom_to(scale.max(SMALLEST_AT_FIRST), None);
        }
        self.center();
    }

    /// Shows all of it, but never larger than it is drawn.
    pub fn fit(self) {
        if let Some(scale) = self.fitting() {
            self.zoom_to(scale, None);
            self.center();
        }
    }

    /// The scale at which all of it is seen.
    fn fitting(self) -> Option<f64> {
        let frame = self.frame.get_untracked()?;
        // The frame is as high as what it holds, up to a limit.
        let high = most_height(&frame).unwrap_or(320.0);
        let (width, height) = self.graph.with_value(|graph| (graph.width, graph.height));
        let across = f64::from(frame.client_width()) / f64::from(width.max(1));
        let along = high / f64::from(height.max(1));
        Some(across.min(along).min(1.0))
    }

    fn zoom_by(self, factor: f64, around: Option<(f64, f64)>) {
        self.zoom_to(self.scale.get_value() * factor, around);
    }

    /// Draws it at another scale; what is at `around`, in pixels of the frame, stays there.
    fn zoom_to(self, scale: f64, around: Option<(f64, f64)>) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let Ok(Some(svg)) = frame.query_selector("svg") else { return };
        let (before, after) = (self.scale.get_value(), scale.clamp(SMALLEST, LARGEST));
        let (width, height) = self.graph.with_value(|graph| (graph.width, graph.height));
        let half = |size: i32| f64::from(size) / 2.0;
        let (x, y) = around.unwrap_or((half(frame.client_width()), half(frame.client_height())));
        let (left, top) = (f64::from(frame.scroll_left()) + x, f64::from(frame.scroll_top()) + y);
        self.scale.set_value(after);
        // What the style sheet did before there was a script.
        let _ = svg.class_list().remove_1("graph-fitted");
        // Rounded down: half a pixel too much would need scroll bars.
        let size = |pixels: u32| (f64::from(pixels) * after).floor().to_string();
        let _ = svg.set_attribute("width", &size(width));
        let _ = svg.set_attribute("height", &size(height));
        frame.set_scroll_left((left * after / before - x).round() as i32);
        frame.set_scroll_top((top * after / before - y).round() as i32);
    }

    /// The wheel zooms with Ctrl, which is also what a pinch on a touchpad sends; alone it scrolls.
    pub fn wheel(self, event: WheelEvent) {
        if !(event.ctrl_key() || event.meta_key()) {
            return;
        }
        event.prevent_default();
        let factor = (-event.delta_y() / 300.0).clamp(-0.5, 0.5).exp();
        let place = self.within(f64::from(event.client_x()), f64::from(event.client_y()));
        self.zoom_by(factor, place);
    }

    /// Keys while the frame has the focus; arrows scroll it anyway.
    pub fn key(self, event: KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "+" | "=" => self.zoom_by(STEP, None),
            "-" => self.zoom_by(1.0 / STEP, None),
            "0" => self.fit(),
            _ => return,
        }
        event.prevent_default();
    }

    /// The mouse takes hold of the picture; fingers scroll it by themselves.
    pub fn press(self, event: PointerEvent) {
        let Some(frame) = self.frame.get_untracked() else { return };
        if event.pointer_type() != "mouse" || event.button() != 0 {
            return;
        }
        self.drag.set_value(Some(Drag {
            pointer: (event.client_x(), event.client_y()),
            scroll: (frame.scroll_left(), frame.scroll_top()),
            moved: false,
            released: false,
        }));
    }

    /// Moves the picture along with the mouse.
    pub fn drag(self, event: PointerEvent) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let Some(mut drag) = self.drag.get_value().filter(|drag| !drag.released) else { return };
        let (x, y) = (event.client_x() - drag.pointer.0, event.client_y() - drag.pointer.1);
        if !drag.moved && x.abs().max(y.abs()) < DRAG_FROM {
            return;
        }
        if !drag.moved {
            drag.moved = true;
            let _ = frame.set_pointer_capture(event.pointer_id());
            let _ = frame.class_list().add_1("is-dragged");
        }
        frame.set_scroll_left(drag.scroll.0 - x);
        frame.set_scroll_top(drag.scroll.1 - y);
        self.drag.set_value(Some(drag));
    }

    /// Lets go of the picture.
    pub fn release(self) {
        if let Some(frame) = self.frame.get_untracked() {
            let _ = frame.class_list().remove_1("is-dragged");
        }
        self.drag.update_value(|drag| {
            if let Some(drag) = drag {
                drag.released = true;
            }
        });
    }

    /// Whether the click that comes now is the end of a drag.
    pub fn was_drag(self) -> bool {
        let drag = self.drag.get_value();
        self.drag.set_value(None);
        drag.is_some_and(|drag| drag.moved)
    }

    /// Two fingers zoom; one scrolls.
    pub fn touch(self, event: TouchEvent) {
        let Some([first, second]) = two_fingers(&event) else {
            self.pinch.set_value(None);
            return;
        };
        event.prevent_default();
        let apart = (first.0 - second.0).hypot(first.1 - second.1).max(1.0);
        if let Some(before) = self.pinch.get_value() {
            let middle = ((first.0 + second.0) / 2.0, (first.1 + second.1) / 2.0);
            self.zoom_by(apart / before, self.within(middle.0, middle.1));
        }
        self.pinch.set_value(Some(apart));
    }

    /// Shows what the entity under the pointer, or with the focus, is related to.
    pub fn trace(self, target: Option<EventTarget>) {
        let Some(frame) = self.frame.get_untracked() else { return };
        let Ok(Some(svg)) = frame.query_selector("svg") else { return };
        let number = target.and_then(|target| node_of(&target));
        let shown = svg.get_attribute("data-traced");
        if shown.as_deref() == number.map(|at| at.to_string()).as_deref() {
            return;
        }
        let near = svg.query_selector_all(".graph-near").ok();
        for at in 0..near.as_ref().map_or(0, |near| near.length()) {
            let node = near.as_ref().and_then(|near| near.item(at));
            if let Some(node) = node.and_then(|node| node.dyn_into::<Element>().ok()) {
                let _ = node.class_list().remove_1("graph-near");
            }
        }
        let Ok(Some(lines)) = svg.query_selector(".graph-trace") else { return };
        let Some(number) = number else {
            let _ = svg.remove_attribute("data-traced");
            lines.set_inner_html("");
            return;
        };
        let (markup, nodes) = self.graph.with_value(|graph| trace(graph, number));
        let _ = svg.set_attribute("data-traced", &number.to_string());
        lines.set_inner_html(&markup);
        for node in nodes {
            if let Ok(Some(node)) = svg.query_selector(&format!(".graph-node[data-at='{node}']")) {
                let _ = node.class_list().add_1("graph-near");
            }
        }
    }

    /// A place of the window in pixels of the frame.
    fn within(self, x: f64, y: f64) -> Option<(f64, f64)> {
        let frame = self.frame.get_untracked()?;
        let measure = js_sys::Reflect::get(&frame, &"getBoundingClientRect".into()).ok()?;
        let place = measure.dyn_into::<js_sys::Function>().ok()?.call0(&frame).ok()?;
        Some((x - number(&place, "left")?, y - number(&place, "top")?))
    }
}

/// Where the entity stands that a graph is about.
pub fn start(graph: &EntityGraph) -> Option<(u32, u32)> {
    graph.nodes.iter().find(|node| node.distance == 0).map(|node| (node.x, node.y))
}

/// How high a frame may become, by its style.
fn most_height(frame: &Element) -> Option<f64> {
    let style = js_sys::Reflect::get(&window(), &"getComputedStyle".into()).ok()?;
    let style = style.dyn_into::<js_sys::Function>().ok()?.call1(&window(), frame).ok()?;
    let height = js_sys::Reflect::get(&style, &"maxHeight".into()).ok()?.as_string()?;
    height.strip_suffix("px")?.parse().ok()
}

fn focus_start() {
    let start = document().get_element_by_id("graph-start");
    if let Some(start) = start.and_then(|start| start.dyn_into::<SvgElement>().ok()) {
        let _ = start.focus();
    }
}

/// The number of the node that something belongs to.
fn node_of(target: &EventTarget) -> Option<usize> {
    let element = target.dyn_ref::<Element>().cloned();
    let element =
        element.or_else(|| target.dyn_ref::<Node>().and_then(|node| node.parent_element()))?;
    let node = element.closest(".graph-node").ok()??;
    node.get_attribute("data-at")?.parse().ok()
}

/// The places of two fingers, unless there are more or fewer.
fn two_fingers(event: &TouchEvent) -> Option<[(f64, f64); 2]> {
    let touches = js_sys::Reflect::get(event, &"touches".into()).ok()?;
    if number(&touches, "length")? != 2.0 {
        return None;
    }
    let place = |at: u32| {
        let touch = js_sys::Reflect::get_u32(&touches, at).ok()?;
        Some((number(&touch, "clientX")?, number(&touch, "clientY")?))
    };
    Some([place(0)?, place(1)?])
}

fn number(of: &JsValue, name: &str) -> Option<f64> {
    js_sys::Reflect::get(of, &name.into()).ok()?.as_f64()
}
