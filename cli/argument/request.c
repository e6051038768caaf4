/*
 * request.c - see request.h: the file, and the argument that comes of it.
 */
#include "cli/argument/request.h"

#include "cli/argument/take.h"
#include "core/cursor/reader.h"
#include "guards/sdk/fdns/message.h"

#define REQUEST_MAX ((size_t)1 << 30)

static const char magic[] = "sworn-request-v1"; /* with its NUL */

enum sworn_result request_begin(struct request *request, const struct argument_format *format,
                                struct octets environment, struct octets message,
                                struct region *region, struct reason *reason)
{
    *request = (struct request){
        .region = region, .format = format, .environment = environment, .message = message};
    return environment.size == 0 ? SWORN_OK : format->owners(environment, &request->owners, reason);
}

bool request_is(struct octets file)
{
    return file.size >= sizeof(magic) && memcmp(file.data, magic, sizeof(magic)) == 0;
}

static enum sworn_result read_head(struct reader *reader, struct octets parts[3], uint8_t *count)
{
    struct octets start;

    SWORN_TRY(read_slice(reader, sizeof(magic), &start));
    SWORN_ENSURE(memcmp(start.data, magic, sizeof(magic)) == 0, SWORN_MALFORMED);
    SWORN_TRY(read_slice_u8(reader, &parts[0]));
    SWORN_TRY(read_slice_u32(reader, &parts[1]));
    SWORN_TRY(read_slice_u32(reader, &parts[2]));
    return read_u8(reader, count);
}

static enum sworn_result read_signature(struct reader *reader, struct request *request,
                                        struct reason *reason)
{
    struct request_signature signature = {0};
    struct octets octets;

    SWORN_SAY(read_u8(reader, &signature.key) == SWORN_OK &&
                  read_slice_u8(reader, &octets) == SWORN_OK && octets.size <= SIGNATURE_MAX,
              reason, SWORN_MALFORMED, "the request is cut short");
    signature.size = (uint8_t)octets.size;
    memcpy(signature.octets, octets.data, octets.size);
    SWORN_SAY(request->count == 0 || request->signatures[request->count - 1].key < signature.key,
              reason, SWORN_MALFORMED, "the request's signatures are not in order");
    SWORN_SAY(request_is_signed(request, &signature), reason, SWORN_PROOF,
              "the request's signature by owner %u is not right", signature.key);
    request->signatures[request->count++] = signature;
    return SWORN_OK;
}

enum sworn_result request_read(struct octets file, struct region *region, struct request *request,
                               struct reason *reason)
{
    struct reader reader = reader_of(file);
    const struct argument_format *format;
    struct octets parts[3], text;
    uint8_t count;

    SWORN_SAY(read_head(&reader, parts, &count) == SWORN_OK, reason, SWORN_MALFORMED,
              "this is no request, or one that is cut short");
    format = argument_format_find(parts[0]);
    SWORN_SAY(parts[0].size > 0 && format != NULL, reason, SWORN_MALFORMED,
              "the request is of a format that is not known here");
    SWORN_TRY(request_begin(request, format, parts[1], parts[2], region, reason));
    if (message_readable(parts[2], region, &text, reason) == SWORN_MALFORMED) {
        return SWORN_MALFORMED; /* what has no text for another reason is signed as octets */
    }
    while (request->count < count) {
        SWORN_TRY(read_signature(&reader, request, reason));
    }
    if (format->layout == LAYOUT_PROVEN) {
        SWORN_SAY(read_slice_u16(&reader, &request->proof) == SWORN_OK, reason, SWORN_MALFORMED,
                  "the request is cut short");
    }
    SWORN_SAY(read_end(&reader) == SWORN_OK, reason, SWORN_MALFORMED,
              "the request has octets after its end");
    return SWORN_OK;
}

