/*
 * privilege.c - giving up what is not needed once the ports are bound; see privilege.h.
 */
#include "host/privilege.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CAPABILITIES 64 /* at most; those that the kernel does not know are passed over */

static bool capabilities_get(struct __user_cap_data_struct data[2])
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};

    memset(data, 0, 2 * sizeof(*data));
    return syscall(SYS_capget, &header, data) == 0;
}

bool privilege_held(void)
{
    struct __user_cap_data_struct data[2];

    return geteuid() == 0 ||
           (capabilities_get(data) && (data[0].permitted | data[1].permitted) != 0);
}

/* Which capabilities may ever come back: none. Needs one itself; without it nothing can come. */
static void bounds_drop(void)
{
    for (unsigned long i = 0; i < CAPABILITIES; i++) {
        (void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static enum sworn_result become(const char *name, struct reason *reason)
{
    const struct passwd *user;

    errno = 0;
    user = getpwnam(name);
    SWORN_SAY(user != NULL, reason, SWORN_ABSENT, "user: there is no user \"%s\"", name);
    if (user->pw_uid == geteuid() && user->pw_uid == getuid()) {
        return SWORN_OK;
    }
    bounds_drop();
    SWORN_SAY(initgroups(name, user->pw_gid) == 0 &&
                  setresgid(user->pw_gid, user->pw_gid, user->pw_gid) == 0 &&
                  setresuid(user->pw_uid, user->pw_uid, user->pw_uid) == 0,
              reason, SWORN_CONFLICT, "user: cannot become \"%s\": %s", name, strerror(errno));
    return SWORN_OK;
}

enum sworn_result privilege_drop(const char *user, struct reason *reason)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    static const struct __user_cap_data_struct nothing[2];

    if (user != NULL) {
        SWORN_TRY(become(user, reason));
    }
    if (geteuid() == 0) {
        return SWORN_OK;
    }
    bounds_drop();
    SWORN_SAY(syscall(SYS_capset, &header, nothing) == 0 &&
                  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0,
              reason, SWORN_CONFLICT, "capabilities cannot be given up: %s", strerror(errno));
    /* Who was root must not be it again. */
    SWORN_SAY(user == NULL || setresuid((uid_t)-1, 0, (uid_t)-1) != 0, reason, SWORN_CONFLICT,
              "user: root can be had back");
    return SWORN_OK;
}
