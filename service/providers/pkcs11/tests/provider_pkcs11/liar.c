/* A PKCS #11 library that passes every call on to SoftHSM and lies as the words in the file
 * LIAR_LIES say, which is read again at each call.
 *
 *   hide:MECHANISM  the mechanism (hexadecimal) is not listed
 *   flip:MECHANISM  the first byte of what is signed or encrypted with it is another
 *   salt            RSA-PSS with an empty salt for every request
 *   nonce           GCM with the first 12 bytes of a nonce
 *   data            GCM without the additional data
 *   peer            ECDH with the generator of P-256 as the peer's point
 */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef struct { CK_ULONG mechanism; void *parameter; CK_ULONG length; } CK_MECHANISM;
typedef struct { CK_ULONG hash, mgf, salt; } CK_PSS;
typedef struct { unsigned char *iv; CK_ULONG iv_length, iv_bits; unsigned char *data; CK_ULONG data_length, tag_bits; } CK_GCM;
typedef struct { CK_ULONG kdf; CK_ULONG shared_length; unsigned char *shared; CK_ULONG public_length; unsigned char *public; } CK_ECDH;
typedef CK_RV (*FUNCTION)();
typedef struct { unsigned char major, minor; FUNCTION functions[68]; } CK_FUNCTION_LIST;

enum { GET_MECHANISM_LIST = 7, ENCRYPT_INIT = 29, ENCRYPT = 30, DECRYPT_INIT = 33, SIGN_INIT = 42, SIGN = 43, SIGN_FINAL = 45, DERIVE_KEY = 62 };
enum { MANY = 4096 };

static CK_FUNCTION_LIST *honest, lying;
static CK_ULONG signing[MANY], encrypting[MANY];

static int is_set(const char *word) {
    static __thread char lies[1024];
    const char *path = getenv("LIAR_LIES");
    FILE *file = path ? fopen(path, "r") : NULL;
    size_t length = file ? fread(lies, 1, sizeof lies - 1, file) : 0;
    if (file) fclose(file);
    lies[length] = 0;
    for (char *rest = lies, *one; (one = strtok_r(rest, " \n", &rest));)
        if (!strcmp(one, word)) return 1;
    return 0;
}

static int is_set_for(const char *what, CK_ULONG mechanism) {
    char word[64];
    snprintf(word, sizeof word, "%s:%lx", what, mechanism);
    return is_set(word);
}

static CK_RV get_mechanism_list(CK_ULONG slot, CK_ULONG *list, CK_ULONG *count) {
    CK_RV answer = honest->functions[GET_MECHANISM_LIST](slot, list, count);
    if (answer || !list) return answer;
    CK_ULONG kept = 0;
    for (CK_ULONG i = 0; i < *count; i++)
        if (!is_set_for("hide", list[i])) list[kept++] = list[i];
    *count = kept;
    return answer;
}

static int is_pss(CK_ULONG mechanism) {
    return mechanism == 0xd || mechanism == 0xe || (mechanism >= 0x43 && mechanism <= 0x45) || mechanism == 0x47;
}

static CK_RV sign_init(CK_ULONG session, CK_MECHANISM *mechanism, CK_ULONG key) {
    CK_MECHANISM other = *mechanism;
    CK_PSS pss;
    signing[session % MANY] = mechanism->mechanism;
    if (is_pss(mechanism->mechanism) && is_set("salt")) {
        pss = *(CK_PSS *)mechanism->parameter;
        pss.salt = 0;
        other.parameter = &pss;
    }
    return honest->functions[SIGN_INIT](session, &other, key);
}

static void flip(CK_ULONG mechanism, unsigned char *output) {
    if (output && is_set_for("flip", mechanism)) output[0] ^= 1;
}

static CK_RV sign(CK_ULONG session, unsigned char *data, CK_ULONG length, unsigned char *output, CK_ULONG *size) {
    CK_RV answer = honest->functions[SIGN](session, data, length, output, size);
    if (!answer) flip(signing[session % MANY], output);
    return answer;
}

static CK_RV sign_final(CK_ULONG session, unsigned char *output, CK_ULONG *size) {
    CK_RV answer = honest->functions[SIGN_FINAL](session, output, size);
    if (!answer) flip(signing[session % MANY], output);
    return answer;
}

static CK_RV crypt_init(int function, CK_ULONG session, CK_MECHANISM *mechanism, CK_ULONG key) {
    CK_MECHANISM other = *mechanism;
    CK_GCM gcm;
    if (mechanism->mechanism == 0x1087) {
        gcm = *(CK_GCM *)mechanism->parameter;
        if (is_set("nonce") && gcm.iv_length > 12) { gcm.iv_length = 12; gcm.iv_bits = 96; }
        if (is_set("data")) gcm.data_length = 0;
        other.parameter = &gcm;
    }
    return honest->functions[function](session, &other, key);
}

static CK_RV encrypt_init(CK_ULONG session, CK_MECHANISM *mechanism, CK_ULONG key) {
    encrypting[session % MANY] = mechanism->mechanism;
    return crypt_init(ENCRYPT_INIT, session, mechanism, key);
}

static CK_RV decrypt_init(CK_ULONG session, CK_MECHANISM *mechanism, CK_ULONG key) {
    return crypt_init(DECRYPT_INIT, session, mechanism, key);
}

static CK_RV encrypt(CK_ULONG session, unsigned char *data, CK_ULONG length, unsigned char *output, CK_ULONG *size) {
    CK_RV answer = honest->functions[ENCRYPT](session, data, length, output, size);
    if (!answer) flip(encrypting[session % MANY], output);
    return answer;
}

static unsigned char generator[65] = {
    4,
    0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2,
    0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96,
    0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c, 0x0f, 0x9e, 0x16,
    0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e, 0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5,
};

static CK_RV derive_key(CK_ULONG session, CK_MECHANISM *mechanism, CK_ULONG base, void *template, CK_ULONG count, CK_ULONG *key) {
    CK_MECHANISM other = *mechanism;
    CK_ECDH ecdh;
    if (mechanism->mechanism == 0x1050 && is_set("peer")) {
        ecdh = *(CK_ECDH *)mechanism->parameter;
        ecdh.public = generator;
        ecdh.public_length = sizeof generator;
        other.parameter = &ecdh;
    }
    return honest->functions[DERIVE_KEY](session, &other, base, template, count, key);
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list) {
    void *library = dlopen(getenv("LIAR_HONEST"), RTLD_NOW);
    CK_RV (*get)(CK_FUNCTION_LIST **) = library ? (CK_RV (*)(CK_FUNCTION_LIST **))dlsym(library, "C_GetFunctionList") : NULL;
    if (!get) return 5; /* CKR_GENERAL_ERROR */
    CK_RV answer = get(&honest);
    if (answer) return answer;
    lying = *honest;
    lying.functions[GET_MECHANISM_LIST] = (FUNCTION)get_mechanism_list;
    lying.functions[SIGN_INIT] = (FUNCTION)sign_init;
    lying.functions[SIGN] = (FUNCTION)sign;
    lying.functions[SIGN_FINAL] = (FUNCTION)sign_final;
    lying.functions[ENCRYPT_INIT] = (FUNCTION)encrypt_init;
    lying.functions[ENCRYPT] = (FUNCTION)encrypt;
    lying.functions[DECRYPT_INIT] = (FUNCTION)decrypt_init;
    lying.functions[DERIVE_KEY] = (FUNCTION)derive_key;
    *list = &lying;
    return 0;
}
