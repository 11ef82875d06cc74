#!/usr/bin/python3
"""Makes the certificates of the unit and golden tests: each has one fault, or almost has it.

Run by hand (Debian: python3-cryptography); what it writes is committed, the keys are thrown away.
Everything lives from 2026-01-01 to 2027-01-01 and roots from 2020 to 2040, unless its name says
otherwise. Certificates that no library writes are patched as bytes and signed again.
"""
import base64
import datetime
import ipaddress
import os
import sys
import warnings

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

warnings.simplefilter('ignore')
HERE = os.path.dirname(os.path.abspath(__file__))
INHERIT = object()


def day(text):
    return datetime.datetime.strptime(text, '%Y-%m-%d')


FROM, TO = day('2026-01-01'), day('2027-01-01')
ROOT_FROM, ROOT_TO = day('2020-01-01'), day('2040-01-01')


def p256():
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits):
    return rsa.generate_private_key(65537, bits)


def named(cn, org='certscape tests'):
    parts = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, org)] if org else []
    if cn:
        parts.append(x509.NameAttribute(NameOID.COMMON_NAME, cn))
    return x509.Name(parts)


class Entity:
    """A certificate and its key."""

    def __init__(self, name, key, cert, der=None):
        self.name, self.key, self.cert = name, key, cert
        self.der = der or cert.public_bytes(serialization.Encoding.DER)


def general(text):
    if text.startswith('mail:'):
        return x509.RFC822Name(text[5:])
    if text.startswith('uri:'):
        return x509.UniformResourceIdentifier(text[4:])
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def ca_usage(sign=True):
    return x509.KeyUsage(not sign, False, False, False, False, sign, True, False, False)


def issue(cn, issuer=None, key=None, ca=False, san=('www.example',), since=FROM, until=TO,
          digest=hashes.SHA256(), path_len=None, sign=True, aia=None, subject=None, serial=None,
          issuer_name=None, constraints=None, basic=INHERIT, extra=()):
    """A certificate of `issuer` (None: of itself), and its key."""
    key = key or p256()
    subject = named(cn) if subject is None else subject
    signer = issuer.key if issuer else key
    builder = (x509.CertificateBuilder().subject_name(subject)
               .issuer_name(issuer_name or (issuer.cert.subject if issuer else subject))
               .public_key(key.public_key())
               .serial_number(serial or x509.random_serial_number())
               .not_valid_before(since).not_valid_after(until))
    if basic is INHERIT:
        basic = x509.BasicConstraints(ca, path_len)
    if basic is not None:
        builder = builder.add_extension(basic, critical=ca)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    if issuer:
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    if ca:
        builder = builder.add_extension(ca_usage(sign), True)
    else:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
    if not ca and san:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([general(s) for s in san]), False)
    if aia:
        builder = builder.add_extension(x509.AuthorityInformationAccess([x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(aia))]), False)
    if constraints:
        builder = builder.add_extension(constraints, True)
    for extension, critical in extra:
        builder = builder.add_extension(extension, critical)
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        digest = None
    return Entity(cn, key, builder.sign(signer, digest))


def authority(cn, issuer=None, **more):
    more.setdefault('since', ROOT_FROM)
    more.setdefault('until', ROOT_TO)
    return issue(cn, issuer, ca=True, **more)


def put(name, entity):
    body = entity.der if isinstance(entity, Entity) else entity
    pem = base64.encodebytes(body).decode().replace('\n', '')
    lines = [pem[i:i + 64] for i in range(0, len(pem), 64)]
    with open(os.path.join(HERE, name + '.pem'), 'w') as f:
        f.write('-----BEGIN CERTIFICATE-----\n' + '\n'.join(lines) + '\n-----END CERTIFICATE-----\n')


# DER by hand, for what no library writes.

