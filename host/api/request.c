/*
 * request.c - what each resource answers; see request.h.
 */
#include "host/api/request.h"

#include "host/api/body.h"
#include "host/api/document.h"

#define DOCUMENT_MAX ((size_t)64 * 1024 * 1024)

enum sworn_result request_refuse(struct request *request, struct answer *answer)
{
    struct writer json = writer_in(&request->region, DOCUMENT_MAX);

    SWORN_TRY(problem_document(&json, &request->problem));
    *answer = (struct answer){.status = request->problem.status, .document = written(&json)};
    return SWORN_OK;
}

/* The zone's proofs as a document. */
static enum sworn_result proof_document(struct writer *json, const struct name *apex,
                                        const struct commit_proof *proof, bool whole)
{
    SWORN_TRY(write_text(json, "{"));
    SWORN_TRY(proof_members(json, apex, proof, whole));
    return write_text(json, "}\n");
}

static enum sworn_result create(struct request *request, struct commit_server *server,
                                size_t creation_max, struct writer *json, struct reason *reason)
{
    struct commit_creation creation;
    struct commit_proof proof = {0};

    SWORN_TRY(
        creation_read(written(&request->body), creation_max, &request->region, &creation, reason));
    SWORN_TRY(
        commit_create(server, &creation, request->route.more, &request->region, &proof, reason));
    return proof_document(json, &creation.apex, &proof, false);
}

static enum sworn_result update(struct request *request, struct commit_server *server,
                                struct writer *json, struct reason *reason)
{
    struct commit_proof proof = {0};

    SWORN_TRY(commit_update(server, &request->route.apex, written(&request->body),
                            request->route.more, &request->region, &proof, reason));
    return proof_document(json, &request->route.apex, &proof, false);
}

static enum sworn_result show(struct request *request, struct commit_server *server,
                              struct writer *json, struct reason *reason)
{
    struct commit_proof proof = {0};

    SWORN_TRY(commit_show(server, &request->route.apex, &request->region, &proof, reason));
    return proof_document(json, &request->route.apex, &proof, true);
}

/* Octets as they are. */
static enum sworn_result part(struct request *request, struct commit_server *server,
                              enum commit_part which, struct answer *answer, struct reason *reason)
{
    answer->is_octets = true;
    return commit_show_part(server, &request->route.apex, which, &request->region,
                            &answer->document, reason);
}

struct listing {
    struct writer *json;
    bool some;
};

static enum sworn_result list_zone(void *context, const struct commit_zone *zone)
{
    struct listing *listing = context;

    SWORN_TRY(zone_item(listing->json, zone, !listing->some));
    listing->some = true;
    return SWORN_OK;
}

static enum sworn_result list_zones(struct commit_server *server, struct writer *json)
{
    struct listing listing = {.json = json};

    SWORN_TRY(write_text(json, "{\"zones\":["));
    SWORN_TRY(commit_zones(server, &listing, list_zone));
    return write_text(json, "]}\n");
}

static enum sworn_result serve(struct request *request, struct commit_server *server,
                               struct writer *json, struct reason *reason)
{
    bool wanted;

    SWORN_TRY(serve_read(written(&request->body), &wanted, reason));
    SWORN_TRY(commit_serve(server, &request->route.apex, wanted, reason));
    return serve_document(json, &request->route.apex, wanted);
}

static enum sworn_result checkpoint(struct request *request, struct commit_server *server,
                                    struct writer *json)
{
    struct octets note;
    uint8_t public_key[32];

    SWORN_TRY(commit_checkpoint(server, &request->region, &note, public_key));
    return checkpoint_document(json, note, public_key);
}

static enum sworn_result evidence(struct request *request, struct commit_server *server,
                                  struct writer *json, struct reason *reason)
{
    struct octets statement, signature;

    SWORN_TRY(commit_evidence(server, octets_of(request->route.nonce, request->route.nonce_size),
                              &request->region, &statement, &signature, reason));
    return evidence_document(json, statement, signature);
}

static enum sworn_result work(struct request *request, struct commit_server *server,
                              size_t creation_max, struct writer *json, struct answer *answer,
                              struct reason *reason)
{
    bool healthy;

    switch (request->route.kind) {
    case ROUTE_CREATE:
        answer->status = 201;
        return create(request, server, creation_max, json, reason);
    case ROUTE_UPDATE:
        return update(request, server, json, reason);
    case ROUTE_SERVE:
        return serve(request, server, json, reason);
    case ROUTE_ZONE:
        return show(request, server, json, reason);
    case ROUTE_GUARD:
        return part(request, server, COMMIT_GUARD, answer, reason);
    case ROUTE_ENVIRONMENT:
        return part(request, server, COMMIT_ENVIRONMENT, answer, reason);
    case ROUTE_STATE:
        return part(request, server, COMMIT_STATE, answer, reason);
    case ROUTE_ZONES:
        return list_zones(server, json);
    case ROUTE_CHECKPOINT:
        return checkpoint(request, server, json);
    case ROUTE_EVIDENCE:
        return evidence(request, server, json, reason);
    case ROUTE_HEALTH:
        healthy = commit_healthy(server, reason);
        answer->status = healthy ? 200 : 503;
        return health_document(json, healthy, reason);
    case ROUTE_RECORDS:
    case ROUTE_METRICS:
        break;
    }
    return because(reason, SWORN_CONFLICT, "this is no JSON document");
}

enum sworn_result request_answer(struct request *request, struct commit_server *server,
                                 size_t creation_max, struct answer *answer)
{
    struct writer json = writer_in(&request->region, DOCUMENT_MAX);
    struct reason reason = {""};
    enum sworn_result result;

    *answer = (struct answer){.status = 200};
    result = work(request, server, creation_max, &json, answer, &reason);
    if (result != SWORN_OK) {
        problem_of(result, &reason, &request->problem);
        return request_refuse(request, answer);
    }
    if (!answer->is_octets) {
        answer->document = written(&json);
    }
    return SWORN_OK;
}
