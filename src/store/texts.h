/*
 * texts.h: words within the texts of a row are found once it is put here; before its texts change,
 * or it goes, it is dropped.
 */
#pragma once

#include "store/db.h"

must_use struct err texts_put_cert(struct store *s, int64_t cert);
must_use struct err texts_drop_cert(struct store *s, int64_t cert);
must_use struct err texts_put_endpoint(struct store *s, int64_t endpoint);
must_use struct err texts_drop_endpoint(struct store *s, int64_t endpoint);
