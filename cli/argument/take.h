/*
 * take.h - verifying signatures of a request. Inside cli/argument only.
 */
#ifndef SWORN_CLI_ARGUMENT_TAKE_H
#define SWORN_CLI_ARGUMENT_TAKE_H

#include "cli/argument/request.h"

/** Whether the owner that a signature names made it. */
bool request_is_signed(struct request *request, const struct request_signature *signature);

#endif
