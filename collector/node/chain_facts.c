/*
 * The C library is known by the names that its ABI fixes: /lib/ld-musl-ARCH.so.1, and libc.so.6
 * where the distributions put it. Compatibility packages borrow the loader's name of the other
 * library, so libc.so.6 must really be glibc's: a file of that name, or libc-2.31.so behind a link.
 * Where both are, glibc is the image's own and musl an addition.
 */
#include "collector/node/chain_facts.h"

#include <string.h>

#include "collector/node/os_release.h"
#include "common/memory.h"
#include "common/text.h"

static const char *const glibc_paths[] = {
	"lib/x86_64-linux-gnu/libc.so.6",
	"lib/aarch64-linux-gnu/libc.so.6",
	"lib/arm-linux-gnueabihf/libc.so.6",
	"lib/arm-linux-gnueabi/libc.so.6",
	"lib/i386-linux-gnu/libc.so.6",
	"lib/powerpc64le-linux-gnu/libc.so.6",
	"lib/s390x-linux-gnu/libc.so.6",
	"lib/riscv64-linux-gnu/libc.so.6",
	"lib/mips64el-linux-gnuabi64/libc.so.6",
	"lib/loongarch64-linux-gnu/libc.so.6",
	"lib/libc.so.6",
	"lib64/libc.so.6",
	"lib64/lp64d/libc.so.6",
	"usr/lib/x86_64-linux-gnu/libc.so.6",
	"usr/lib/aarch64-linux-gnu/libc.so.6",
	"usr/lib/libc.so.6",
	"usr/lib64/libc.so.6",
};

static const char *const musl_paths[] = {
	"lib/ld-musl-x86_64.so.1",
	"lib/ld-musl-aarch64.so.1",
	"lib/ld-musl-armhf.so.1",
	"lib/ld-musl-arm.so.1",
	"lib/ld-musl-i386.so.1",
	"lib/ld-musl-powerpc64le.so.1",
	"lib/ld-musl-s390x.so.1",
	"lib/ld-musl-riscv64.so.1",
	"lib/ld-musl-loongarch64.so.1",
	"lib/ld-musl-mips64.so.1",
};

/* Here libraries lie under names that nobody can know. */
static const char *const other_places[] = { "nix/store", "gnu/store" };

static bool
is_glibc(const struct view_file *file)
{
	const char *slash = strrchr(file->path, '/');
	const char *name = slash != NULL ? slash + 1 : file->path;

	return S_ISREG(file->status.st_mode) &&
	       (strcmp(name, "libc.so.6") == 0 || text_starts_with(name, "libc-2."));
}

static bool
is_file(const struct view_file *file)
{
	return S_ISREG(file->status.st_mode);
}

static bool
is_anything(const struct view_file *file)
{
	(void)file;
	return true;
}

/* 1 if one of the paths is there and as it should be, 0, -1. */
static int
find_one(struct view *view, const char *const *paths, size_t count,
        bool (*is_right)(const struct view_file *file), struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct view_file file;
		int found = view_find(view, paths[i], &file, err);

		if (found < 0)
			return -1;
		if (found == 1 && is_right(&file))
			return 1;
	}
	return 0;
}

static int
find_libc(enum libc *libc, struct view *view, struct error *err)
{
	const struct {
		const char *const *paths;
		size_t count;
		bool (*is_right)(const struct view_file *file);
		enum libc libc;
	} kinds[] = {
		{ glibc_paths, countof(glibc_paths), is_glibc, LIBC_GLIBC },
		{ musl_paths, countof(musl_paths), is_file, LIBC_MUSL },
		{ other_places, countof(other_places), is_anything, LIBC_UNKNOWN },
	};

	for (size_t i = 0; i < countof(kinds); i++) {
		int found = find_one(view, kinds[i].paths, kinds[i].count, kinds[i].is_right, err);

		*libc = kinds[i].libc;
		if (found != 0)
			return found < 0 ? -1 : 0;
	}
	*libc = LIBC_NONE;
	return 0;
}

/* The first of the two counts, as os-release(5) says. */
static int
find_os(struct record_chain_facts *out, struct view *view, struct arena *arena, struct error *err)
{
	static const char *const paths[] = { "etc/os-release", "usr/lib/os-release" };

	for (size_t i = 0; i < countof(paths); i++) {
		struct view_file file;
		auto_buf text = { 0 };
		int found = view_find(view, paths[i], &file, err);

		if (found < 0)
			return -1;
		if (found == 0 || !S_ISREG(file.status.st_mode))
			continue;
		if (view_read(view, &file, 0, OS_RELEASE_MAX_BYTES, &text, err) != 0)
			return -1;
		os_release_parse(
		        &out->os_id, &out->os_version, arena, buf_text(&text), text.length);
		return 0;
	}
	return 0;
}

int
chain_facts_read(
        struct record_chain_facts *out, struct view *view, struct arena *arena, struct error *err)
{
	*out = (struct record_chain_facts){ 0 };
	if (find_os(out, view, arena, err) != 0)
		return -1;
	return find_libc(&out->libc, view, err);
}
