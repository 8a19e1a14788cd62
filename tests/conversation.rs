//! The conversation in the window.
