/* SPDX-License-Identifier: GPL-2.0 */
/* The process whose mm is watched. It does what it is told, one letter at a time. */
#ifndef OWNER_H
#define OWNER_H

/* Makes the ring that all processes submit to: it is the first process's, so that it holds nothing of another's mm. */
int make_ring(void);
void drain_ring(void);

/* Tells the address of a page whose first word is `magic`, and then does what comes over the pipe. */
_Noreturn void run_owner(int in, int out, int device, unsigned int magic);
/* The same after execve(): nobody looks at this mm. */
_Noreturn void run_owner_after_exec(int in, int out);

#endif
