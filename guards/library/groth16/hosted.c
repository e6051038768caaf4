/*
 * hosted.c - products of coordinates by the host's modular arithmetic; see field.h.
 */
#include "fdns.h"

#include "field.h"

void field_begin(void)
{
    fdns_mod_set(&fp_modulus, sizeof(fp_modulus));
}

void fp_mul(struct fp *result, const struct fp *a, const struct fp *b)
{
    fdns_mod_mul(result, a, b);
}

void fp2_mul(struct fp2 *result, const struct fp2 *a, const struct fp2 *b)
{
    fdns_mod_mul2(result, a, b);
}

void fp2_square(struct fp2 *result, const struct fp2 *a)
{
    fdns_mod_mul2(result, a, a);
}

/* One call costs less than the sums it stands for. */
void fp2_mul_xi(struct fp2 *result, const struct fp2 *a)
{
    static const struct fp2 xi = {
        {{0xF60647CE410D7FF7U, 0x2F3D6F4DD31BD011U, 0x2943337E3940C6D1U, 0x1D9598E8A7E39857U}},
        {{0xD35D438DC58F0D9DU, 0x0A78EB28F5C70B3DU, 0x666EA36F7879462CU, 0x0E0A77C19A07DF2FU}}};

    fdns_mod_mul2(result, a, &xi);
}
