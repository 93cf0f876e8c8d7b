/* doctor: is everything in place? The store, the configuration, the libraries, the registries. */
#include "analyzer/command/doctor.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/command/table.h"
#include "analyzer/config/config.h"
#include "analyzer/store/store.h"
#include "collector/http.h"
#include "common/memory.h"
#include "common/text.h"

void
doctor_say(
        struct doctor *doctor, enum verdict verdict, const char *subject, const char *format, ...)
{
	static const char *const marks[] = { "✓", "-", "✗" };
	static const char *const words[] = { "ok  ", "note", "BAD " };
	static const char *const colors[] = { "\x1b[32m", "", "\x1b[31m" };
	bool color = doctor->session->color_out && verdict != VERDICT_NOTE;
	auto_buf text = { 0 };
	va_list arguments;

	va_start(arguments, format);
	auto_free char *raw = xvprintf(format, arguments);
	va_end(arguments);
	auto_buf clean_subject = { 0 };
	text_clean(&clean_subject, subject, strlen(subject));
	text_clean(&text, raw, strlen(raw));
	printf("%s%s%s %-14s %s\n", color ? colors[verdict] : "",
	        doctor->session->ascii ? words[verdict] : marks[verdict], color ? "\x1b[0m" : "",
	        buf_text(&clean_subject), buf_text(&text));
	doctor->broken += verdict == VERDICT_BROKEN;
}

static void
close_store(struct store **store)
{
	store_close(*store);
}

static void
check_store(struct doctor *doctor)
{
	const char *path = doctor->session->db_path;
	struct error err = { 0 };
	struct store_info info;
	char bytes[24], scans[32], manifests[32];

	if (access(path, F_OK) != 0 && errno == ENOENT) {
		doctor_say(doctor, VERDICT_NOTE, "store", "%s: none yet; the first scan creates it",
		        path);
		return;
	}
	__attribute__((cleanup(close_store))) struct store *store =
	        store_open(path, STORE_READ, &err);
	if (store == NULL || store_info(store, &info, &err) != 0 ||
	        store_verify(store, &err) != 0) {
		doctor_say(doctor, VERDICT_BROKEN, "store", "%s", err.message);
		return;
	}
	doctor_say(doctor, VERDICT_GOOD, "store",
	        "%s: version %d, %s, scans: %s, manifests: %s, journal mode %s, intact", path,
	        info.version, text_bytes((uint64_t)info.file_bytes, bytes),
	        text_count((uint64_t)info.scans, scans),
	        text_count((uint64_t)info.manifests, manifests), info.journal_mode);
}

/* The configuration, or NULL: then the registries are not known. */
static struct config *
check_config(struct doctor *doctor)
{
	const char *path = doctor->session->config_path;
	struct config *config = NULL;
	struct error err = { 0 };

	if (config_load(&config, path, &err) != 0) {
		doctor_say(doctor, VERDICT_BROKEN, "configuration", "%s", err.message);
		return NULL;
	}
	if (path == NULL)
		doctor_say(doctor, VERDICT_NOTE, "configuration", "no file; the defaults hold");
	else
		doctor_say(doctor, VERDICT_GOOD, "configuration", "%s: %u registr%s", path,
		        config->registry_count, config->registry_count == 1 ? "y" : "ies");
	return config;
}

/* Two connections that write to one WAL can lose commits: 3.7.0 to 3.51.2, but for the corrected
 * 3.44.6 and 3.50.7 (sqlite.org/wal.html, "The WAL-Reset Bug"). */
static bool
has_wal_reset_race(const char *version)
{
	unsigned major = 0, minor = 0, patch = 0;

	if (sscanf(version, "%u.%u.%u", &major, &minor, &patch) < 2 || major != 3)
		return false;
	if ((minor == 44 && patch >= 6) || (minor == 50 && patch >= 7))
		return false;
	return minor >= 7 && (minor < 51 || (minor == 51 && patch <= 2));
}

static void
check_libraries(struct doctor *doctor)
{
	const char *sqlite = store_library();

	doctor_say(doctor, VERDICT_GOOD, "layershare", LAYERSHARE_VERSION);
	doctor_say(doctor, VERDICT_GOOD, "SQLite", "%s%s", sqlite,
	        has_wal_reset_race(sqlite)
	                ? " (has the WAL-reset race; layershare uses no WAL, so it is safe)"
	                : "");
	/* The first two of "libcurl/7.88.1 OpenSSL/3.0.15 …" are what matters. */
	const char *curl = http_library();
	size_t length = strcspn(curl, " ");
	length += curl[length] == ' ' ? 1 + strcspn(curl + length + 1, " ") : 0;
	doctor_say(doctor, VERDICT_GOOD, "libcurl", "%.*s", (int)length, curl);
	doctor_say(doctor, VERDICT_GOOD, "jansson", "%s", jansson_version_str());
}

static void
free_config(struct config **config)
{
	config_free(*config);
}

static int
run(const struct session *session, const struct options *options, int argc, char **argv,
        struct error *err)
{
	struct doctor doctor = { .session = session };

	(void)options, (void)argc, (void)argv, (void)err;
	check_store(&doctor);
	__attribute__((cleanup(free_config))) struct config *config = check_config(&doctor);
	check_libraries(&doctor);
	fflush(stdout); /* the registries may take a while */
	if (config != NULL && config->registry_count > 0)
		doctor_registries(&doctor, config);
	return doctor.broken > 0 ? EXIT_FAILED : EXIT_DONE;
}

const struct command command_doctor = {
	.name = "doctor",
	.group = "help",
	.flags = COMMAND_STORE,
	.summary = "look whether everything is in place: store, configuration, registries",
	.description =
	        "Looks at the store (can it be read, is it intact), the configuration (does it "
	        "load), the versions of the libraries, and whether each registry of the "
	        "configuration answers GET /v2/, and says where credentials for it were found. It "
	        "sends none and changes nothing.\n\n"
	        "Exit status 1 if something is broken.",
	.examples = "layershare doctor",
	.run = run,
};
