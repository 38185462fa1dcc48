//! What each page shows.
