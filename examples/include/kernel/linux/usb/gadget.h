/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_USB_GADGET_H
#define _LINUX_USB_GADGET_H

#include <linux/types.h>

struct usb_ep;

struct usb_request {
	void *buf;
	unsigned int length;
	void (*complete)(struct usb_ep *ep, struct usb_request *req);
	void *context;
	int status;
	unsigned int actual;
};

struct usb_request *usb_ep_alloc_request(struct usb_ep *ep, gfp_t flags);
void usb_ep_free_request(struct usb_ep *ep, struct usb_request *req);
int usb_ep_queue(struct usb_ep *ep, struct usb_request *req, gfp_t flags);
int usb_ep_dequeue(struct usb_ep *ep, struct usb_request *req);

#endif
