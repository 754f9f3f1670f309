/// A program of its own that uses an application while its data layer is changed, and judges what
/// it was told. It shares no code with Segue and knows of the application only what HTTP shows.
@NullMarked
package dev.segue.acceptance.checker;

import org.jspecify.annotations.NullMarked;
