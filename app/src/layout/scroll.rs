//! Going back finds the page where it was left.
//!
//! The browser tries this itself, but before the earlier page's content is there again. So the
//! position of each address is remembered, and after going back it is tried until it is reached.

use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// For how many frames the position is tried: about two seconds.
const PATIENCE: u32 = 120;

/// Remembers positions and restores them; the page's frame calls it once.
pub fn keep_on_back() {
    Effect::new(move |_| {
        let positions = Rc::new(RefCell::new(HashMap::<String, f64>::new()));
        let restoring = Rc::new(Cell::new(0_u32));
        let on_scroll = {
            let (positions, restoring) = (positions.clone(), restoring.clone());
            window_event_listener(leptos::ev::scroll, move |_| {
                if restoring.get() == 0 {
                    positions.borrow_mut().insert(address(), position());
                }
            })
        };
        let on_back = {
            let restoring = restoring.clone();
            window_event_listener(leptos::ev::popstate, move |_| {
                let wanted = positions.borrow().get(&address()).copied().unwrap_or(0.0);
                if wanted > 0.0 {
                    restoring.set(PATIENCE);
                    reach(wanted, restoring.clone());
                }
            })
        };
        // Whoever scrolls has taken over.
        let stop = move || restoring.set(0);
        let on_wheel = window_event_listener(leptos::ev::wheel, {
            let stop = stop.clone();
            move |_| stop()
        });
        let on_touch = window_event_listener(leptos::ev::touchmove, move |_| stop());
        on_cleanup(move || {
            for listener in [on_scroll, on_back, on_wheel, on_touch] {
                listener.remove();
            }
        });
    });
}

fn reach(wanted: f64, left: Rc<Cell<u32>>) {
    request_animation_frame(move || {
        let Some(rest) = left.get().checked_sub(1) else { return };
        if (position() - wanted).abs() < 2.0 {
            left.set(0);
            return;
        }
        left.set(rest);
        window().scroll_to_with_x_and_y(0.0, wanted);
        reach(wanted, left);
    });
}

fn address() -> String {
    window().location().href().unwrap_or_default()
}

fn position() -> f64 {
    window().scroll_y().unwrap_or_default()
}