def tlv(tag, body):
    n = len(body)
    if n < 128:
        return bytes([tag, n]) + body
    size = (n.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + n.to_bytes(size, 'big') + body


def walk(der):
    """The values of a constructed body, headers included."""
    parts, at = [], 0
    while at < len(der):
        n, head = der[at + 1], 2
        if n & 0x80:
            head += n & 0x7f
            n = int.from_bytes(der[at + 2:at + head], 'big')
        parts.append(der[at:at + head + n])
        at += head + n
    return parts


def body(der):
    return der[2 + (der[1] & 0x7f if der[1] & 0x80 else 0):]


def sign(key, tbs):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(tbs, ec.ECDSA(hashes.SHA256()))


def reassemble(fields, key, outer_alg):
    tbs = tlv(0x30, b''.join(fields))
    return tlv(0x30, tbs + outer_alg + tlv(0x03, b'\0' + sign(key, tbs)))


VERSION, SERIAL, ALG, ISSUER, VALIDITY, SUBJECT, SPKI, EXTENSIONS = range(8)


def patched(entity, signer, change):
    """The certificate with its TBS fields changed by change(list), signed again by signer."""
    tbs, outer_alg, _ = walk(body(entity.der))
    fields = walk(body(tbs))
    fields = change(fields) or fields
    return reassemble(fields, signer.key, outer_alg)


def with_field(i, value):
    def change(fields):
        fields[i] = value
    return change


def name_of(tag, value):
    """A Name of one CN in a string type of choice."""
    return tlv(0x30, tlv(0x31, tlv(0x30, bytes.fromhex('0603550403') + tlv(tag, value))))


def extensions_of(fields):
    return walk(body(body(fields[EXTENSIONS])))


def set_extensions(fields, extensions):
    fields[EXTENSIONS] = tlv(0xa3, tlv(0x30, b''.join(extensions)))


def san_of(*names):
    value = tlv(0x04, tlv(0x30, b''.join(names)))
    return tlv(0x30, bytes.fromhex('0603551d11') + value)


def replace_san(*names):
    def change(fields):
        kept = [e for e in extensions_of(fields) if bytes.fromhex('0603551d11') not in e]
        set_extensions(fields, kept + [san_of(*names)])
    return change


def make_hierarchy():
    root = authority('Test Root')
    inter = authority('Test Intermediate', root)
    put('root', root)
    put('inter', inter)
    put('leaf', issue('www.example', inter,
                      san=('www.example', '*.wild.example', '10.0.0.1', '2001:db8::1')))
    put('leaf-ten-days', issue('www.example', inter, since=FROM, until=day('2026-01-11')))
    return root, inter


def make_paths(root, inter):
    other = authority('Other Root')
    other_inter = authority('Other Intermediate', other)
    put('other-root', other)
    put('other-inter', other_inter)
    put('other-leaf', issue('www.example', other_inter))
    put('other-direct', issue('www.example', other))
    put('leaf-aia', issue('www.example', other_inter, aia='http://ca.example/inter.cer'))
    put('self-signed', issue('www.example'))
    put('self-issued', issue('www.example', other_inter, issuer_name=named('www.example')))
    put('self-signed-ca', issue('www.example', ca=True))
    # One CA certified by two roots; one path up ends nowhere.
    twin_key = p256()
    twin = authority('Twin', root, key=twin_key)
    put('twin-by-root', twin)
    put('twin-by-other', authority('Twin', other, key=twin_key))
    put('twin-leaf', issue('www.example', twin))
    deep = authority('Deep Intermediate', inter)
    put('deep', deep)
    put('deep-leaf', issue('www.example', deep))


def make_rights(root):
    def chain(label, **more):
        ca = authority('CA ' + label, root, **more)
        put('ca-' + label, ca)
        return ca

    ca = chain('not-a-ca', basic=x509.BasicConstraints(False, None))
    put('under-not-a-ca', issue('www.example', ca))
    ca = chain('no-cert-sign', sign=False)
    put('under-no-cert-sign', issue('www.example', ca))
    ca = chain('path-len-0', path_len=0)
    put('under-path-len-0', issue('www.example', ca))
    sub = authority('Sub', ca)
    put('sub-of-path-len-0', sub)
    put('under-sub', issue('www.example', sub))
    ca = chain('critical', extra=[(x509.UnrecognizedExtension(
        x509.ObjectIdentifier('1.3.6.1.4.1.99999.1'), b'\x05\0'), True)])
    put('under-critical', issue('www.example', ca))
    permitted = x509.NameConstraints([x509.DNSName('example')], None)
    ca = chain('permits-example', constraints=permitted)
    put('under-permits-example', issue('www.example', ca))
    put('outside-permits-example', issue('www.example', ca, san=('www.example', 'www.test')))
    excluded = x509.NameConstraints(
        None, [x509.DNSName('secret.example'), x509.IPAddress(ipaddress.ip_network('10.0.0.0/8'))])
    ca = chain('excludes', constraints=excluded)
    put('under-excludes', issue('www.example', ca, san=('www.example', '192.0.2.1')))
    put('inside-excludes-dns', issue('www.example', ca, san=('a.secret.example',)))
    put('inside-excludes-wildcard', issue('www.example', ca, san=('*.example',)))
    put('inside-excludes-ip', issue('www.example', ca, san=('10.1.2.3',)))


def make_dates(root):
    short = authority('Short Intermediate', root, since=FROM, until=day('2026-07-01'))
    put('inter-short', short)
    put('leaf-of-short', issue('www.example', short))
    late = authority('Late Intermediate', root, since=day('2026-02-01'))
    put('inter-late', late)
    put('leaf-of-late', issue('www.example', late))
    # A root that once was cross-signed by one that has expired since.
    old = authority('Old Root', until=day('2025-01-01'))
    new_key = p256()
    new = authority('New Root', key=new_key)
    put('old-root', old)
    put('new-root', new)
    put('new-root-by-old', authority('New Root', old, key=new_key, until=day('2025-01-01')))
    inter = authority('New Intermediate', new)
    put('new-inter', inter)
    put('new-leaf', issue('www.example', inter))
    put('old-leaf', issue('www.example', old))


def make_strength(root, inter):
    for bits in (4096, 2048, 2047, 1024, 1023):
        put(f'leaf-rsa-{bits}', issue('www.example', inter, key=rsa_key(bits)))
    for name, curve in (('p192', ec.SECP192R1()), ('p224', ec.SECP224R1()),
                        ('p384', ec.SECP384R1()), ('p521', ec.SECP521R1())):
        put('leaf-' + name, issue('www.example', inter, key=ec.generate_private_key(curve)))
    put('leaf-dsa-1024', issue('www.example', inter, key=dsa.generate_private_key(1024)))
    put('leaf-dsa-2048', issue('www.example', inter, key=dsa.generate_private_key(2048)))
    put('leaf-ed25519', issue('www.example', inter, key=ed25519.Ed25519PrivateKey.generate()))
    plain = issue('www.example', inter, key=rsa_key(2048))
    spki = body(walk(body(walk(body(plain.der))[0]))[SPKI])
    one = tlv(0x30, spki.replace(bytes.fromhex('0203010001'), bytes.fromhex('0203000001')))
    put('leaf-rsa-e1', patched(plain, inter, with_field(SPKI, one)))
    rsa_root = authority('RSA Root', key=rsa_key(2048))
    sha1_root = authority('SHA-1 Root', key=rsa_key(2048), digest=hashes.SHA1())
    weak_root = authority('Weak Root', key=rsa_key(1024))
    put('rsa-root', rsa_root)
    put('sha1-root', sha1_root)
    put('weak-root', weak_root)
    put('leaf-of-sha1-root', issue('www.example', sha1_root))
    put('leaf-of-weak-root', issue('www.example', weak_root))
    put('leaf-sha1', issue('www.example', rsa_root, digest=hashes.SHA1()))
    put('leaf-md5', issue('www.example', rsa_root, digest=hashes.MD5()))
    put('leaf-sha224', issue('www.example', rsa_root, digest=hashes.SHA224()))
    put('leaf-sha512', issue('www.example', rsa_root, digest=hashes.SHA512()))
    put('leaf-ecdsa-sha1', issue('www.example', root, digest=hashes.SHA1()))
    sha1_inter = authority('SHA-1 Intermediate', root, digest=hashes.SHA1())
    put('sha1-inter', sha1_inter)
    put('leaf-of-sha1-inter', issue('www.example', sha1_inter))
    put('self-signed-sha1', issue('www.example', key=rsa_key(2048), digest=hashes.SHA1()))
    put('self-signed-rsa-4096', issue('www.example', key=rsa_key(4096)))
    make_pss(rsa_root)
    ed_root = authority('Ed25519 Root', key=ed25519.Ed25519PrivateKey.generate())
    put('ed25519-root', ed_root)
    put('leaf-of-ed25519-root', issue('www.example', ed_root))


def make_pss(rsa_root):
    """RSASSA-PSS, which this library's version does not sign certificates with."""
    sha256 = bytes.fromhex('300d06096086480165030402010500')
    mgf = tlv(0x30, bytes.fromhex('06092a864886f70d010108') + sha256)
    parameters = tlv(0x30, tlv(0xa0, sha256) + tlv(0xa1, mgf) + tlv(0xa2, b'\x02\x01\x20'))
    alg = tlv(0x30, bytes.fromhex('06092a864886f70d01010a') + parameters)
    fields = walk(body(walk(body(issue('www.example', rsa_root).der))[0]))
    fields[ALG] = alg
    tbs = tlv(0x30, b''.join(fields))
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
    signature = rsa_root.key.sign(tbs, pss, hashes.SHA256())
    put('leaf-pss', tlv(0x30, tbs + alg + tlv(0x03, b'\0' + signature)))


def make_identity(inter):
    put('leaf-ca', issue('www.example', inter, ca=True))
    put('leaf-no-basic', issue('www.example', inter, basic=None))
    put('leaf-no-san', issue('www.example', inter, san=()))
    put('leaf-mail-san', issue('www.example', inter, san=('mail:a@www.example', 'uri:http://x/')))
    put('leaf-ip-san', issue('www.example', inter, san=('192.0.2.7',)))
    put('leaf-no-name', issue(None, inter, san=(), subject=x509.Name([])))
    put('leaf-no-cn', issue(None, inter))
    put('leaf-staple', issue('www.example', inter,
                             extra=[(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]))


def make_odd(inter):
    """What the world serves and no library writes."""
    plain = issue('www.example', inter)

    def odd(name, change):
        put('odd-' + name, patched(plain, inter, change))

    odd('serial-negative', with_field(SERIAL, b'\x02\x01\xff'))
    odd('serial-zero', with_field(SERIAL, b'\x02\x01\x00'))
    odd('serial-empty', with_field(SERIAL, b'\x02\x00'))
    odd('serial-long', with_field(SERIAL, tlv(2, b'\x01' * 40)))
    odd('version-1', lambda f: f[1:7])
    odd('version-9', with_field(VERSION, bytes.fromhex('a003020108')))
    odd('time-bad', with_field(VALIDITY, tlv(0x30, tlv(0x17, b'269999000000Z') * 2)))
    odd('time-no-seconds',
        with_field(VALIDITY, tlv(0x30, tlv(0x17, b'2601010000Z') + tlv(0x17, b'2701010100+0100'))))
    odd('time-generalized', with_field(VALIDITY, tlv(0x30, tlv(0x18, b'20260101000000Z')
                                                     + tlv(0x18, b'20270101000000.5Z'))))
    odd('name-bmp', with_field(SUBJECT, name_of(0x1e, 'Zürich ☃ 𝄞'.encode('utf-16-be'))))
    odd('name-t61', with_field(SUBJECT, name_of(0x14, 'Zürich'.encode('latin-1'))))
    odd('name-universal', with_field(SUBJECT, name_of(0x1c, 'Zürich 𝄞'.encode('utf-32-be'))))
    odd('name-bad-utf8', with_field(SUBJECT, name_of(0x0c, b'ab\xff\xc3\xed\xa0\x80z')))
    odd('name-control', with_field(SUBJECT, name_of(0x0c, b'a\x1b[2J\x00b,"c\xc2\x9bd')))
    odd('name-cut', with_field(SUBJECT, tlv(0x30, b'\x31\x0b\x30\x09\x06\x03\x55\x04')))
    odd('name-two-cns', with_field(SUBJECT, tlv(0x30, body(name_of(0x0c, b'first'))
                                                + body(name_of(0x0c, b'last')))))
    odd('name-integer', with_field(SUBJECT, name_of(0x02, b'\x05')))
    odd('san-nul', replace_san(tlv(0x82, b'www.example\0.evil.test')))
    odd('san-ip-as-dns', replace_san(tlv(0x82, b'10.0.0.1')))
    odd('san-ip-of-5', replace_san(tlv(0x87, b'\x0a\0\0\1\2')))
    odd('san-all-kinds', replace_san(
        tlv(0xa0, bytes.fromhex('06032a0304') + tlv(0xa0, b'\x0c\x01x')), tlv(0x81, b'a@b'),
        tlv(0x82, b'www.example'), tlv(0xa3, b''), tlv(0xa4, name_of(0x0c, b'dir')),
        tlv(0xa5, b''), tlv(0x86, b'http://x/'), tlv(0x87, b'\x0a\0\0\1'), tlv(0x88, b'\x2a\3')))
    odd('san-cut', replace_san(b'\x82\x50www'))
    odd('extension-twice',
        lambda f: set_extensions(f, extensions_of(f) + [extensions_of(f)[0]]))
    odd('extensions-cut', with_field(EXTENSIONS, tlv(0xa3, tlv(0x30, b'\x30\x20\x06'))))
    odd('key-unknown', with_field(SPKI, tlv(0x30, tlv(0x30, bytes.fromhex('06032a0304'))
                                            + tlv(3, b'\0key'))))
    odd('key-cut', with_field(SPKI, tlv(0x30, b'\x30\x20')))
    # ML-DSA-65, and a P-256 key whose curve is spelt out: libcrypto 3.0 knows only the second.
    odd('key-mldsa', with_field(SPKI, tlv(0x30, tlv(0x30, bytes.fromhex('0609608648016503040312'))
                                          + tlv(3, b'\0' + b'k' * 1952))))
    tbs, alg, signature = walk(body(plain.der))
    put('odd-algorithms-differ', tlv(0x30, tbs + bytes.fromhex('300a06082a8648ce3d040303') + signature))
    put('odd-signature-forged', tlv(0x30, tbs + alg + signature[:-1] + bytes([signature[-1] ^ 1])))
    put('odd-long-lengths', b'\x30\x84' + len(body(plain.der)).to_bytes(4, 'big') + body(plain.der))
    put('odd-trailing', plain.der + b'trailing')
    for n in (2, 40, 150, 300, len(plain.der) - 20):
        put(f'odd-cut-at-{n}' if n < 400 else 'odd-cut-in-signature', plain.der[:n])


# Extensions that only the page of a certificate reads.

def oid(dotted):
    first, second, *arcs = (int(arc) for arc in dotted.split('.'))
    out = b''
    for arc in [40 * first + second] + arcs:
        digits = [arc & 0x7f]
        while arc := arc >> 7:
            digits.insert(0, 0x80 | arc & 0x7f)
        out += bytes(digits)
    return tlv(0x06, out)


def raw(dotted, value, critical=False):
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(dotted), value), critical


def uris(*texts):
    return b''.join(tlv(0x86, text.encode()) for text in texts)


def scts(*stamps):
    """(version, time in ms) each; log ids are 32 times the number of the stamp."""
    one = [bytes([version]) + bytes([i + 1]) * 32 + ms.to_bytes(8, 'big') + b'\0\0' + b'\4\3\0\1x'
           for i, (version, ms) in enumerate(stamps)]
    listed = b''.join(len(s).to_bytes(2, 'big') + s for s in one)
    return tlv(0x04, len(listed).to_bytes(2, 'big') + listed)


def leaf_words():
    notice = tlv(0x30, tlv(0x30, tlv(0x0c, b'Org') + tlv(0x30, b'\2\1\1')) + tlv(0x0c, b'read\nthis'))
    cps, unotice = oid('1.3.6.1.5.5.7.2.1'), oid('1.3.6.1.5.5.7.2.2')
    policies = (tlv(0x30, oid('2.23.140.1.2.2') + tlv(0x30, tlv(0x30, cps + tlv(0x16, b'http://ca.example/cps'))
                                                      + tlv(0x30, unotice + notice)))
                + tlv(0x30, oid('1.3.6.1.4.1.99999.7')))
    places = (tlv(0x30, oid('1.3.6.1.5.5.7.48.1') + uris('http://ocsp.example/'))
              + tlv(0x30, oid('1.3.6.1.5.5.7.48.2') + uris('http://ca.example/inter.cer')))
    point = tlv(0x30, tlv(0xa0, tlv(0xa0, uris('http://ca.example/1.crl', 'ldap://ca.example/cn=1'))))
    within = tlv(0x30, tlv(0xa0, tlv(0xa1, b'')) + tlv(0xa2, tlv(0xa4, name_of(0x0c, b'Signer'))))
    sid = tlv(0x30, tlv(0xa0, oid('1.3.6.1.4.1.311.25.2.1') + tlv(0xa0, tlv(0x04, b'S-1-5-21-7'))))
    return [
        (x509.KeyUsage(True, False, True, False, False, False, False, False, False), True),
        raw('1.3.6.1.5.5.7.1.1', tlv(0x30, places)), raw('2.5.29.31', tlv(0x30, point + within)),
        raw('2.5.29.32', tlv(0x30, policies)), raw('1.3.6.1.5.5.7.1.24', tlv(0x30, b'\2\1\5\2\1\21')),
        raw('1.3.6.1.4.1.11129.2.4.2', scts((0, 1767225600000), (0, 1767225600999), (1, 0))),
        raw('1.3.6.1.4.1.311.20.2', tlv(0x1e, 'WebServer'.encode('utf-16-be'))),
        raw('1.3.6.1.4.1.311.21.7', tlv(0x30, oid('1.3.6.1.4.1.311.21.8.1') + b'\2\1\144\2\1\3')),
        raw('1.3.6.1.4.1.311.21.10', tlv(0x30, tlv(0x30, oid('1.3.6.1.5.5.7.3.1')))),
        raw('1.3.6.1.4.1.311.25.2', sid), raw('2.16.840.1.113730.1.1', b'\3\2\6\xc0'),
        raw('2.16.840.1.113730.1.13', tlv(0x16, b'made by hand')),
        raw('1.3.6.1.5.5.7.1.3', tlv(0x30, tlv(0x30, oid('0.4.0.1862.1.1'))
                                     + tlv(0x30, oid('0.4.0.1862.1.6') + tlv(0x30, oid('0.4.0.1862.1.6.3'))))),
        raw('1.3.6.1.5.5.7.1.31', tlv(0x04, b'\xac' * 32), True), raw('1.3.6.1.5.5.7.48.1.5', b'\5\0'),
        raw('1.3.6.1.4.1.99999.1', b'\5\0'), raw('1.3.6.1.4.1.99999.2', b'u' * 300)]


def ca_words():
    nets = [ipaddress.ip_network('10.0.0.0/8'), ipaddress.ip_network('2001:db8::/32')]
    issuer = (tlv(0x80, b'\x1d' * 20) + tlv(0xa1, tlv(0xa4, name_of(0x0c, b'Above')))
              + tlv(0x82, b'\1\2'))
    return [
        (x509.NameConstraints([x509.DNSName('example'), x509.DNSName('')] + [x509.IPAddress(n) for n in nets],
                              [x509.DNSName('secret.example')]), True),
        raw('2.5.29.35', tlv(0x30, issuer)), raw('2.5.29.18', tlv(0x30, uris('http://ca.example/'))),
        raw('2.5.29.33', tlv(0x30, tlv(0x30, oid('1.2.3') + oid('2.23.140.1.2.1')))),
        raw('2.5.29.36', tlv(0x30, b'\x80\1\0\x81\1\2')), raw('2.5.29.54', b'\2\1\1'),
        raw('1.3.6.1.5.5.7.1.11', tlv(0x30, tlv(0x30, oid('1.3.6.1.5.5.7.48.5') + uris('rsync://ca.example/')))),
        raw('1.3.6.1.4.1.311.21.1', b'\2\3\2\0\3'), raw('1.3.6.1.4.1.311.21.2', tlv(0x04, b'\xbe' * 20))]


def make_words():
    put('words-leaf', issue('www.example', authority('Words'), extra=leaf_words()))
    put('words-ca', issue('Words', ca=True, path_len=2, extra=ca_words()))


# Seeds of the fuzz targets: what the certificates above are made of.

SEED_CERTS = ('leaf', 'ca-critical', 'ca-excludes', 'leaf-aia', 'leaf-staple', 'leaf-pss', 'leaf-no-name',
              'leaf-dsa-1024', 'leaf-ed25519', 'leaf-rsa-1024', 'leaf-p521', 'root')
CHAINS = (('leaf', 'inter', 'root'), ('twin-leaf', 'twin-by-other', 'twin-by-root', 'root'),
          ('self-signed-sha1', 'self-signed-sha1'), ('leaf-aia', 'root'), ('leaf-pss', 'rsa-root'),
          ('leaf-rsa-e1', 'inter'), ('leaf-md5', 'rsa-root'), ('leaf-no-name', 'inter'),
          ('under-sub', 'sub-of-path-len-0', 'ca-path-len-0', 'root'),
          ('inside-excludes-dns', 'ca-excludes', 'root'), ('leaf-ca', 'inter', 'root'))


def pem_of(name):
    with open(os.path.join(HERE, name + '.pem'), 'rb') as f:
        return f.read()


def der_of(name):
    return base64.b64decode(b''.join(pem_of(name).split(b'\n')[1:-2]))


SEEN = set()


def seed(target, name, data):
    if (target, data) in SEEN:
        return
    SEEN.add((target, data))
    folder = os.path.join(HERE, '..', 'fuzz', 'corpus', target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'seed-' + name), 'wb') as f:
        f.write(data)


