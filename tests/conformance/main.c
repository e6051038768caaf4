/*
 * main.c - the two halves of the differential test; tests/conformance/run puts them together.
 *
 *   conformance make FOLDER FIRST COUNT
 *       writes the signed zones of COUNT seeds to FOLDER, and to FOLDER/zones a line for each:
 *       APEX FILE
 *   conformance compare NSD-PORT KNOT-PORT FIRST COUNT
 *   conformance compare NSD-PORT KNOT-PORT file FILE APEX EVERY
 *       asks; port 0 is nobody; of a file only each EVERYth name of interest
 *   conformance table
 *       prints the table of differences
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/dns/master.h"
#include "core/dns/rr.h"
#include "tests/conformance/compare.h"

#define TEXT_SIZE (1 << 22)

static void must(enum sworn_result result)
{
    if (result != SWORN_OK) {
        fprintf(stderr, "out of room\n");
        exit(2);
    }
}

static void print_zone(const struct zone_sets *sets, struct writer *text)
{
    for (size_t i = 0; i < sets->count; i++) {
        const struct signed_set *set = &sets->set[i];
        struct rrset rrsigs = set->rrset;

        if (case_is_hidden(sets, &set->rrset)) {
            continue;
        }
        must(master_print(&set->rrset, text));
        rrsigs.type = RR_RRSIG;
        rrsigs.count = set->rrsig_count;
        rrsigs.rdata = set->rrsig;
        must(master_print(&rrsigs, text));
    }
}

static void write_zone(const char *folder, const char *file, const struct zone_sets *sets)
{
    char *octets = malloc(TEXT_SIZE);
    struct writer text = writer_over((uint8_t *)octets, TEXT_SIZE);
    char path[4200];
    FILE *out;

    print_zone(sets, &text);
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    out = fopen(path, "w");
    if (out == NULL || fwrite(octets, 1, text.used, out) != text.used || fclose(out) != 0) {
        perror(path);
        exit(2);
    }
    free(octets);
}

static int make(const char *folder, uint64_t first, uint64_t count)
{
    char path[4200];
    FILE *list;

    snprintf(path, sizeof(path), "%s/zones", folder);
    list = fopen(path, "w");
    if (list == NULL) {
        perror(path);
        return 2;
    }
    for (uint64_t n = 0; n < count * 2; n++) {
        struct zone_case made;

        case_make(&made, first + n / 2, n % 2 == 1);
        for (size_t z = 0; z < made.count; z++) {
            char apex[NAME_TEXT_SIZE];
            char file[64];

            snprintf(file, sizeof(file), "%llu-%llu-%zu", (unsigned long long)(first + n / 2),
                     (unsigned long long)(n % 2), z);
            write_zone(folder, file, &made.zone[z]);
            name_to_text(&made.zone[z].apex, apex);
            fprintf(list, "%s %s\n", apex, file);
        }
        case_free(&made);
    }
    fclose(list);
    return 0;
}

static int report(const struct comparison *comparison)
{
    printf("%llu zones, %llu questions, %llu unexplained differences\n",
           (unsigned long long)comparison->zones, (unsigned long long)comparison->asked,
           (unsigned long long)comparison->failed);
    for (unsigned i = 0; i < difference_count; i++) {
        printf("  %s (%s): NSD %llu, Knot %llu\n", differences[i].what, differences[i].rfc,
               (unsigned long long)comparison->explained[i][NSD],
               (unsigned long long)comparison->explained[i][KNOT]);
    }
    return comparison->failed > 0;
}

static void compare_seeds(struct comparison *comparison, uint64_t first, uint64_t count)
{
    for (uint64_t n = 0; n < count * 2; n++) {
        struct zone_case made;

        case_make(&made, first + n / 2, n % 2 == 1);
        compare_case(comparison, &made);
        case_free(&made);
    }
}

static int compare(char **arguments, int count)
{
    struct comparison *comparison = calloc(1, sizeof(*comparison));
    struct zone_case made;
    int result;

    comparison->every = 1;
    comparison->party[NSD] = atoi(arguments[0]) > 0 ? party_new("NSD", atoi(arguments[0])) : NULL;
    comparison->party[KNOT] = atoi(arguments[1]) > 0 ? party_new("Knot", atoi(arguments[1])) : NULL;
    if (count == 4) {
        compare_seeds(comparison, strtoull(arguments[2], NULL, 10),
                      strtoull(arguments[3], NULL, 10));
    } else {
        comparison->every = strtoull(arguments[5], NULL, 10);
        case_of_file(&made, arguments[3], arguments[4]);
        compare_case(comparison, &made);
        case_free(&made);
    }
    result = report(comparison);
    for (int p = 0; p < PARTIES; p++) {
        if (comparison->party[p] != NULL) {
            party_free(comparison->party[p]);
        }
    }
    free(comparison);
    return result;
}

static int table(void)
{
    static const char *const who[] = {"", "NSD", "Knot", "both"};

    for (unsigned i = 0; i < difference_count; i++) {
        printf("| %s | %s | %s |\n", differences[i].what, who[differences[i].parties],
               differences[i].rfc);
    }
    return 0;
}

int main(int count, char **arguments)
{
    if (count == 5 && strcmp(arguments[1], "make") == 0) {
        return make(arguments[2], strtoull(arguments[3], NULL, 10),
                    strtoull(arguments[4], NULL, 10));
    }
    if ((count == 6 || count == 8) && strcmp(arguments[1], "compare") == 0) {
        return compare(arguments + 2, count - 2);
    }
    if (count == 2 && strcmp(arguments[1], "table") == 0) {
        return table();
    }
    fprintf(stderr, "conformance make|compare|table: see main.c\n");
    return 2;
}
