/*
 * hash.circom - a hash of one field element for the tests: MiMC with the power 5, the least that
 * permutes this field, in 110 rounds, the input added to what comes out. circuit.mjs computes the
 * same. For a circuit that guards something, use a hash that others have examined, such as Poseidon.
 */
pragma circom 2.1.0;

function ROUNDS() {
    return 110;
}

template Hash() {
    signal input in;
    signal output out;
    signal square[ROUNDS()];
    signal fourth[ROUNDS()];
    signal state[ROUNDS() + 1];
    var constant = 0;

    state[0] <== in;
    for (var i = 0; i < ROUNDS(); i++) {
        var base = state[i] + constant;

        square[i] <== base * base;
        fourth[i] <== square[i] * square[i];
        state[i + 1] <== fourth[i] * base;
        constant = constant * constant * constant + 0x737765726e + i;
    }
    out <== state[ROUNDS()] + in;
}
