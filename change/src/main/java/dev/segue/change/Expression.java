package dev.segue.change;

/// A condition as written (CEL), with the place it was written at, so that whoever compiles it can
/// point there.
public record Expression(String text, Place at) {}