def seed_parts(name, der):
    fields = walk(body(walk(body(der))[0]))
    if len(fields) < 8:
        return
    seed('name', name, fields[SUBJECT] + fields[ISSUER])
    seed('key', name, fields[SPKI])
    seed('sigalg', name, fields[ALG])
    seed('ext', name, body(body(fields[EXTENSIONS])))
    seed('der', name, fields[VALIDITY] + fields[SUBJECT] + fields[EXTENSIONS])
    for extension in extensions_of(fields):
        if bytes.fromhex('0603551d11') in extension:
            seed('general', name, body(body(walk(body(extension))[-1])))


def seed_words():
    """One extension a file: its OID, then its value."""
    def one(name, dotted, value):
        seed('ext_text', name, oid(dotted) + value)

    for cert in ('words-leaf', 'words-ca', 'leaf'):
        for i, extension in enumerate(extensions_of(walk(body(walk(body(der_of(cert)))[0])))):
            parts = walk(body(extension))
            seed('ext_text', f'{cert}-{i}', parts[0] + body(parts[-1]))
            seed('oid', f'{cert}-{i}', body(parts[0]))
    odd = {'usage-unused': ('2.5.29.15', b'\3\3\0\xff\xff'), 'basic-bad': ('2.5.29.19', b'\x30\3\1\5\0'),
           'basic-0': ('2.5.29.19', b'\x30\6\1\1\xff\2\1\0'), 'purposes': ('2.5.29.37', b'\x30\2\5\0'),
           'mask': ('2.5.29.30', tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x87, b'\x0a\0\0\0\xff\0\xff\0'))))),
           'mask-5': ('2.5.29.30', tlv(0x30, tlv(0xa0, tlv(0x30, tlv(0x87, b'\x0a\0\0\0\xff'))))),
           'tree': ('2.5.29.30', tlv(0x30, tlv(0xa0, tlv(0x30, b'')))),
           'place': ('1.3.6.1.5.5.7.1.1', tlv(0x30, tlv(0x30, oid('1.2.3')))),
           'policy': ('2.5.29.32', tlv(0x30, tlv(0x30, b'\5\0'))),
           'mapping': ('2.5.29.33', tlv(0x30, tlv(0x30, oid('1.2.3')))),
           'after': ('2.5.29.36', tlv(0x30, b'\x80\5\1\1\1\1\1')),
           'feature': ('1.3.6.1.5.5.7.1.24', b'\x30\3\2\1\xff'), 'string': ('2.16.840.1.113730.1.13', b'\5\0'),
           'template': ('1.3.6.1.4.1.311.21.7', tlv(0x30, b'\5\0')), 'sid': ('1.3.6.1.4.1.311.25.2', b'\x30\0'),
           'scts': ('1.3.6.1.4.1.11129.2.4.2', tlv(0x04, b'\0\2\0\5'))}
    for name, (dotted, value) in odd.items():
        one(name, dotted, value)
    seed('oid', 'long', b'\x2a' + b'\xff\xff\xff\x7f' * 40)
    seed('oid', 'known', body(oid('2.23.140.1.2.1')))


