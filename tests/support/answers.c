#include "tests/support/answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"

void
answers_release(struct answers *answers)
{
	vec_release(&answers->table);
	buf_release(&answers->asked);
	arena_release(&answers->arena);
}

static struct answer *
find(struct answers *answers, const char *request)
{
	vec_each (struct answer, answer, &answers->table) {
		if (strcmp(answer->request, request) == 0)
			return answer;
	}
	return NULL;
}

struct answer *
answers_add(struct answers *answers, long status, const char *body, const char *request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	auto_free char *text = xvprintf(request, arguments);
	va_end(arguments);
	struct answer *answer = find(answers, text);
	if (answer == NULL)
		answer = vec_push(&answers->table);
	*answer = (struct answer){ .request = arena_strdup(&answers->arena, text),
		.status = status,
		.body = arena_strdup(&answers->arena, body),
		.type = "application/json" };
	return answer;
}

const char *
answers_digest(struct answers *answers, const char *body)
{
	struct digest digest;
	char text[DIGEST_TEXT_SIZE];

	digest_of(&digest, DIGEST_SHA256, body, strlen(body));
	return arena_strdup(&answers->arena, digest_format(&digest, text));
}

const char *
answers_document(struct answers *answers, const char *repository, const char *tag, const char *type,
        const char *body)
{
	const char *digest = answers_digest(answers, body);
	const char *names[] = { digest, tag };

	for (int i = 0; i < (tag != NULL ? 2 : 1); i++) {
		struct answer *get = answers_add(
		        answers, 200, body, "GET /v2/%s/manifests/%s", repository, names[i]);
		get->type = type;
		get->digest = digest;
		struct answer *head = answers_add(
		        answers, 200, "", "HEAD /v2/%s/manifests/%s", repository, names[i]);
		head->type = type;
		head->digest = digest;
	}
	return digest;
}

const char *
answers_descriptor(struct answers *answers, const char *type, const char *digest, size_t size_bytes,
        const char *extra)
{
	return arena_printf(&answers->arena,
	        "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu%s}", type, digest, size_bytes,
	        extra);
}

const char *
answers_image(struct answers *answers, const char *repository, const char *tag, const char *seed)
{
	struct arena *arena = &answers->arena;
	const char *layer = answers_digest(answers, seed);
	const char *config = arena_printf(arena,
	        "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\","
	        "\"diff_ids\":[\"%s\"]}}",
	        layer);
	const char *digest = answers_digest(answers, config);
	const char *manifest =
	        arena_printf(arena, "{\"schemaVersion\":2,\"config\":%s,\"layers\":[%s]}",
	                answers_descriptor(answers, OCI_CONFIG, digest, strlen(config), ""),
	                answers_descriptor(answers, OCI_LAYER, layer, 100, ""));

	answers_add(answers, 200, config, "GET /v2/%s/blobs/%s", repository, digest);
	return answers_document(answers, repository, tag, OCI_MANIFEST, manifest);
}

const char *
answers_asked(struct answers *answers)
{
	const char *text = arena_strdup(&answers->arena, buf_text(&answers->asked));

	buf_reset(&answers->asked);
	return text;
}

/* --- the transport ---------------------------------------------------------------------- */

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

/* A question that was taken and is not yet answered. */
struct question {
	void *job;
	char *url;
	char *request; /* "GET /v2/…" */
	char *authorization;
	size_t number;
};

static void
question_release(struct question *question)
{
	free(question->url);
	free(question->request);
	free(question->authorization);
}

static bool
take(struct answers *answers, const struct http_work *work, struct question *question)
{
	struct http_request request = { 0 };
	void *job = NULL;

	if (work->next(work->context, &request, &job) == 0)
		return false;
	const char *path = strstr(request.url, "/v2/");
	*question = (struct question){
		.job = job,
		.url = xstrdup(request.url),
		.request = xprintf("%s %s", request.method, path),
		.authorization = xstrdup(or_empty(request.authorization)),
		.number = ++answers->count,
	};
	buf_printf(&answers->asked, "%s %s\n", request.method, path + strlen("/v2/"));
	return true;
}

static void
fill_reply(struct answers *answers, const struct question *question, struct http_reply *reply)
{
	static const struct answer missing = { .status = 404, .body = "{}" };
	static const struct answer refused = { .status = 401, .body = "{}" };
	const struct answer *answer = find(answers, question->request);
	const char *challenge = "";

	if (answer != NULL)
		challenge = or_empty(answer->challenge);
	if (answer == NULL)
		answer = &missing;
	else if (answer->authorization != NULL &&
	         strcmp(answer->authorization, question->authorization) != 0)
		answer = &refused;
	*reply = (struct http_reply){ .outcome = HTTP_ANSWERED,
		.status = answer->status,
		.cause = "",
		.url = question->url,
		.body = or_empty(answer->body),
		.body_length = strlen(or_empty(answer->body)),
		.content_type = or_empty(answer->type),
		.link = or_empty(answer->link),
		.docker_content_digest = or_empty(answer->digest),
		.www_authenticate = challenge,
		.content_length = -1 };
}

static bool
goes_wrong(struct answers *answers, const struct question *question)
{
	if (answers->shuffled && random_percent(&answers->random, 10))
		return true;
	return answers->fail_at != 0 &&
	       (question->number == answers->fail_at ||
	               (answers->stay_down && question->number > answers->fail_at));
}

static int
answer_one(struct answers *answers, const struct http_work *work, struct question *question,
        bool stopped, struct error *err)
{
	struct http_reply reply;

	fill_reply(answers, question, &reply);
	if (stopped || goes_wrong(answers, question)) {
		reply.outcome = stopped ? HTTP_STOPPED : HTTP_BROKEN;
		reply.status = 0;
		reply.cause = "as the test wants";
	}
	int status = work->done(work->context, question->job, &reply, err);
	question_release(question);
	return status;
}

static int
run(void *context, const struct http_work *work, struct error *err)
{
	struct answers *answers = context;
	struct question open[16];
	size_t count = 0, parallel = answers->parallel ? answers->parallel : 1;
	int status = 0;

	for (;;) {
		while (count < parallel && take(answers, work, &open[count]))
			count++;
		if (count == 0)
			break;
		if (answers->stop_at_failure != NULL && goes_wrong(answers, &open[0])) {
			*answers->stop_at_failure = 1;
			break;
		}
		size_t which = answers->shuffled ? random_below(&answers->random, count) : 0;
		struct question chosen = open[which];
		memmove(open + which, open + which + 1, (--count - which) * sizeof(*open));
		status = answer_one(answers, work, &chosen, false, err);
		if (status != 0)
			break;
	}
	for (size_t i = 0; i < count; i++) {
		struct error ignored = { 0 };
		answer_one(answers, work, &open[i], true, &ignored);
	}
	return status;
}

struct transport
answers_transport(struct answers *answers)
{
	return (struct transport){ .run = run, .context = answers };
}
