/*
 * replay.c: runs a fuzz target over its corpus without a fuzzer, so that every test run feeds every
 * input that ever mattered to every parser. Arguments are folders or files; each file is one case.
 * An empty corpus fails: a target nobody seeded proves nothing.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int count;

static void replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;
	size_t size;

	if (!f || fstat(fileno(f), &st) < 0) {
		perror(path);
		exit(1);
	}
	/* An exact allocation: one byte read past the end is an ASan report. */
	data = malloc((size_t)st.st_size ? (size_t)st.st_size : 1);
	if (!data)
		exit(1);
	size = fread(data, 1, (size_t)st.st_size, f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	count++;
}

static void replay(const char *path)
{
	struct stat st;
	struct dirent *entry;
	DIR *dir;
	char below[4096];

	if (stat(path, &st) < 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		replay(below);
	}
	if (dir)
		closedir(dir);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%sok 1 - %d inputs\n1..1\n", count ? "" : "not ", count);
	return count == 0;
}