enum sworn_result request_write(const struct request *request, struct writer *octets)
{
    SWORN_TRY(write_octets(octets, octets_of(magic, sizeof(magic))));
    SWORN_TRY(write_slice_u8(octets, octets_of_text(request->format->name)));
    SWORN_TRY(write_slice_u32(octets, request->environment));
    SWORN_TRY(write_slice_u32(octets, request->message));
    SWORN_TRY(write_u8(octets, (uint8_t)request->count));
    for (size_t i = 0; i < request->count; i++) {
        const struct request_signature *signature = &request->signatures[i];

        SWORN_TRY(write_u8(octets, signature->key));
        SWORN_TRY(write_slice_u8(octets, octets_of(signature->octets, signature->size)));
    }
    return request->format->layout == LAYOUT_PROVEN ? write_slice_u16(octets, request->proof)
                                                    : SWORN_OK;
}

enum sworn_result request_text(struct request *request, struct octets *text, struct reason *reason)
{
    if (request->text.size == 0) {
        SWORN_TRY(message_readable(request->message, request->region, &request->text, reason));
    }
    *text = request->text;
    return SWORN_OK;
}

static enum sworn_result write_signatures(const struct request *request, struct writer *argument)
{
    SWORN_TRY(write_u8(argument, (uint8_t)request->count));
    for (size_t i = 0; i < request->count; i++) {
        const struct request_signature *signature = &request->signatures[i];

        SWORN_TRY(write_u8(argument, signature->key));
        SWORN_TRY(write_octets(argument, octets_of(signature->octets, signature->size)));
    }
    return SWORN_OK;
}

enum sworn_result request_argument(const struct request *request, struct octets *argument,
                                   struct reason *reason)
{
    struct writer writer = writer_in(request->region, REQUEST_MAX);
    enum argument_layout layout = request->format->layout;

    SWORN_SAY(request->count > 0 || request->proof.size > 0 || layout == LAYOUT_PLAIN, reason,
              SWORN_CONFLICT, "nobody has signed this request yet: 'sworn argument sign' does");
    if (layout == LAYOUT_KEYS) {
        SWORN_TRY(write_signatures(request, &writer));
    }
    SWORN_TRY(write_octets(&writer, request->message));
    if (layout == LAYOUT_SIGNED) {
        SWORN_TRY(write_octets(
            &writer, octets_of(request->signatures[0].octets, request->signatures[0].size)));
    }
    SWORN_TRY(write_octets(&writer, request->proof));
    *argument = written(&writer);
    return SWORN_OK;
}

/*
 * A signature behind the message has 64 or 66 octets, a proof 256: the operations end at one of
 * these.
 */
static bool operations_end(struct fdns_octets operations, size_t behind)
{
    struct fdns_operation operation;
    const char *error;

    while (operations.size > behind) {
        if (!fdns_operation_next(&operations, &operation, &error)) {
            return false;
        }
    }
    return operations.size == behind;
}

enum sworn_result argument_split(struct octets argument, struct argument_parts *parts)
{
    static const size_t behind[] = {64, 66, PROOF_SIZE, 0};
    static const char label[] = "sworn-update-v1"; /* with its NUL */
    const uint8_t *at = memmem(argument.data, argument.size, label, sizeof(label));
    struct fdns_message message;
    const char *error;

    SWORN_ENSURE(at != NULL, SWORN_MALFORMED);
    parts->before = octets_of(argument.data, (size_t)(at - argument.data));
    parts->message = octets_of(at, argument.size - parts->before.size);
    parts->behind = octets_of(NULL, 0);
    SWORN_ENSURE(fdns_message_parse(fdns_octets_of(at, parts->message.size), &message, &error),
                 SWORN_MALFORMED);
    for (size_t i = parts->before.size == 0 ? 0 : 3; i < 4; i++) {
        if (operations_end(message.operations, behind[i])) {
            parts->message.size -= behind[i];
            parts->behind = octets_of(at + parts->message.size, behind[i]);
            return SWORN_OK;
        }
    }
    return SWORN_MALFORMED;
}
