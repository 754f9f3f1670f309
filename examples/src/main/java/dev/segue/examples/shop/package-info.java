/// A shop whose members and events lie in Redis as Redis OM for Python keeps them, with dates in
/// every form that years of releases left behind; and an application that writes them, in an old
/// version that says dates as text and a new one that says them as numbers.
@NullMarked
package dev.segue.examples.shop;

import org.jspecify.annotations.NullMarked;
