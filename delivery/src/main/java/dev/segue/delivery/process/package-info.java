/// Processes of the application and of the router: started so that they outlive the conductor, told
/// apart exactly, adopted again later.
@NullMarked
package dev.segue.delivery.process;

import org.jspecify.annotations.NullMarked;
