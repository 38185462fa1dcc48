//! In the browser a page has no status any more; these do nothing there.

pub fn set(_status: u16) {}

pub fn lead_to(_path: &str) {}

pub fn lead_to_door() {}

pub fn content_security_policy() {}
