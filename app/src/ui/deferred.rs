//! Hydrating a page in pieces. The browser handles input between two of them, where one long task
//! would block it for the better part of a second on a phone.

use leptos::prelude::*;
use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::any_view::AnyViewState;
use leptos::tachys::view::{Mountable, Position, PositionState};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Node};

/// How long pieces are hydrated before the browser may handle input, in milliseconds.
const SLICE: f64 = 12.0;

type Job = Box<dyn FnOnce()>;

thread_local! {
    static HYDRATING: Cell<bool> = const { Cell::new(false) };
    static JOBS: RefCell<VecDeque<Job>> = const { RefCell::new(VecDeque::new()) };
}

/// A part of a page that may be hydrated after the rest. It is one element, and fetches nothing by
/// itself: a resource made in it would be numbered otherwise than on the server.
pub fn deferred(view: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    if cfg!(not(target_arch = "wasm32")) {
        return view();
    }
    // Also when nothing is being hydrated: the next view finds a state of the same type and changes
    // it in place.
    Deferred { view: Box::new(view), owner: Owner::current() }.into_any()
}

/// Call it before the page the server sent is hydrated.
pub fn begin_hydration() {
    HYDRATING.set(true);
}

/// Lets the browser run waiting tasks, if a page is being hydrated.
pub async fn yield_if_hydrating() {
    if HYDRATING.get() {
        yield_to_browser().await;
    }
}

/// Hydrates what was deferred.
pub async fn hydrate_deferred() {
    while !run_jobs() {
        yield_to_browser().await;
    }
    HYDRATING.set(false);
}

/// Works for one slice; whether nothing is left.
fn run_jobs() -> bool {
    let begin = js_sys::Date::now();
    while js_sys::Date::now() - begin < SLICE {
        let Some(job) = JOBS.with_borrow_mut(VecDeque::pop_front) else { return true };
        job();
    }
    JOBS.with_borrow(VecDeque::is_empty)
}

/// Lets the browser run waiting tasks.
pub async fn yield_to_browser() {
    callback(|resolve| drop(window().set_timeout_with_callback(resolve))).await;
}

/// Waits until the current view is on the screen.
pub async fn after_paint() {
    // The first is called before the browser paints, the second after that.
    for _ in 0..2 {
        callback(|resolve| drop(window().request_animation_frame(resolve))).await;
    }
}

/// Waits until the browser calls the function given to `request`.
async fn callback(request: impl Fn(&js_sys::Function)) {
    let promise = js_sys::Promise::new(&mut |resolve, _| request(&resolve));
    let _ = JsFuture::from(promise).await;
}

struct Deferred {
    view: Box<dyn FnOnce() -> AnyView + Send>,
    owner: Option<Owner>,
}

/// How far a deferred part is.
enum Stage {
    Waiting(Element),
    Hydrated(AnyViewState),
}

/// A deferred part in the page.
struct DeferredState(Rc<RefCell<Stage>>);

impl Deferred {
    fn view(self) -> AnyView {
        match self.owner {
            Some(owner) => owner.with(self.view),
            None => (self.view)(),
        }
    }
}

impl Render for Deferred {
    type State = DeferredState;

    fn build(self) -> DeferredState {
        DeferredState(Rc::new(RefCell::new(Stage::Hydrated(self.view().build()))))
    }

    fn rebuild(self, state: &mut DeferredState) {
        if let Stage::Hydrated(hydrated) = &mut *state.0.borrow_mut() {
            self.view().rebuild(hydrated);
            return;
        }
        let mut new = self.view().build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = DeferredState(Rc::new(RefCell::new(Stage::Hydrated(new))));
    }
}

impl AddAnyAttr for Deferred {
    type Output<A: Attribute> = <AnyView as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.view().add_any_attr(attribute)
    }
}

impl RenderHtml for Deferred {
    type AsyncOutput = AnyView;
    type Owned = Deferred;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> AnyView {
        self.view()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.view().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> DeferredState {
        if !HYDRATING.get() {
            let state = self.view().hydrate::<FROM_SERVER>(cursor, position);
            return DeferredState(Rc::new(RefCell::new(Stage::Hydrated(state))));
        }
        match position.get() {
            Position::FirstChild => cursor.child(),
            Position::Current => {}
            _ => cursor.sibling(),
        }
        position.set(Position::NextChild);
        let Ok(element) = cursor.current().dyn_into::<Element>() else {
            // The page is not what the server sent: something has changed it.
            return self.build();
        };
        let piece = Rc::new(RefCell::new(Stage::Waiting(element.clone())));
        let waiting = Rc::downgrade(&piece);
        let job = move || {
            // The page may have been left meanwhile.
            let Some(piece) = waiting.upgrade() else { return };
            let state =
                self.view().hydrate_from_position::<FROM_SERVER>(&element, Position::Current);
            *piece.borrow_mut() = Stage::Hydrated(state);
        };
        JOBS.with_borrow_mut(|jobs| jobs.push_back(Box::new(job)));
        DeferredState(piece)
    }

    fn into_owned(self) -> Deferred {
        self
    }
}

impl Mountable for DeferredState {
    fn unmount(&mut self) {
        match &mut *self.0.borrow_mut() {
            Stage::Waiting(element) => element.remove(),
            Stage::Hydrated(state) => state.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match &mut *self.0.borrow_mut() {
            Stage::Waiting(element) => {
                let _ = parent.insert_before(element, marker);
            }
            Stage::Hydrated(state) => state.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match &*self.0.borrow() {
            Stage::Waiting(element) => {
                let Some(parent) = element.parent_element() else { return false };
                child.mount(&parent, Some(element));
                true
            }
            Stage::Hydrated(state) => state.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match &*self.0.borrow() {
            Stage::Waiting(element) => vec![element.clone()],
            Stage::Hydrated(state) => state.elements(),
        }
    }
}