def make_seeds():
    seed_words()
    odd = sorted(name[:-4] for name in os.listdir(HERE) if name.startswith('odd-'))
    for name in list(SEED_CERTS) + odd:
        seed('cert', name, der_of(name))
        try:
            seed_parts(name, der_of(name))
        except IndexError:  # cut
            pass
    for chain in CHAINS + tuple((name, 'inter') for name in odd):
        ders = [der_of(name) for name in chain]
        seed('judge', '+'.join(chain), b''.join(len(d).to_bytes(3, 'big') + d for d in ders))
    for name in ('root', 'leaf', 'odd-cut-at-40'):
        seed('trust', name + '-der', der_of(name))
        seed('trust', name, pem_of(name) + pem_of('root'))
        seed('pem', name, b'text\n' + pem_of(name))
    for ca in ('ca-excludes', 'ca-permits-example'):
        ours = [e for e in extensions_of(walk(body(walk(body(der_of(ca)))[0])))
                if bytes.fromhex('0603551d1e') in e][0]
        trees = body(body(walk(body(ours))[-1]))
        for i, names in enumerate((tlv(0x82, b'www.example'), tlv(0x82, b'*.example'),
                                   tlv(0x82, b'a.secret.example'), tlv(0x87, b'\x0a\0\0\1'),
                                   tlv(0x87, b'\x0a'), tlv(0x82, b'a..b'), tlv(0x81, b'a@b'))):
            seed('constraint', f'{ca}-{i}', len(trees).to_bytes(2, 'big') + trees + names)
    for i, (kind, base, name) in enumerate(((0xa4, name_of(0x0c, b'me')[2:], name_of(0x0c, b'you')),
                                            (0xa4, tlv(0x30, body(name_of(0x0c, b'me'))), b''),
                                            (0x81, b'b', tlv(0x81, b'a@b')),
                                            (0x87, b'\x0a\0\0\0\xff\0\xff\0', tlv(0x87, b'\x0a\0\0\1')))):
        trees = tlv(0xa0, tlv(0x30, tlv(kind, base)))
        seed('constraint', f'other-{i}', len(trees).to_bytes(2, 'big') + trees + name)
    for name, alg in (('unknown', '06032a0304'), ('pss-plain', '06092a864886f70d01010a3000'),
                      ('pss-md5', '06092a864886f70d01010a3010a00e300c06082a864886f70d02050500'),
                      ('pss-no-digest', '06092a864886f70d01010a3009a0073005' '06032a0304'),
                      ('pss-long-salt', '06092a864886f70d01010a3007a2050203010000'), ('none', '0500')):
        seed('sigalg', name, tlv(0x30, bytes.fromhex(alg)))
    twins = pem_of('twin-by-root') + pem_of('twin-by-other') + pem_of('inter') + pem_of('inter')
    seed('trust', 'twins', twins + twins)
    seed('trust', 'twice', pem_of('root') + pem_of('root') + twins)
    seed('pem', 'two-der', der_of('root') + der_of('inter'))
    seed('pem', 'labels', pem_of('root').replace(b' CERT', b' TRUSTED CERT') + pem_of('leaf')[:-9])
    for i, value in enumerate((tlv(3, b'\5\xa0'), tlv(3, b'\x08'), tlv(2, b'\0\xff\xff\xff\xff'),
                               tlv(1, b'\xff'), tlv(0x17, b'2601010000+0130'), tlv(6, b'\x88\x37\x84'),
                               tlv(0x1c, b'\0\0'), tlv(0x1e, b'\xd8\x34\xdd\x1e\0'))):
        seed('der', f'value-{i}', value)
    explicit = bytes.fromhex('06072a8648ce3d0201') + tlv(0x30, b'\2\1\1' + tlv(
        0x30, bytes.fromhex('06072a8648ce3d0101') + b'\2\3\1\0\1'))
    unnamed = bytes.fromhex('06072a8648ce3d020106092b2403030208010163')
    for name, alg in (('explicit-curve', explicit), ('unnamed-curve', unnamed),
                      ('dsa-inherited', bytes.fromhex('06072a8648ce380401'))):
        seed('key', name, tlv(0x30, tlv(0x30, alg) + tlv(3, b'\0\4')))
    seed('name', 'same', name_of(0x0c, b'Acme  X') + name_of(0x13, b' acme x'))
    seed('name', 'several', tlv(0x30, tlv(0x31, walk(body(body(name_of(0x0c, b' #+"\\ '))))[0] * 2)))
    seed('ext', 'scts', tlv(0x30, bytes.fromhex('060a2b06010401d679020402') + tlv(4, tlv(4, b'\0\4abcd'))))
    seed('ext', 'ocsp', tlv(0x30, bytes.fromhex('06082b06010505070101') + tlv(4, tlv(0x30, tlv(
        0x30, bytes.fromhex('06082b06010505073001') + tlv(0x86, b'http://o/'))))))
    seed('ext', 'purposes', tlv(0x30, bytes.fromhex('0603551d25') + tlv(4, tlv(0x30, bytes.fromhex(
        '0604551d250006082b0601050507030206082b06010505070303')))))
    for i, line in enumerate(('www.example\nwww.example', '*.example.org\na.example.org.',
                              'w*.example\nwww.example', '*.org\nx.org', '*.a.b\nx.y.a.b')):
        seed('match', str(i), line.encode())


def clean():
    corpus = os.path.join(HERE, '..', 'fuzz', 'corpus')
    ours = ('cert', 'constraint', 'der', 'ext', 'ext_text', 'general', 'judge', 'key', 'match', 'name',
            'oid', 'pem', 'sigalg', 'trust')
    for folder in [HERE] + [os.path.join(corpus, target) for target in ours]:
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if name.endswith('.pem') or name.startswith('seed-'):
                os.unlink(os.path.join(folder, name))


def main():
    clean()
    root, inter = make_hierarchy()
    make_paths(root, inter)
    make_rights(root)
    make_dates(root)
    make_strength(root, inter)
    make_identity(inter)
    make_odd(inter)
    make_words()
    make_seeds()


if __name__ == '__main__':
    sys.exit(main())
