/*
 * certs.h: four certificates made with openssl for these tests: R signed I, which signed L; O is
 * R's as well. In base64, and the first four bytes of their SHA-256 as sha256sum says.
 */
#pragma once

#define ROOT_ID "b9c771ed"
#define ROOT                                                                                       \
	"MIIBSjCB8qADAgECAhR+1r2D+DC9zsr5D+RqxZ8J94w3PzAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFSMB4XDTI2" \
	"MTEyMTIxNDczMVoXDTM2MTExODIxNDczMVowDDEKMAgGA1UEAwwBUjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA" \
	"BAWaZpKvIsLecSt4q5zvrdHywd03R+oT9Ryz2AEEwyzgkbd2KDYNX99xPTHazj3mkIBJ/QhmkO73VTSDowpnohOj" \
	"MjAwMA8GA1UdEwEB/wQFMAMBAf8wHQYDVR0OBBYEFNdoKJefVGFR8oodEW+/4h4RrSNBMAoGCCqGSM49BAMCA0cA" \
	"MEQCIC17YLVgJDqz/+EqMSm+IwRMwMe+FvqdAkVB8PSPkueKAiAd41MozwoZ2DlswQYpmsCuG20D0ijubtZ5nqlH" \
	"vrY3dA=="

#define INTER_ID "b7ab961b"
#define INTER                                                                                      \
	"MIIBWTCCAQCgAwIBAgIBAjAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFSMB4XDTI2MTEyMTIxNDczMVoXDTM2MTEx" \
	"ODIxNDczMVowDDEKMAgGA1UEAwwBSTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMCo4YJin/eTtuVRr5iT+wuT" \
	"8RSD28uKE3Wd7VFr/IZJTd8TM3fzpRR7QHmwFVCADdmpPHzPKzP1hmSoVJy1rjGjUzBRMA8GA1UdEwEB/wQFMAMB" \
	"Af8wHQYDVR0OBBYEFNG+FoU/j1I8ViQCU0aytsawcj22MB8GA1UdIwQYMBaAFNdoKJefVGFR8oodEW+/4h4RrSNB" \
	"MAoGCCqGSM49BAMCA0cAMEQCIEfgKuPLsCpjrV0t4S3f7BMMqR2mcAvv9nHlxfCuT6RMAiAM2nlJLv9tP7Y3qHF9" \
	"NzOtJjDg0dT/Oh1YGMeQcQfHJQ=="

#define LEAF_ID "74657302"
#define LEAF                                                                                       \
	"MIIBXDCCAQKgAwIBAgIBAzAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFJMB4XDTI2MTEyMTIxNDczMVoXDTM2MTEx" \
	"ODIxNDczMVowDDEKMAgGA1UEAwwBTDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABEbPyB/FdkksCXtXIh8Rv5Il" \
	"HLZjwhgGJCXP1LpU3WFkexXSynbcHOkpk/+m23fdS4QFitVX59SVDMsOHYOJL6WjVTBTMBEGA1UdEQQKMAiCBmwu" \
	"dGVzdDAdBgNVHQ4EFgQUGHGADwJ/EsPFa/PkA4micYiu6CowHwYDVR0jBBgwFoAU0b4WhT+PUjxWJAJTRrK2xrBy" \
	"PbYwCgYIKoZIzj0EAwIDSAAwRQIgHAYPT3fPQvyzkd0YcMwhZdDP3riXagcL0gSI6QUPVjwCIQD/1u7tYGNhhRU0" \
	"HpXnwzGOVa2xeX7yo4uPkkKNsJ94bg=="

#define OTHER_ID "bc8c7b45"
#define OTHER                                                                                      \
	"MIIBXDCCAQKgAwIBAgIBBDAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAFSMB4XDTI2MTEyMTIxNDczMVoXDTM2MTEx" \
	"ODIxNDczMVowDDEKMAgGA1UEAwwBTzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKg3e359xaDu4zHC0Qs5WAMh" \
	"unN/Ow7TaihFiTaGdydNnRmixgTxpRqlNAVA/3nQ0/LlzS5ypPiqRvKY+5CIWi2jVTBTMBEGA1UdEQQKMAiCBmwu" \
	"dGVzdDAdBgNVHQ4EFgQUQJfHokR5Cl2BIO0vhh5j6kRz7tcwHwYDVR0jBBgwFoAU12gol59UYVHyih0Rb7/iHhGt" \
	"I0EwCgYIKoZIzj0EAwIDSAAwRQIgYsACZLsA8Sd9JDvv7ZNEVp8uO4y1PprEQymFNfaqKeICIQD3j1AcWLU3Qikp" \
	"u7eR4qDcUiAdQtOE4KIrkmzz/rNQcQ=="
