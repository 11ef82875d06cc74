/*
 * history.c: the letters. What is no handshake message has letters too: i change_cipher_spec,
 * l alert, b heartbeat, j hello retry, and ^ before all where the TCP server is the TLS client.
 */
#include "sensor/history.h"

#include "wire/handshake.h"

#include <ctype.h>
#include <string.h>

char history_letter(uint8_t type)
{
	static const char letters[256] = {
	    [HS_HELLO_REQUEST] = 'h',
	    [HS_CLIENT_HELLO] = 'c',
	    [HS_SERVER_HELLO] = 's',
	    [HS_HELLO_VERIFY_REQUEST] = 'v',
	    [HS_NEW_SESSION_TICKET] = 't',
	    [HS_END_OF_EARLY_DATA] = 'e',
	    [HS_HELLO_RETRY_REQUEST] = 'j',
	    [HS_ENCRYPTED_EXTENSIONS] = 'o',
	    [HS_CERTIFICATE] = 'x',
	    [HS_SERVER_KEY_EXCHANGE] = 'k',
	    [HS_CERTIFICATE_REQUEST] = 'r',
	    [HS_SERVER_HELLO_DONE] = 'n',
	    [HS_CERTIFICATE_VERIFY] = 'y',
	    [HS_CLIENT_KEY_EXCHANGE] = 'g',
	    [HS_FINISHED] = 'f',
	    [HS_CERTIFICATE_URL] = 'w',
	    [HS_CERTIFICATE_STATUS] = 'u',
	    [HS_SUPPLEMENTAL_DATA] = 'a',
	    [HS_KEY_UPDATE] = 'p',
	    [HS_MESSAGE_HASH] = 'm',
	};

	return letters[type] ? letters[type] : 'z';
}

void history_add(struct session *s, bool client, char letter)
{
	size_t n = strlen(s->history);

	if (n < SESSION_HISTORY_MAX)
		s->history[n] = (char)(client ? toupper((unsigned char)letter) : letter);
}
