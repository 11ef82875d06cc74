/*
 * trusted.h: what all that judge prepare alike: the roots that are trusted, the policy, the
 * store's place.
 */
#pragma once

#include "app/settings.h"
#include "base/option.h"
#include "verdict/policy.h"
#include "x509/openssl_ct.h"
#include "x509/openssl_verify.h"
#include "x509/trust.h"

/* This machine's bundle and the given files and folders. Says so where there is none at all.
 * EXIT_DONE, or the exit status of a failure that has been told. */
/* And what the store of that path says is trusted: certscape serve keeps it. */
int trusted_of_store(const char *path, struct trust *trust);
int trusted_load(const struct option_list *more, struct trust **ret_trust);
/* The same roots for libcrypto's own verdict. */
int verifier_load(const struct option_list *more, struct openssl_verifier **ret_verifier);
/* Certificate transparency logs of a file (x509/openssl_ct.h). Path NULL: none, which is NULL. */
int ct_logs_load(const char *path, struct ct_logs **ret_logs);
/* A file as its user wrote it; the caller frees. Path NULL: the default policy, which is NULL. */
int policy_load(const char *path, struct policy **ret_policy);
/* The path (NULL: the default), its folders made. */
int store_prepare(const char *path, char ret_path[PATH_TEXT_MAX]);
