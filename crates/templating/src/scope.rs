//! Which name means what, where.
//!
//! The rules are those of the reference: a loop, a block and a macro open a frame; `if` does not.
//! `set` changes the nearest frame that has the name, unless a frame on the way keeps writes in.
//! What is set outside all frames is also a variable of the context, which is all a macro sees.
//!
//! One oddity is kept since templates may rely on it: variables that a loop unpacks from lists are
//! seen inside the loop but hide nothing from `set`, which changes the outer name as well.

use std::collections::HashMap;

use crate::text::Text;
use crate::value::Value;

/// The frames of one render.
pub(crate) struct Scopes {
    frames: Vec<Frame>,
    current: usize,
    context: HashMap<Text, Value>,
    opened: u64,
}

/// Names a frame that may since have been closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameRef {
    at: usize,
    id: u64,
}

struct Frame {
    id: u64,
    parent: Option<usize>,
    /// Whether `set` inside leaves names outside alone.
    isolated: bool,
    /// Whether a macro declared here is known everywhere from then on.
    exports: bool,
    names: HashMap<Text, Binding>,
}

struct Binding {
    value: Value,
    /// Whether `set` looking for a name stops here.
    settable: bool,
}

impl Scopes {
    /// The outermost frame over these variables.
    pub(crate) fn new(context: HashMap<Text, Value>) -> Self {
        let mut scopes = Self { frames: Vec::new(), current: 0, context, opened: 0 };
        scopes.push(None, false, true);
        scopes
    }

    /// What a name means; none when only a global could be meant.
    pub(crate) fn get(&self, name: &Text) -> Option<&Value> {
        let mut at = Some(self.current);
        while let Some(frame) = at.and_then(|at| self.frames.get(at)) {
            if let Some(binding) = frame.names.get(name) {
                return Some(&binding.value);
            }
            at = frame.parent;
        }
        self.context.get(name)
    }

    /// What `{% set name = value %}` does.
    pub(crate) fn set(&mut self, name: &Text, value: Value) {
        let mut at = self.current;
        let target = loop {
            let Some(frame) = self.frames.get_mut(at) else { break self.current };
            match (frame.names.get_mut(name), frame.parent) {
                (Some(binding), _) if binding.settable => break at,
                (found, parent) => {
                    if let Some(binding) = found {
                        binding.value = value.clone();
                    }
                    match parent {
                        Some(parent) if !frame.isolated => at = parent,
                        _ => break self.current,
                    }
                }
            }
        };
        if self.current == 0 {
            self.context.insert(name.clone(), value.clone());
        }
        self.bind(target, name, value, true);
    }

    /// Gives a name a meaning in the current frame alone.
    pub(crate) fn declare(&mut self, name: &Text, value: Value) {
        if self.current == 0 {
            self.context.insert(name.clone(), value.clone());
        }
        self.bind(self.current, name, value, true);
    }

    /// Gives a name a meaning in the current frame that hides nothing from `set`.
    pub(crate) fn declare_unpacked(&mut self, name: &Text, value: Value) {
        self.bind(self.current, name, value, false);
    }

    fn bind(&mut self, at: usize, name: &Text, value: Value, settable: bool) {
        if let Some(frame) = self.frames.get_mut(at) {
            frame.names.insert(name.clone(), Binding { value, settable });
        }
    }

    /// Gives a macro its name.
    pub(crate) fn declare_macro(&mut self, name: &Text, value: Value) {
        if self.frames.get(self.current).is_some_and(|frame| frame.exports) {
            self.context.insert(name.clone(), value.clone());
        }
        self.declare(name, value);
    }

    /// What a name means in the current frame alone.
    pub(crate) fn own(&self, name: &Text) -> Option<&Value> {
        self.frames.get(self.current)?.names.get(name).map(|binding| &binding.value)
    }

    /// The current frame, for a `call` block to come back to.
    pub(crate) fn here(&self) -> FrameRef {
        let id = self.frames.get(self.current).map_or(0, |frame| frame.id);
        FrameRef { at: self.current, id }
    }

    /// Opens a loop's frame inside the current one; gives what [`Scopes::close`] needs.
    pub(crate) fn open_loop(&mut self) -> usize {
        self.push(Some(self.current), false, false)
    }

    /// Opens a block's frame.
    pub(crate) fn open_block(&mut self) -> usize {
        self.push(Some(self.current), true, true)
    }

    /// Opens a macro's frame, which sees nothing but the context.
    pub(crate) fn open_detached(&mut self) -> usize {
        self.push(None, false, true)
    }

    /// Opens an isolated frame inside one that was current earlier; none when that is closed.
    pub(crate) fn open_inside(&mut self, outer: FrameRef) -> Option<usize> {
        self.frames.get(outer.at).filter(|frame| frame.id == outer.id)?;
        Some(self.push(Some(outer.at), true, false))
    }

    /// Closes the frame opened last and goes back to the one before.
    pub(crate) fn close(&mut self, before: usize) {
        self.frames.pop();
        self.current = before;
    }

    fn push(&mut self, parent: Option<usize>, isolated: bool, exports: bool) -> usize {
        self.opened += 1;
        let names = HashMap::new();
        self.frames.push(Frame { id: self.opened, parent, isolated, exports, names });
        std::mem::replace(&mut self.current, self.frames.len() - 1)
    }
}
