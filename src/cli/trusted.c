/*
 * trusted.c: reads bundles whole and hands their bytes to x509/trust, policies to
 * verdict/policy.
 */
#include "cli/trusted.h"

#include "cli/command.h"
#include "store/settings.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	BUNDLES_BYTES_MAX = 256 << 20,
	POLICY_BYTES_MAX = 1 << 20,
	CT_LOGS_BYTES_MAX = 1 << 20,
	MESSAGE_MAX = 1024
};

static int load_one(struct trust *trust, const char *path, bool asked_for)
{
	size_t added = 0, skipped = 0;
	struct buf text;
	struct err e;

	buf_init(&text, BUNDLES_BYTES_MAX);
	e = settings_read_all(path, &text);
	if (!err_is(e))
		e = trust_add_roots(trust, buf_view(&text), &added, &skipped);
	buf_done(&text);
	if (err_is(e))
		return failure(path, e, NULL);
	if (asked_for && added == 0)
		return usage_error("%s: no certificate in it", path);
	if (skipped)
		fprintf(stderr, "certscape: %s: %zu of %zu certificates cannot be read as roots\n",
		    path, skipped, added + skipped);
	return EXIT_DONE;
}

int trusted_load(const struct option_list *more, struct trust **ret_trust)
{
	const char *bundle = settings_trust_bundle();
	struct trust *trust = NULL;
	struct err e = trust_new(&trust);
	int status = err_is(e) ? failure("", e, NULL) : EXIT_DONE;

	if (!status && bundle)
		status = load_one(trust, bundle, false);
	for (size_t i = 0; i < more->n && !status; i++)
		status = load_one(trust, more->v[i], true);
	if (status) {
		trust_free(trust);
		return status;
	}
	if (trust_is_empty(trust))
		fputs(
		    "certscape: no trust bundle on this machine and no --ca: whether an issuer is "
		    "trusted is unknown\n",
		    stderr);
	*ret_trust = trust;
	return EXIT_DONE;
}

struct trusting {
	struct trust *trust;
	struct err error;
};

static bool trust_one(void *context, const struct trusted_ca *ca)
{
	struct trusting *t = context;
	size_t added, skipped;

	t->error = trust_add_roots(t->trust, ca->der, &added, &skipped);
	return !err_is(t->error);
}

int trusted_of_store(const char *path, struct trust *trust)
{
	struct trusting t = {.trust = trust, .error = OK};
	struct store *store;
	struct err e;

	if (access(path, F_OK) != 0 || err_is(store_open(path, STORE_READ, &store)))
		return EXIT_DONE; /* it will be made, or made newer */
	e = store_each_trusted(store, trust_one, &t);
	if (!err_is(e))
		e = t.error;
	store_close(store);
	return err_is(e) ? failure(path, e, NULL) : EXIT_DONE;
}

int ct_logs_load(const char *path, struct ct_logs **ret_logs)
{
	struct buf text;
	struct err e;
	int status = EXIT_DONE;

	if (!path)
		return EXIT_DONE;
	buf_init(&text, CT_LOGS_BYTES_MAX);
	e = settings_read_file(path, &text);
	if (err_is(e))
		status = failure(path, e, NULL);
	else if (err_is(e = ct_logs_new(buf_view(&text), ret_logs)))
		status = usage_error("%s:%u: %s", path, e.at, e.what);
	buf_done(&text);
	return status;
}

static int parse_policy(const char *path, struct span text, struct policy *ret_policy)
{
	struct buf message;
	struct err e;
	int status = EXIT_DONE;

	buf_init(&message, MESSAGE_MAX);
	e = policy_parse(text, ret_policy, &message);
	if (err_is(e))
		status = usage_error("%s:%u: %s", path, e.at, buf_text(&message));
	buf_done(&message);
	return status;
}

int policy_load(const char *path, struct policy **ret_policy)
{
	struct policy *policy;
	struct buf text;
	struct err e;
	int status;

	if (!path)
		return EXIT_DONE;
	policy = malloc(sizeof(*policy));
	buf_init(&text, POLICY_BYTES_MAX);
	e = policy ? settings_read_file(path, &text) : err_limit("out of memory");
	status = err_is(e) ? failure(path, e, NULL) : parse_policy(path, buf_view(&text), policy);
	buf_done(&text);
	if (status) {
		free(policy);
		return status;
	}
	*ret_policy = policy;
	return EXIT_DONE;
}

int store_prepare(const char *path, char ret_path[PATH_TEXT_MAX])
{
	struct err e = OK;

	if (path)
		snprintf(ret_path, PATH_TEXT_MAX, "%s", path);
	else
		e = settings_store_path(ret_path);
	if (!err_is(e) && !path)
		e = settings_make_folder(ret_path);
	return err_is(e) ? failure(path ? path : "store", e, NULL) : EXIT_DONE;
}

int verifier_load(const struct option_list *more, struct openssl_verifier **ret_verifier)
{
	const char *bundle = settings_trust_bundle();
	struct buf text;
	struct err e = OK;

	buf_init(&text, BUNDLES_BYTES_MAX);
	if (bundle)
		e = settings_read_all(bundle, &text);
	for (size_t i = 0; i < more->n && !err_is(e); i++) {
		buf_str(&text, "\n");
		e = settings_read_all(more->v[i], &text);
	}
	if (!err_is(e))
		e = openssl_verifier_new(buf_view(&text), true, ret_verifier);
	buf_done(&text);
	return err_is(e) ? failure("trust", e, NULL) : EXIT_DONE;
}
