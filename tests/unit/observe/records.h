/*
 * records.h: a full record of each kind, for the tests and the seeds of the codec.
 */
#pragma once

#include "observe/codec.h"

static inline struct digest256 any_digest(uint8_t first)
{
	struct digest256 d;

	for (size_t i = 0; i < sizeof(d.b); i++)
		d.b[i] = (uint8_t)(first + i);
	return d;
}

static inline const struct chain_verdict *any_verdict(void)
{
	static const char *const sans[] = {"a.example", "10.0.0.1"};
	static struct cert_facts leaf = {.not_before_s = 1,
	    .not_after_s = 0x100000000,
	    .subject = "CN=a.example,O=\xc3\xa4",
	    .subject_cn = "a.example",
	    .issuer = "CN=Lab",
	    .issuer_cn = "Lab",
	    .serial = "0102",
	    .sig_alg = "ecdsa-with-SHA256",
	    .key_text = "P-256",
	    .key_kind = KEY_EC,
	    .key_bits = 256,
	    .n_sans = 2,
	    .sans = sans};
	static struct cert_facts ca = {.not_before_s = -5,
	    .subject = "CN=Lab",
	    .subject_cn = "Lab",
	    .issuer = "CN=Lab",
	    .issuer_cn = "Lab",
	    .serial = "01",
	    .sig_alg = "",
	    .key_text = "",
	    .is_ca = true,
	    .self_issued = true,
	    .unparsed = true};
	static struct chain_verdict v = {
	    .trust_epoch = 7, .cut = true, .n_certs = 2, .n_findings = 1};
	struct digest256 ids[2];

	v.der[0] = span_str("not really DER");
	v.der[1] = span_str("nor this");
	leaf.id = ids[0] = cert_id_of(v.der[0]);
	ca.id = ids[1] = cert_id_of(v.der[1]);
	leaf.spki = any_digest(9);
	v.facts[0] = &leaf;
	v.facts[1] = &ca;
	v.id = chain_id_of(ids, 2);
	v.findings[0] = (struct finding){1, SEVERITY_HIGH, 0x100000000, FOREVER_S, "since 2106"};
	return &v;
}

static inline const struct observation *any_observation(void)
{
	static struct observation o = {
	    .endpoint = {.addr = {.b = {[10] = 0xff, 0xff, 10, 0, 0, 1}},
		.port = 443,
		.transport = TRANSPORT_TCP,
		.name = "a.example"},
	    .hostname = "host.example",
	    .run = 3,
	    .first_ms = 1000,
	    .last_ms = 2000,
	    .flags = OBS_OCSP_STAPLED,
	    .count = 1,
	    .os_error = 0,
	    .version = 0x0303,
	    .cipher = 0xc02f,
	    .group = 29,
	    .evidence = EVIDENCE_SCAN,
	    .outcome = OUTCOME_CERTIFICATE,
	    .starttls = 1,
	    .hello = 1,
	    .alert_level = 2,
	    .alert = 40,
	    .connections = 2,
	    .alpn = "h2",
	    .n_findings = 1,
	    .findings = {{8, SEVERITY_MEDIUM, ALWAYS_S, FOREVER_S, "a.example"}},
	};

	o.chain = any_digest(0);
	return &o;
}

/* What a sensor adds to it. */
static inline const struct observation *any_sensed(void)
{
	static struct observation o;

	o = *any_observation();
	o.evidence = EVIDENCE_SENSOR;
	o.sensed = (struct sensed){addr_from_v4(0x0a000002), DIRECTION_OUTBOUND, 906};
	return &o;
}

/* Each field another number, so that two that change places are noticed. */
static inline struct progress any_progress(void)
{
	return (struct progress){.worker = 1,
	    .total = 2,
	    .tried = 3,
	    .open = 4,
	    .refused = 5,
	    .timeout = 6,
	    .unreachable = 7,
	    .grabs_pending = 8,
	    .connections = 9,
	    .low_water = 0x0a0b0c0d0e0f,
	    .held = span_str("\1\2\3\4\5\6\7\10"),
	    .probes = 11,
	    .probed = 12,
	    .answered = 13,
	    .absent = 14,
	    .disbelieved = 15,
	    .covered = 16,
	    .surveyed = 17,
	    .passes = 18};
}

enum { ANY_RECORDS = 15 };

/* k < ANY_RECORDS */
static inline struct record any_record(size_t k)
{
	static const struct hint hint = {.addr = {.b = {0x20, 1, [15] = 1}, .zone = 2},
	    .port = 25,
	    .starttls = 1,
	    .hello = 4,
	    .one_key = true,
	    .name = "mx.example"};
	static const struct counts counts = {.worker = 3, .n = 2, .each = {5, UINT64_MAX}};
	static struct judge_request judge = {.n_certs = 2};

	judge.der[0] = span_str("one");
	judge.der[1] = span_str("two!");
	const struct record all[ANY_RECORDS] = {
	    {.type = RECORD_DEFINE, .define = any_verdict(), .define_ms = -7},
	    {.type = RECORD_OBSERVATION, .observation = any_observation()},
	    {.type = RECORD_PROGRESS, .progress = any_progress()},
	    {.type = RECORD_NOTE, .note = {NOTE_WARNING, "file limit reached"}},
	    {.type = RECORD_DONE},
	    {.type = RECORD_HINT, .hint = &hint},
	    {.type = RECORD_ISSUER, .issuer = span_str("a CA")},
	    {.type = RECORD_JUDGE, .judge = &judge},
	    {.type = RECORD_START, .start_run = 42},
	    {.type = RECORD_STOP},
	    {.type = RECORD_BYE},
	    {.type = RECORD_OBSERVATION, .observation = any_sensed()},
	    {.type = RECORD_LOG, .log = {1, {1, 2, 3, 4}, 86400, 1000000, "a\tb"}},
	    {.type = RECORD_COUNTS, .counts = &counts},
	    {.type = RECORD_REASON, .reason = {113, 12, addr_from_v4(0x0a000007), 443}},
	};

	return all[k];
}
