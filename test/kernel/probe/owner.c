// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "owner.h"

#define PAGE 4096
#define ENTRIES 8
/* Far from everything that the kernel places itself: the watched page has a page table of its own. */
#define WATCHED ((void *)0x100000000000)

static struct {
	int fd;
	char *rings;
	struct io_uring_sqe *entries;
	struct io_uring_params parameters;
} ring;

static char buffer[64];

int make_ring(void)
{
	ring.fd = syscall(SYS_io_uring_setup, ENTRIES, &ring.parameters);
	if (ring.fd < 0)
		return -1;
	ring.rings = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	ring.entries = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	return ring.rings == MAP_FAILED || ring.entries == MAP_FAILED ? -1 : 0;
}

static unsigned int *ring_word(unsigned int offset)
{
	return (unsigned int *)(ring.rings + offset);
}

/* Throws the completions away that have come. */
void drain_ring(void)
{
	const struct io_cqring_offsets *offsets = &ring.parameters.cq_off;

	__atomic_store_n(ring_word(offsets->head), __atomic_load_n(ring_word(offsets->tail), __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
}

/* Reads from the device through io_uring, at an offset by which it tells that from libaio. */
static int submit_to_ring(int device)
{
	const struct io_sqring_offsets *offsets = &ring.parameters.sq_off;
	unsigned int tail = *ring_word(offsets->tail);
	unsigned int index = tail & *ring_word(offsets->ring_mask);

	memset(&ring.entries[index], 0, sizeof(*ring.entries));
	ring.entries[index].opcode = IORING_OP_READ;
	ring.entries[index].fd = device;
	ring.entries[index].addr = (unsigned long)buffer;
	ring.entries[index].len = sizeof(buffer);
	ring.entries[index].off = 1;
	ring_word(offsets->array)[index] = index;
	__atomic_store_n(ring_word(offsets->tail), tail + 1, __ATOMIC_RELEASE);
	return syscall(SYS_io_uring_enter, ring.fd, 1, 0, 0, NULL, 0) < 0 ? -errno : 0;
}

/* Reads from the device through libaio, in a context that lives as long as the mm. */
static int submit_aio(int device)
{
	static aio_context_t context;
	struct iocb request = {
		.aio_fildes = device,
		.aio_lio_opcode = IOCB_CMD_PREAD,
		.aio_buf = (unsigned long)buffer,
		.aio_nbytes = sizeof(buffer),
	};
	struct iocb *requests[] = { &request };
	int submitted;

	if (context == 0 && syscall(SYS_io_setup, 64, &context) < 0)
		return -errno;
	submitted = syscall(SYS_io_submit, context, 1, requests);
	return submitted < 0 ? -errno : submitted;
}

/* The page comes from user space from now on, which never delivers it. */
static int register_missing(void *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .range = { (unsigned long)page, PAGE }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))
		return -errno;
	return madvise(page, PAGE, MADV_DONTNEED) ? -errno : 0;
}

static int wait_for_end(void *unused)
{
	(void)unused;
	while (pause())
		;
	return 0;
}

static int make_sibling(void)
{
	static char stacks[8][16384] __attribute__((aligned(16)));
	static int made;
	char *end = stacks[made++ % 8] + sizeof(stacks[0]);

	return clone(wait_for_end, end, CLONE_VM | CLONE_PARENT | SIGCHLD, NULL);
}

static int exec_self(int in, int out)
{
	char first[12], second[12];

	snprintf(first, sizeof(first), "%d", in);
	snprintf(second, sizeof(second), "%d", out);
	execl("/init", "init", first, second, (char *)NULL);
	return -errno;
}

_Noreturn void run_owner(int in, int out, int device, unsigned int magic)
{
	unsigned int *page = mmap(WATCHED, PAGE, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	unsigned long address = (unsigned long)page;
	int result = 0;
	char what;

	page[0] = magic;
	if (write(out, &address, sizeof(address)) != sizeof(address))
		_exit(1);
	while (read(in, &what, 1) == 1 && what != 'x') {
		switch (what) {
		case 'u': result = munmap(page, PAGE); break;
		case 'a': result = submit_aio(device); break;
		case 'r': result = submit_to_ring(device); break;
		case 'f': result = register_missing(page); break;
		case 'm': result = make_ring(); break;
		case 'c': result = make_sibling(); break;
		case 'e': result = exec_self(in, out); break;
		}
		if (write(out, &result, sizeof(result)) != sizeof(result))
			break;
	}
	_exit(0);
}

_Noreturn void run_owner_after_exec(int in, int out)
{
	int result = 0;
	char what;

	/* execve() has succeeded; whatever else is asked happens in another mm than the one that is watched. */
	while (write(out, &result, sizeof(result)) == sizeof(result) && read(in, &what, 1) == 1 && what != 'x')
		result = what == 'a';
	_exit(0);
}
