#!/usr/bin/env node
/*
 * groth16.mjs - what snarkjs writes, as the guard groth16 takes it. Needs Node.js, nothing else.
 *
 *   groth16.mjs environment KEY.json [INPUT...]   environment from verification_key.json and the fixed
 *                                                 public inputs (decimal, or hex after 0x)
 *   groth16.mjs inputs MESSAGE                    the two public inputs of a message, as JSON
 *   groth16.mjs proof PROOF.json                  the 256 octets of a proof
 *   groth16.mjs argument MESSAGE PROOF.json       message ‖ proof
 *
 * Octets go to the standard output; MESSAGE is a file of octets, - the standard input. Points are
 * written as EIP-196 and EIP-197 have them: 32 octets a coordinate, big-endian, c1 before c0.
 * What the points are is for the guard to check.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeSync } from "node:fs";

const FIXED_MAX = 16;

class Trouble extends Error {}

function octetsOf(number, what) {
  if (typeof number !== "string" || !/^([0-9]+|0x[0-9a-fA-F]+)$/.test(number)) {
    throw new Trouble(`${what} is not a number`);
  }
  const digits = BigInt(number).toString(16);
  if (digits.length > 64) {
    throw new Trouble(`${what} has more than 256 bits`);
  }
  return Buffer.from(digits.padStart(64, "0"), "hex");
}

/* snarkjs has three coordinates: the third is 1, or 0 for infinity. */
function point(value, what, one, coordinate) {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new Trouble(`${what} is not a point`);
  }
  if (JSON.stringify(value[2]) !== JSON.stringify(one)) {
    throw new Trouble(`${what} is infinity, or not in affine coordinates`);
  }
  return Buffer.concat([coordinate(value[0]), coordinate(value[1])]);
}

const g1 = (value, what) => point(value, what, "1", (x) => octetsOf(x, what));

const g2 = (value, what) => point(value, what, ["1", "0"], (pair) => {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new Trouble(`${what} has a coordinate that is not a pair`);
  }
  return Buffer.concat([octetsOf(pair[1], what), octetsOf(pair[0], what)]);
});

function read(file) {
  const json = JSON.parse(readFileSync(file, "utf8"));
  if (json === null || json.protocol !== "groth16" || !/^(bn128|bn254|alt_bn128)$/.test(json.curve)) {
    throw new Trouble(`${file} is not of groth16 over bn128`);
  }
  return json;
}

function environment(file, ...inputs) {
  const key = read(file);
  if (inputs.length > FIXED_MAX) {
    throw new Trouble(`${inputs.length} fixed inputs, at most ${FIXED_MAX} are possible`);
  }
  if (!Array.isArray(key.IC) || key.IC.length !== inputs.length + 3) {
    throw new Trouble(`${file} is for ${(key.IC?.length ?? 1) - 1} public inputs, of which the last ` +
      `two are the message's; ${inputs.length} fixed ones were given`);
  }
  return Buffer.concat([
    Buffer.from([inputs.length]),
    ...inputs.map((input, i) => octetsOf(input, `fixed input ${i}`)),
    g1(key.vk_alpha_1, "vk_alpha_1"),
    g2(key.vk_beta_2, "vk_beta_2"),
    g2(key.vk_gamma_2, "vk_gamma_2"),
    g2(key.vk_delta_2, "vk_delta_2"),
    ...key.IC.map((ic, i) => g1(ic, `IC ${i}`)),
  ]);
}

const message = (file) => readFileSync(file === "-" ? 0 : file);

function inputs(file) {
  const hash = createHash("sha256").update(message(file)).digest("hex");
  const halves = [hash.slice(0, 32), hash.slice(32)];
  return JSON.stringify(halves.map((half) => BigInt(`0x${half}`).toString())) + "\n";
}

function proof(file) {
  const { pi_a, pi_b, pi_c } = read(file);
  return Buffer.concat([g1(pi_a, "pi_a"), g2(pi_b, "pi_b"), g1(pi_c, "pi_c")]);
}

const commands = {
  environment: [1, environment],
  inputs: [1, inputs],
  proof: [1, proof],
  argument: [2, (first, second) => Buffer.concat([message(first), proof(second)])],
};

function main(name, ...rest) {
  const [least, command] = commands[name] ?? [];
  if (!command || rest.length < least || (name !== "environment" && rest.length > least)) {
    throw new Trouble("use: groth16.mjs environment KEY.json [INPUT...] | inputs MESSAGE | " +
      "proof PROOF.json | argument MESSAGE PROOF.json");
  }
  const octets = Buffer.from(command(...rest));
  for (let at = 0; at < octets.length;) {
    at += writeSync(1, octets, at);
  }
}

try {
  main(...process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Trouble || error instanceof SyntaxError || error.code)) {
    throw error;
  }
  process.stderr.write(`groth16.mjs: ${error.message}\n`);
  process.exitCode = 1;
}
