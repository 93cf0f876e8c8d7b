/*
 * Credentials as the ecosystem keeps them (containers-auth.json(5), docker config.json). Read in
 * this order, the first file with an entry for the registry wins:
 *   $REGISTRY_AUTH_FILE, ${XDG_RUNTIME_DIR}/containers/auth.json,
 *   ${XDG_CONFIG_HOME:-$HOME/.config}/containers/auth.json,
 * ${DOCKER_CONFIG:-$HOME/.docker}/config.json. Before all files: LAYERSHARE_REGISTRY_USER with
 * LAYERSHARE_REGISTRY_PASSWORD_FILE; LAYERSHARE_REGISTRY_HOST, if set, names the one registry they
 * are for. Keys may be namespaces: host/ns/repo, host/ns, host are tried in this order;
 * "https://host/v1/" forms count as host; docker.io is found under https://index.docker.io/v1/.
 */
#ifndef COLLECTOR_REGISTRY_CREDENTIALS_H
#define COLLECTOR_REGISTRY_CREDENTIALS_H

#include <stddef.h>

#include "common/error.h"

/* Secret: cleared by credentials_clear(), never traced, never in an error message. */
struct credentials {
	char user[256];
	char password[4096];
	char origin[512]; /* the file they came from, for people */
};

/* For any result of credentials_basic(). */
#define CREDENTIALS_BASIC_SIZE 6000

/* 1 found, 0 nothing for this registry (anonymous), -1 a file is unreadable or broken (the
 * message names it), or asks for a credential helper or a token, which is not supported yet (it
 * says so). A credential store without an entry for the host is -1 too, since it may hold one:
 * going on anonymously would mislead. Not for a loopback host. */
int credentials_find(struct credentials *out, const char *host, const char *repository,
        struct error *err) must_check;
/* The same over one document, pure, for tests: 1, 0, -1. `origin` stays empty. */
int credentials_from_json(struct credentials *out, const char *json, size_t length,
        const char *host, const char *repository, struct error *err) must_check;
/* "Basic …" into out (≥ 6,000 bytes). */
int credentials_basic(const struct credentials *credentials, char *out, size_t size,
        struct error *err) must_check;
void credentials_clear(struct credentials *credentials);

#endif
