//! Taking a page over in pieces. The browser answers between two of them, where one long task would
//! make it deaf for the better part of a second on a phone.

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

/// How long pieces are taken over before the browser gets its turn, in milliseconds.
const TURN: f64 = 12.0;

type Job = Box<dyn FnOnce()>;

thread_local! {
    static TAKING_OVER: Cell<bool> = const { Cell::new(false) };
    static JOBS: RefCell<VecDeque<Job>> = const { RefCell::new(VecDeque::new()) };
}

/// A piece of a page that may be taken over after the rest. It is one element, and asks for nothing
/// by itself: a resource made in it would be numbered otherwise than on the server.
pub fn later(view: impl FnOnce() -> AnyView + Send + 'static) -> AnyView {
    if cfg!(not(target_arch = "wasm32")) {
        return view();
    }
    // Also when nothing is taken over: what is shown next finds a piece of the same kind and
    // changes it in place.
    Later { view: Box::new(view), owner: Owner::current() }.into_any()
}

/// Call it before the page the server sent is taken over.
pub fn begin_taking_over() {
    TAKING_OVER.set(true);
}

/// Lets the browser do what waits, if a page is being taken over.
pub async fn breathe() {
    if TAKING_OVER.get() {
        pause().await;
    }
}

/// Takes over what was left for later.
pub async fn take_over_the_rest() {
    while !run_jobs() {
        pause().await;
    }
    TAKING_OVER.set(false);
}

/// Works for one turn; whether nothing is left.
fn run_jobs() -> bool {
    let begin = js_sys::Date::now();
    while js_sys::Date::now() - begin < TURN {
        let Some(job) = JOBS.with_borrow_mut(VecDeque::pop_front) else { return true };
        job();
    }
    JOBS.with_borrow(VecDeque::is_empty)
}

/// Lets the browser do what waits.
pub async fn pause() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(promise).await;
}

/// Waits until what has been made is on the screen.
pub async fn painted() {
    // The first is called before the browser paints, the second after that.
    for _ in 0..2 {
        let promise = js_sys::Promise::new(&mut |resolve, _| {
            let _ = window().request_animation_frame(&resolve);
        });
        let _ = JsFuture::from(promise).await;
    }
}

struct Later {
    view: Box<dyn FnOnce() -> AnyView + Send>,
    owner: Option<Owner>,
}

/// Where a piece stands.
enum Piece {
    Waiting(Element),
    Taken(AnyViewState),
}

/// A piece in the page.
struct LaterState(Rc<RefCell<Piece>>);

impl Later {
    fn view(self) -> AnyView {
        match self.owner {
            Some(owner) => owner.with(self.view),
            None => (self.view)(),
        }
    }
}

impl Render for Later {
    type State = LaterState;

    fn build(self) -> LaterState {
        LaterState(Rc::new(RefCell::new(Piece::Taken(self.view().build()))))
    }

    fn rebuild(self, state: &mut LaterState) {
        if let Piece::Taken(taken) = &mut *state.0.borrow_mut() {
            self.view().rebuild(taken);
            return;
        }
        let mut new = self.view().build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = LaterState(Rc::new(RefCell::new(Piece::Taken(new))));
    }
}

impl AddAnyAttr for Later {
    type Output<A: Attribute> = <AnyView as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.view().add_any_attr(attribute)
    }
}

impl RenderHtml for Later {
    type AsyncOutput = AnyView;
    type Owned = Later;
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
    ) -> LaterState {
        if !TAKING_OVER.get() {
            let state = self.view().hydrate::<FROM_SERVER>(cursor, position);
            return LaterState(Rc::new(RefCell::new(Piece::Taken(state))));
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
        let piece = Rc::new(RefCell::new(Piece::Waiting(element.clone())));
        let waiting = Rc::downgrade(&piece);
        let job = move || {
            // The page may have been left meanwhile.
            let Some(piece) = waiting.upgrade() else { return };
            let state =
                self.view().hydrate_from_position::<FROM_SERVER>(&element, Position::Current);
            *piece.borrow_mut() = Piece::Taken(state);
        };
        JOBS.with_borrow_mut(|jobs| jobs.push_back(Box::new(job)));
        LaterState(piece)
    }

    fn into_owned(self) -> Later {
        self
    }
}

impl Mountable for LaterState {
    fn unmount(&mut self) {
        match &mut *self.0.borrow_mut() {
            Piece::Waiting(element) => element.remove(),
            Piece::Taken(state) => state.unmount(),
        }
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        match &mut *self.0.borrow_mut() {
            Piece::Waiting(element) => {
                let _ = parent.insert_before(element, marker);
            }
            Piece::Taken(state) => state.mount(parent, marker),
        }
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match &*self.0.borrow() {
            Piece::Waiting(element) => {
                let Some(parent) = element.parent_element() else { return false };
                child.mount(&parent, Some(element));
                true
            }
            Piece::Taken(state) => state.insert_before_this(child),
        }
    }

    fn elements(&self) -> Vec<Element> {
        match &*self.0.borrow() {
            Piece::Waiting(element) => vec![element.clone()],
            Piece::Taken(state) => state.elements(),
        }
    }
}
