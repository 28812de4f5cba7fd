/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/kernel.h>

#define THIS_MODULE ((struct module *)0)
#define EXPORT_SYMBOL_GPL(symbol) extern __typeof__(symbol) symbol

struct module;

#endif
