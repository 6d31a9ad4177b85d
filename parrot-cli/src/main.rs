//! The tsung-parrot binary.
fn main() {}
