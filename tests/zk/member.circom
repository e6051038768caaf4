/*
 * member.circom - "I know the secret of one of the members", without saying of which.
 *
 * Public signals, in this order: Hash(secret) of each member, which the zone's environment fixes,
 * then the halves of SHA-256(message), of which nothing is asked but that they are in a constraint.
 */
pragma circom 2.1.0;

include "hash.circom";

template Member(n) {
    signal input member[n];
    signal input high;
    signal input low;
    signal input secret;
    signal product[n + 1];
    component hash = Hash();

    hash.in <== secret;
    product[0] <== 1;
    for (var i = 0; i < n; i++) {
        product[i + 1] <== product[i] * (hash.out - member[i]);
    }
    product[n] === 0;

    signal bound <== high * low;
}

component main {public [member, high, low]} = Member(3);
