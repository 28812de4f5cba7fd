/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

/* Opaque: no example looks into an mm. */
struct mm_struct;

#endif
