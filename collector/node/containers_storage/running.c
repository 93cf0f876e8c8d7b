/*
 * podman and CRI-O write a container's process ID beside its run directory, and leave it there when
 * the container stops. So the process must also have this container's layer for a root: its mount
 * table then names the layer, whatever the driver.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/beneath.h"
#include "collector/node/containers_storage/containers_storage.h"
#include "common/memory.h"

#define MAX_PID_BYTES       32
#define MAX_MOUNTINFO_BYTES (4 << 20)

/* 1 and the ID, 0 none, -1. */
static int
read_pid(const struct pool *pool, const char *container, long *pid, struct error *err)
{
	auto_free char *name =
	        xprintf("%s-containers/%s/userdata/pidfile", pool->place->driver, container);
	auto_buf body = { 0 };
	int found = beneath_read(pool->runroot, name, MAX_PID_BYTES, &body, err);
	char *end;

	if (found != 1)
		return found;
	*pid = strtol(buf_text(&body), &end, 10);
	return *pid > 0 && (*end == '\0' || *end == '\n') ? 1 : 0;
}

static int
names_layer(long pid, const char *layer, struct error *err)
{
	auto_free char *path = xprintf("/proc/%ld/mountinfo", pid);
	auto_close int file = open(path, O_RDONLY | O_CLOEXEC);
	auto_buf text = { 0 };
	char chunk[8192];
	ssize_t length;

	if (file < 0)
		return errno == ENOENT ? 0 : fail_errno(err, "%s", path);
	text.limit_bytes = MAX_MOUNTINFO_BYTES;
	while ((length = read(file, chunk, sizeof(chunk))) > 0)
		if (buf_append(&text, chunk, (size_t)length) != 0)
			break;
	if (length < 0 && errno != EINVAL && errno != ESRCH)
		return fail_errno(err, "%s", path);
	return strstr(buf_text(&text), layer) != NULL;
}

int
container_is_running(
        const struct pool *pool, const struct container_entry *container, struct error *err)
{
	long pid = 0;
	int found;

	if (pool->runroot < 0 || container->layer[0] == '\0')
		return 0;
	found = read_pid(pool, container->id, &pid, err);
	return found == 1 ? names_layer(pid, container->layer, err) : found;
}
