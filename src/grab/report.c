/*
 * report.c: the words of dial and wire in the words of observe.
 */
#include "grab/report.h"

/* Where the connection or the flight says it better than the trouble: see outcome_of. */
static const enum outcome outcomes[TROUBLE_MAX] = {
    [TROUBLE_NONE] = OUTCOME_CERTIFICATE,
    [TROUBLE_NAME] = OUTCOME_NO_CERT,
    [TROUBLE_VERSION] = OUTCOME_NO_CERT,
    [TROUBLE_PARAMETERS] = OUTCOME_NO_CERT,
    [TROUBLE_ALERT] = OUTCOME_NO_CERT,
    [TROUBLE_BROKEN] = OUTCOME_MALFORMED,
    [TROUBLE_NO_CERT] = OUTCOME_NO_CERT,
    [TROUBLE_HELLO_CLOSED] = OUTCOME_CLOSED,
    [TROUBLE_HELLO_SILENT] = OUTCOME_TIMEOUT,
    [TROUBLE_NOT_TLS] = OUTCOME_NO_TLS,
    [TROUBLE_DIALOGUE_CLOSED] = OUTCOME_CLOSED,
    [TROUBLE_DIALOGUE_SILENT] = OUTCOME_TIMEOUT,
    [TROUBLE_DIALOGUE_STALLED] = OUTCOME_TIMEOUT,
    [TROUBLE_DIALOGUE_OTHER] = OUTCOME_NO_TLS,
    [TROUBLE_DIALOGUE_TLS] = OUTCOME_NO_UPGRADE,
    [TROUBLE_NO_UPGRADE] = OUTCOME_NO_UPGRADE,
    [TROUBLE_CONNECT] = OUTCOME_UNREACHABLE,
    [TROUBLE_LOCAL] = OUTCOME_UNREACHABLE,
};

static enum outcome outcome_of(enum trouble trouble, const struct talk_result *r)
{
	if (r->end == TALK_REFUSED)
		return OUTCOME_REFUSED;
	if (trouble == TROUBLE_NONE && (r->flight->end != FLIGHT_CERT || r->flight->certs_broken))
		return OUTCOME_PARTIAL;
	if (trouble == TROUBLE_BROKEN && r->flight->end == FLIGHT_CLOSED)
		return OUTCOME_CLOSED;
	return outcomes[trouble];
}

static uint32_t flags_of(const struct flight_result *f)
{
	uint32_t flags = 0;

	if (f->client_cert_asked)
		flags |= OBS_CLIENT_CERT_ASKED;
	if (f->hello_retry)
		flags |= OBS_HELLO_RETRY;
	if (f->ocsp.n)
		flags |= OBS_OCSP_STAPLED;
	if (f->certs_cut || f->certs_broken || (f->n_certs && f->end != FLIGHT_CERT))
		flags |= OBS_CHAIN_CUT;
	return flags;
}

static void fill_flight(struct observation *obs, const struct flight_result *f)
{
	obs->version = f->version;
	obs->cipher = f->cipher;
	obs->group = f->group;
	obs->alert_level = f->alert_level;
	obs->alert = f->alert;
	obs->flags |= flags_of(f);
	_Static_assert(sizeof(obs->alpn) >= sizeof(f->alpn), "ALPN fits");
	memcpy(obs->alpn, f->alpn, sizeof(f->alpn));
}

void report_fill(struct observation *obs, const struct attempt *a, enum trouble trouble,
    const struct talk_result *r)
{
	obs->evidence = EVIDENCE_SCAN;
	obs->outcome = (uint8_t)outcome_of(trouble, r);
	obs->os_error = r->os_error;
	obs->starttls = r->dialect ? r->dialect->id : (uint8_t)DIALECT_NONE;
	obs->hello = trouble == TROUBLE_NONE ? a->hello : (uint8_t)HELLO_NONE;
	obs->count = 1;
	obs->flags = a->ptr ? OBS_NAME_FROM_PTR : 0;
	if (r->flight)
		fill_flight(obs, r->flight);
}

/* From "the cable is out" to "it speaks TLS". */
static const uint8_t ranks[OUTCOME_MAX] = {
    [OUTCOME_UNREACHABLE] = 1,
    [OUTCOME_REFUSED] = 2,
    [OUTCOME_TIMEOUT] = 3,
    [OUTCOME_CLOSED] = 4,
    [OUTCOME_NO_TLS] = 5,
    [OUTCOME_NO_UPGRADE] = 6,
    [OUTCOME_MALFORMED] = 7,
    [OUTCOME_NO_CERT] = 8,
    [OUTCOME_PARTIAL] = 9,
    [OUTCOME_CERTIFICATE] = 10,
};

unsigned report_rank(enum outcome outcome)
{
	return outcome < OUTCOME_MAX ? ranks[outcome] : 0;
}

bool report_depends_on_name(enum outcome outcome)
{
	return outcome == OUTCOME_CLOSED || report_rank(outcome) >= ranks[OUTCOME_MALFORMED];
}
