/// The router for machines that have none: a process of its own that passes HTTP requests to one of
/// several backends, counts them, and goes back by itself when its conductor falls silent.
///
/// [ProxyServer] is the process; [Router] is how the rest of Segue speaks to it.
@NullMarked
package dev.segue.delivery.proxy;

import org.jspecify.annotations.NullMarked;
