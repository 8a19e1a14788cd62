//! What the doors read of a build.
