/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What curfew-warning and curfew-warning-window say to each other: lines on the window's standard
 * input and output. The end of its input ends the window: its helper is gone, and the next helper
 * starts a window of its own. */

/* to the window */
#define CF_WINDOW_PRESENT "present" /* show yourself, raised if the desktop lets you */

/* from the window */
#define CF_WINDOW_SHOWN  "shown"  /* it is on the screen now */
#define CF_WINDOW_HIDDEN "hidden" /* its person closed it; it goes on */
#define CF_WINDOW_READ   "read"   /* its person has taken notice */
