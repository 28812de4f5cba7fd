// SPDX-License-Identifier: GPL-2.0
/*
 * The first and only program of the virtual machine. It reads /steps, one `SLOT STEP ARGUMENT` a line, does what processes do itself,
 * leaves the rest to the module, and writes one line of answer a step to the second serial port.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "owner.h"

#define SLOTS 65536
/* How often something is looked for before it is given up. */
#define LIMIT 20000

static struct owner {
	pid_t pid;			/* 0: reaped, or there never was one */
	int ending, in_exec;		/* was told to exit; has not come out of execve() */
	int ask, reply;
	pid_t siblings[8];
	int sibling_count;
} owners[SLOTS];

static int device;
static char answer[4096];

/* Gives one command to the module; the answer is in `answer`. */
static void command(int slot, const char *name, long argument, unsigned long address)
{
	char line[96];
	ssize_t length = snprintf(line, sizeof(line), "%d %s %ld %lx", slot, name, argument, address);

	if (write(device, line, length) != length)
		abort();
	length = pread(device, answer, sizeof(answer) - 1, 0);
	answer[length > 0 ? length : 0] = 0;
}

/* True when the teardown of the mm waits for another step. */
static int is_blocked(int slot, int patient)
{
	command(slot, "settle", patient, 0);
	return strcmp(answer, "blocked=1") == 0;
}

/* Asks the process for something; returns what it says. */
static int ask(struct owner *owner, char what)
{
	int result = -EPIPE;

	if (owner->in_exec && read(owner->reply, &result, sizeof(result)) == sizeof(result))
		owner->in_exec = 0;
	if (write(owner->ask, &what, 1) != 1 || read(owner->reply, &result, sizeof(result)) != sizeof(result))
		return -EPIPE;
	return result;
}

static void stay_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void spawn(int slot)
{
	struct owner *owner = &owners[slot];
	int to[2], from[2];
	unsigned long address;

	if (pipe(to) || pipe(from))
		abort();
	owner->pid = fork();
	if (owner->pid == 0) {
		stay_on(0);
		close(to[1]);
		close(from[0]);
		run_owner(to[0], from[1], device, 0xc0de0000u | slot);
	}
	close(to[0]);
	close(from[1]);
	owner->ask = to[1];
	owner->reply = from[0];
	if (read(owner->reply, &address, sizeof(address)) != sizeof(address))
		abort();
	command(slot, "adopt", owner->pid, address);
}

/* Waits until a child is dead, or until its death waits for another step. */
static void await(int slot, pid_t *pid, int patient)
{
	int left;

	for (left = LIMIT; *pid != 0 && left > 0; left--) {
		if (waitpid(*pid, NULL, WNOHANG) != 0)
			*pid = 0;
		else if (is_blocked(slot, patient))
			return;
		else
			usleep(50);
	}
}

/* The process leaves the mm for another program; false: something keeps it from that for now. */
static int exec_program(int slot)
{
	struct owner *owner = &owners[slot];
	struct pollfd reply = { .fd = owner->reply, .events = POLLIN };
	int result, waited = 0;

	if (write(owner->ask, "e", 1) != 1)
		return 0;
	owner->in_exec = 1;
	while (poll(&reply, 1, 1) == 0) {
		if (is_blocked(slot, 1))
			return 1;
		if (++waited > 100)
			return 0;
	}
	owner->in_exec = 0;
	return read(owner->reply, &result, sizeof(result)) == sizeof(result);
}

/* Ends the process in one way or another. */
static void end(int slot, const char *how, int patient)
{
	struct owner *owner = &owners[slot];

	owner->ending = 1;
	if (strcmp(how, "kill") == 0)
		kill(owner->pid, SIGKILL);
	else if (write(owner->ask, "x", 1) != 1)
		abort();
	await(slot, &owner->pid, patient);
}

