# A thin face over meson, for the fingers. The build is meson.build; HACKING.md explains.
MESON = /usr/bin/meson
FUZZ_SECONDS = 60

all: build/build.ninja
	ninja -C build

build/build.ninja:
	$(MESON) setup build

# Unit tests, house rules and fuzz corpora: no root, under 3 minutes.
check: all
	$(MESON) test -C build --no-rebuild --print-errorlogs

# Everything: warnings as errors, ASan and UBSan, the lab (root).
test:
	./test.sh

# The page: its own modules, then every page and a first day in a real browser (node, chromium).
check-page: all
	cd ui && npm ci && npm test
	cd tests/ui && npm ci && npm test

# A throw-away network of real servers in a namespace, scanned and shown (root).
demo: all
	sh -c '. tools/packages.sh; as_root /usr/bin/python3 -B tests/lab/lab.py demo'

# The bars of the project against nmap and a bare epoll client, in the lab (root).
bench: build-release/build.ninja
	ninja -C build-release
	sh -c '. tools/packages.sh; as_root /usr/bin/python3 -B bench/run.py --build build-release'

# What sending costs: our senders, bare ones, masscan and zmap. Then whole jobs, a /16 x 10 ports and a
# /20 x 1000, by certscape and by masscan and nmap; and memory while a /8 is sent (root, half an hour).
bench-scan: build-release/build.ninja
	ninja -C build-release certscape bench/send bench/bare_send bench/take_frames
	sh -c '. tools/packages.sh; missed=0; \
	    as_root /usr/bin/python3 -B bench/senders.py --build build-release || missed=1; \
	    as_root /usr/bin/python3 -B bench/run.py --build build-release -n 1 sixteen twenty eight || missed=1; \
	    exit $$missed'

# The largest of them: a /16 x 1000 (root, half an hour).
bench-seed: build-release/build.ninja
	ninja -C build-release certscape
	sh -c '. tools/packages.sh; as_root /usr/bin/python3 -B bench/run.py --build build-release -n 1 seed'

# What the sensor costs against tshark and tcpdump, on captures that are made first (1.6 GB).
bench-watch: build-release/build.ninja
	ninja -C build-release
	/usr/bin/python3 -B bench/watch.py --build build-release

# The pages of the service on a store of a million endpoints, which is made first (1.5 GB, minutes).
bench-serve: build-release/build.ninja
	ninja -C build-release certscape bench/make_store bench/serve bench/pages bench/rules \
	    bench/store_second
	test -e build-release/million.db || build-release/bench/make_store build-release/million.db
	build-release/bench/serve build-release/million.db
	build-release/bench/rules build-release/million.db
	/usr/bin/python3 -B bench/service.py build-release/million.db --build build-release
	rm -f build-release/second.db*
	build-release/bench/store_second build-release/second.db 500000 25000
	cd tests/ui && npm ci && CERTSCAPE=../../build-release/certscape node paint.mjs ../../build-release/million.db

build-release/build.ninja:
	$(MESON) setup build-release -Dbuildtype=release

# libFuzzer on every target for FUZZ_SECONDS each; crashes stay in the corpus.
fuzz: build-fuzz/build.ninja
	ninja -C build-fuzz
	tests/fuzz/run.sh build-fuzz $(FUZZ_SECONDS)

build-fuzz/build.ninja:
	CC=clang $(MESON) setup build-fuzz -Dfuzzer=true -Db_lundef=false \
	    -Db_sanitize=address,undefined

# The service's threads under ThreadSanitizer: a crowd for a minute, and mail and webhooks.
tsan: build-tsan/build.ninja
	ninja -C build-tsan
	$(MESON) test -C build-tsan --no-rebuild --suite app --suite web --suite http
	/usr/bin/python3 -B tests/e2e/crowd.py build-tsan/certscape src/web/openapi.yaml 60
	/usr/bin/python3 -B tests/e2e/alerts.py build-tsan/certscape
	/usr/bin/python3 -B tests/e2e/endures.py build-tsan/certscape

build-tsan/build.ninja:
	$(MESON) setup build-tsan -Db_sanitize=thread -Db_lundef=false -Dpage=disabled

# What the tests reach, as build-cover/coverage.html.
cover: build-cover/build.ninja
	$(MESON) test -C build-cover
	gcovr -r . --filter src/ --html-details build-cover/coverage.html --print-summary build-cover

build-cover/build.ninja:
	$(MESON) setup build-cover -Db_coverage=true -Dbuildtype=debug

# Overflows are planted in a copy of the sources: each must be found within FUZZ_SECONDS.
fuzz-planted:
	tests/fuzz/planted.sh $(FUZZ_SECONDS)

# How much of each parser its own corpus reaches; fails below 90 % of the lines of one.
fuzz-cover: build-cover/build.ninja
	ninja -C build-cover
	python3 -B tools/fuzz_cover.py build-cover

install: all
	$(MESON) install -C build --no-rebuild

format:
	find src tests bench -name '*.[ch]' -exec clang-format -i {} +
	find src tests bench -name '*.[ch]' -exec python3 -B tools/wrap_comments.py {} +

clean:
	rm -rf build build-asan build-tsan build-release build-fuzz build-cover

.PHONY: all check check-page test demo bench bench-scan bench-seed bench-serve bench-watch tsan fuzz fuzz-planted fuzz-cover cover install format clean
