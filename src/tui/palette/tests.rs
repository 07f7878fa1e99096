//! The line of the palette.