/* What a system call of the process, or a signal to it, does; false: the step is the module's. */
static int take_step(int slot, const char *step, long argument)
{
	static const struct { const char *name; char letter; } calls[] = {
		{ "munmap", 'u' }, { "aio", 'a' }, { "iouring", 'r' }, { "uffd", 'f' }, { "ring", 'm' },
		{ "exec", 'e' }, { "clone", 'c' },
		{ "exit", 0 }, { "kill", 0 }, { "exitnowait", 0 },
	};
	struct owner *owner = &owners[slot];
	int result = 0;
	unsigned i;

	if (strcmp(step, "killclone") == 0) {
		if (owner->sibling_count == 0) {
			strcpy(answer, "err=-3");
			return 1;
		}
		kill(owner->siblings[--owner->sibling_count], SIGKILL);
		await(slot, &owner->siblings[owner->sibling_count], 1);
	} else if (strcmp(step, "reap") == 0 || strcmp(step, "sleep") == 0) {
		usleep(argument * 1000);
		if (strcmp(step, "reap") == 0)
			command(slot, "letgo", 0, 0);
		is_blocked(slot, 1);
		if (owner->ending)
			await(slot, &owner->pid, 1);
	} else {
		for (i = 0; i < sizeof(calls) / sizeof(*calls) && strcmp(calls[i].name, step) != 0; i++)
			;
		if (i == sizeof(calls) / sizeof(*calls))
			return 0;
		if (owner->pid == 0 || owner->ending) {
			strcpy(answer, "err=-3");
			return 1;
		}
		if (calls[i].letter == 0)
			end(slot, step, strcmp(step, "exitnowait") != 0);
		else if (calls[i].letter != 'e')
			result = ask(owner, calls[i].letter);
		else if (!exec_program(slot)) {
			strcpy(answer, "err=-11");
			return 1;
		}
		if (calls[i].letter == 'c' && result > 0)
			owner->siblings[owner->sibling_count++] = result;
	}
	command(slot, "obs", 0, 0);
	if (strcmp(step, "aio") == 0)
		sprintf(answer + strlen(answer), " submit=%d", result);
	return 1;
}

/* Ends what a scenario has left behind. */
static void forget(int slot)
{
	struct owner *owner = &owners[slot];

	command(slot, "forget", 0, 0);
	if (owner->in_exec)
		ask(owner, ' ');
	while (owner->sibling_count > 0) {
		kill(owner->siblings[--owner->sibling_count], SIGKILL);
		waitpid(owner->siblings[owner->sibling_count], NULL, 0);
	}
	if (owner->pid != 0) {
		kill(owner->pid, SIGKILL);
		waitpid(owner->pid, NULL, 0);
		owner->pid = 0;
	}
	if (owner->ask) {
		close(owner->ask);
		close(owner->reply);
	}
	drain_ring();
}

static void prepare(void)
{
	int console, module;

	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("dev", "/dev", "devtmpfs", 0, NULL);
	console = open("/dev/console", O_RDWR);
	dup2(console, 1);
	dup2(console, 2);
	module = open("/mmprobe.ko", O_RDONLY);
	if (syscall(SYS_finit_module, module, "", 0))
		perror("mmprobe.ko");
	device = open("/dev/mmprobe", O_RDWR);
	if (device < 0)
		perror("/dev/mmprobe");
	if (make_ring())
		perror("io_uring_setup");
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		stay_on(1);
}

int main(int count, char **arguments)
{
	FILE *steps, *out, *tainted;
	char line[96], step[24];
	int slot, flags = -1;
	long argument;

	if (count == 3)
		run_owner_after_exec(atoi(arguments[1]), atoi(arguments[2]));
	prepare();
	steps = fopen("/steps", "r");
	out = fopen("/dev/ttyS1", "w");
	while (steps && out && fgets(line, sizeof(line), steps)) {
		if (sscanf(line, "%d %23s %ld", &slot, step, &argument) != 3)
			continue;
		if (strcmp(step, "forget") == 0) {
			forget(slot);
			continue;
		}
		if (strcmp(step, "spawn") == 0)
			spawn(slot);
		else if (!take_step(slot, step, argument))
			command(slot, step, argument, 0);
		fprintf(out, "%s\n", answer);
	}
	tainted = fopen("/proc/sys/kernel/tainted", "r");
	if (tainted && fscanf(tainted, "%d", &flags) == 1)
		/* An own module that is not signed taints, and is no more than that. */
		fprintf(out, "END|warned=%d|died=%d\n", (flags >> 9) & 1, (flags >> 7) & 1);
	fclose(out);
	usleep(20000);
	reboot(RB_POWER_OFF);
	return 0;
}
