/*
 * schema_indexes.h: an index behind each field that is searched or sorted by, so that a page of the
 * listing (listing.h) is read in its order and a rare thing found without a pass over everything.
 * There is no table beside the inventory: an index cannot disagree with its table, and who writes
 * need not know of it. A scan of what has not changed writes to one of them, sightings_last. Part
 * of schema_v2.
 *
 * Those of low numbers (port, version) hold the same value many times, each time with the next
 * endpoint: new ones go to few pages.
 */
#pragma once

/* clang-format off */
#define SCHEMA_INDEXES \
	/* Of endpoints; by address they are listed already. */ \
	"CREATE INDEX endpoints_hostname ON endpoints" \
	" (coalesce(nullif(hostname, ''), name) COLLATE NOCASE);" \
	"CREATE INDEX endpoints_name ON endpoints (name COLLATE NOCASE) WHERE name <> '';" \
	"CREATE INDEX endpoints_transport ON endpoints (transport);" \
	/* Of sightings. */ \
	"CREATE INDEX sightings_port ON sightings (port) WHERE current;" \
	"CREATE INDEX sightings_first ON sightings (first_ms) WHERE current;" \
	"CREATE INDEX sightings_last ON sightings (last_ms) WHERE current;" \
	"CREATE INDEX sightings_source ON sightings (source) WHERE current;" \
	"CREATE INDEX sightings_outcome ON sightings (outcome) WHERE current;" \
	"CREATE INDEX sightings_version ON sightings (version) WHERE current;" \
	"CREATE INDEX sightings_cipher ON sightings (cipher) WHERE current;" \
	"CREATE INDEX sightings_group ON sightings (key_group) WHERE current;" \
	"CREATE INDEX sightings_starttls ON sightings (starttls) WHERE current AND starttls <> 0;" \
	"CREATE INDEX sightings_clients ON sightings (clients) WHERE current AND clients <> 0;" \
	"CREATE INDEX sightings_alpn ON sightings (alpn COLLATE NOCASE)" \
	" WHERE current AND alpn <> '';" \
	/* Of certificates. What is often asked together lies together. */ \
	"CREATE INDEX certificates_subject ON certificates (subject_cn COLLATE NOCASE);" \
	"CREATE INDEX certificates_issuer ON certificates (issuer_cn COLLATE NOCASE);" \
	"CREATE INDEX certificates_issuer_ends ON certificates" \
	" (issuer_cn COLLATE NOCASE, not_after_s, self_signed);" \
	"CREATE INDEX certificates_subject_dn ON certificates (subject COLLATE NOCASE);" \
	"CREATE INDEX certificates_issuer_dn ON certificates (issuer COLLATE NOCASE);" \
	"CREATE INDEX certificates_not_before ON certificates (not_before_s);" \
	"CREATE INDEX certificates_key ON certificates (key COLLATE NOCASE);" \
	"CREATE INDEX certificates_key_bits ON certificates (key_bits);" \
	"CREATE INDEX certificates_sig_alg ON certificates (sig_alg COLLATE NOCASE);" \
	/* What holds at a time. */ \
	"CREATE INDEX chain_findings_holds ON chain_findings" \
	" (finding, since_s, until_s, chain, severity);" \
	"CREATE INDEX sighting_findings_holds ON sighting_findings (finding, since_s, until_s);"
/* clang-format on */
