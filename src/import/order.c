/*
 * order.c: masscan tells the certificates of a connection last first, one record each, and says
 * which is the leaf in newer versions only (service X509 beside X509CA; before, all are X509). So
 * the leaf is who is said to be it, or else who issued nobody. What a single leaf came with is put
 * back into the server's order, right or wrong as that was: a misordered chain is for the judge to
 * find. Where there are several leaves (a load balancer, RSA beside ECDSA), the rest is shared out
 * by names.
 */
#include "import/order.h"

#include "import/outline.h"

static bool self_issued(const struct link *link)
{
	return span_eq(link->issuer, link->subject);
}

static bool issued(const struct link *ca, const struct link *other)
{
	return ca != other && ca->subject.n && span_eq(ca->subject, other->issuer);
}

static bool issued_any(const struct link *links, size_t n, const struct link *ca)
{
	for (size_t i = 0; i < n; i++)
		if (issued(ca, &links[i]) && !self_issued(&links[i]))
			return true;
	return false;
}

static size_t leaves_by_role(const struct link *links, size_t n, size_t *leaves)
{
	size_t n_leaves = 0;

	for (size_t i = 0; i < n; i++)
		if (links[i].role == ROLE_LEAF)
			leaves[n_leaves++] = i;
	return n_leaves;
}

/* Who issued nobody; of those the self-issued only if there is nobody else. */
static size_t leaves_by_name(const struct link *links, size_t n, size_t *leaves)
{
	size_t n_leaves = 0;

	for (int self = 0; self < 2 && !n_leaves; self++)
		for (size_t i = 0; i < n; i++)
			if (links[i].subject.n && self_issued(&links[i]) == self &&
			    !issued_any(links, n, &links[i]))
				leaves[n_leaves++] = i;
	return n_leaves;
}

static bool roles_told(const struct link *links, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (links[i].role == ROLE_CA)
			return true;
	return false;
}

static size_t find_leaves(const struct link *links, size_t n, size_t *leaves)
{
	size_t n_leaves;

	if (roles_told(links, n))
		return leaves_by_role(links, n, leaves);
	n_leaves = leaves_by_name(links, n, leaves);
	if (!n_leaves) { /* a ring, or nothing readable */
		leaves[0] = n - 1;
		n_leaves = 1;
	}
	return n_leaves;
}

/* A single leaf: the others as the server sent them, which is backwards unless the leaf was told
 * first. */
static void order_all(size_t n, size_t leaf, struct chain_order *chain)
{
	chain->n = 0;
	chain->at[chain->n++] = leaf;
	for (size_t i = 0; i < n; i++) {
		size_t k = leaf == 0 ? i : n - 1 - i;

		if (k != leaf)
			chain->at[chain->n++] = k;
	}
}

static bool in_chain(const struct chain_order *chain, size_t k)
{
	for (size_t i = 0; i < chain->n; i++)
		if (chain->at[i] == k)
			return true;
	return false;
}

/* From the leaf upwards, as long as somebody issued the last one. */
static void order_linked(const struct link *links, size_t n, size_t leaf, struct chain_order *chain)
{
	size_t next = leaf;

	chain->n = 0;
	while (next < n) {
		const struct link *last = &links[next];

		chain->at[chain->n++] = next;
		for (next = 0; next < n; next++)
			if (issued(&links[next], last) && !in_chain(chain, next))
				break;
	}
}

size_t order_chains(struct link *links, size_t n, struct chain_order ret_chains[GATHER_CERTS_MAX])
{
	size_t leaves[GATHER_CERTS_MAX];
	size_t n_leaves;

	if (n == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		outline_names(links[i].der, &links[i].issuer, &links[i].subject);
	n_leaves = find_leaves(links, n, leaves);
	if (n_leaves == 1)
		order_all(n, leaves[0], &ret_chains[0]);
	for (size_t i = 0; i < n_leaves && n_leaves > 1; i++)
		order_linked(links, n, leaves[i], &ret_chains[i]);
	return n_leaves;
}
