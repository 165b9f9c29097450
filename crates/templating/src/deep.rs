//! Gives deeply nested templates a stack of their own.
//!
//! Reading and rendering recurse. Nearly all templates are shallow and run where they are called;
//! one that is not is run again from the start on a thread whose stack holds the deepest nesting
//! that is allowed, so that neither a caller's small stack nor a build without optimisation matters.

use std::thread;

use crate::error::{Fail, Res};
use crate::limits::DEPTH;

/// Nesting that any stack has room for.
const SHALLOW: u16 = 48;
/// Stack for the deepest nesting; a build without optimisation has been seen to take a quarter.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Runs `work` with a limit to its nesting, and once more with the full limit where needed.
pub(crate) fn run<T: Send>(work: impl Fn(u16) -> Res<T> + Sync) -> Res<T> {
    let first = work(SHALLOW);
    if !matches!(&first, Err(fail) if fail.deep) {
        return first;
    }
    let joined = thread::scope(|scope| {
        let builder = thread::Builder::new().name("template".to_owned()).stack_size(STACK_BYTES);
        builder.spawn_scoped(scope, || work(DEPTH)).map(thread::ScopedJoinHandle::join)
    });
    match joined {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(_) => Err(Fail::limit("no thread could be had for a deeply nested template")),
    }
}

/// The failure of going deeper than the limit.
pub(crate) fn too_deep() -> Box<Fail> {
    let mut fail = Fail::limit(format!("the template is nested more than {DEPTH} levels deep"));
    fail.deep = true;
    fail
}
