//! On the server no page is open; this does nothing there.

pub fn follow(_thread: String) {}
