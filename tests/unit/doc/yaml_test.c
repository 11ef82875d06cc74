#include "doc/limits.h"
#include "unit/doc/outline.h"

#include "lib/test.h"

static void check(const char *text, const char *expected)
{
	CHECK_STR(outline_of(doc_from_yaml, span_str(text), false), expected);
}

static void lists_and_objects_of_both_styles(void)
{
	check("a: 1\nb:\n- x\n- {c: [1, two]}\nd: >\n  folded\n  text\n",
	    "{a=1 b=['x' {c=[1 'two']}] d='folded text\n'}");
	check("", "null");
	check("# nothing\n", "null");
	check("---\nx\n...\n", "'x'");
}

static void each_value_and_key_has_its_place(void)
{
	CHECK_STR(outline_of(doc_from_yaml,
		      span_str("a: 1\n\xc3\xa9:\n  - [x, y]\n  - b: \"\xc3\xa9\"\n"), true),
	    "1:1 {a@1:1=1:4 1 \xc3\xa9@2:1=3:3 [3:5 [3:6 'x' 3:9 'y'] 4:5 {b@4:5=4:8 "
	    "'\xc3\xa9'}]}");
}

static void quoted_words_are_texts(void)
{
	check("['1', \"yes\", 'null', yes, !!str 5, ! 7]", "['1' 'yes' 'null' true '5' '7']");
}

static void standard_tags_say_what_the_text_is(void)
{
	check("[!!int \"3\", !!float 3, !!bool 'no', !!null '', !!timestamp 2026-01-01]",
	    "[3 3r false null '2026-01-01']");
	check("!!map {a: !!seq [1]}", "{a=[1]}");
	check("a: !!int x", "1:4 x is not !!int");
	check("!!python/object:os.system x",
	    "1:1 the tag tag:yaml.org,2002:python/object:os.system is not known here");
	check("a: !!set {x, y}", "1:4 the tag tag:yaml.org,2002:set is not known here");
	check("!own [1]", "1:1 the tag !own is not known here");
}

static void a_tag_of_ones_own_stays_with_its_text(void)
{
	check("blacklist: !file list.txt", "{blacklist=<!file>'list.txt'}");
}

static void an_alias_is_the_value_again(void)
{
	check("a: &x {b: [1, 2]}\nc: *x\nd: [*x, &y z, *y]",
	    "{a={b=[1 2]} c={b=[1 2]} d=[{b=[1 2]} 'z' 'z']}");
	check("a: *x", "1:4 *x: no such anchor stands before");
	check("a: &x [1, *x]", "1:11 *x stands within itself");
	check("a: &x 1\nb: &x 2", "2:4 the anchor &x is there already");
}

static void merged_keys_give_way_to_the_objects_own(void)
{
	check("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 9}",
	    "{a={x=1 y=2} b={y=3 z=4} c={x=9 y=2 z=4}}");
	check("a: &a {x: 1}\nb: {<<: *a}", "{a={x=1} b={x=1}}");
	check("{'<<': 1}", "{<<=1}");
	check("<<: 1", "1:5 << takes an object or a list of them");
	check("<<: [1]", "1:6 << takes an object or a list of them");
}

static void what_is_wrong_and_where(void)
{
	check("a: [1, 2\nb: 3",
	    "2:2 this is not YAML: did not find expected ',' or ']' while parsing a flow sequence");
	check("a: 1\nb: 2\na: 3", "3:1 the key \"a\" is there already");
	check("a: \xff", "1:4 this is not YAML: invalid leading UTF-8 octet");
	check("a: 1\n---\nb: 2", "2:1 a second document in the same file");
	check("? [1, 2]\n: x", "1:3 a key is a word, not a list");
	check("a: \"x\\0y\"", "1:4 a text with a NUL in it");
	check("a: 99999999999999999999", "1:4 a number that is too large");
	check("\ta: 1", "1:1 this is not YAML: found character that cannot start any token while "
			"scanning for the next token");
}

static void a_bomb_of_aliases_does_not_go_off(void)
{
	static char text[4096];
	char *at = text + sprintf(text, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

	for (int i = 1; i < 10; i++)
		at += sprintf(at, "a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
		    i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	check(text, "6:14 the document has too many values");
}

static void too_deep(void)
{
	static char text[256];

	memset(text, '[', DOC_DEPTH_MAX + 1);
	check(text, "1:49 the document is nested too deeply");
}

int main(void)
{
	RUN(lists_and_objects_of_both_styles);
	RUN(each_value_and_key_has_its_place);
	RUN(quoted_words_are_texts);
	RUN(standard_tags_say_what_the_text_is);
	RUN(a_tag_of_ones_own_stays_with_its_text);
	RUN(an_alias_is_the_value_again);
	RUN(merged_keys_give_way_to_the_objects_own);
	RUN(what_is_wrong_and_where);
	RUN(a_bomb_of_aliases_does_not_go_off);
	RUN(too_deep);
	return test_done();
}
